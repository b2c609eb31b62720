"""Types travel: a column renamed in its table alone fails type checking wherever it is used."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT
from tools import typed

TABLES = {
    ("Registration", "paid_by"): "services/registration/registrations/models.py",
    ("Attendee", "sort_name"): "services/registration/registrations/models.py",
    ("Message", "due_at"): "services/notify/messages/models.py",
}
# Where rows become typed, or are made by keyword: a use that does not name the table.
ELSEWHERE = {
    "services/registration/registrations/models_rows.py": 2,
    "services/notify/messages/actions.py": 1,
    "services/notify/office/schemas.py": 1,
}


def test_column_renamed_in_its_table_fails_wherever_it_is_used(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    used = {place for (model, column) in TABLES for place in uses(copy, model, column)}
    for (model, column), path in TABLES.items():
        rename(copy / path, model, column)
    errors = mypy(copy)
    assert len(used) > 15, "what is looked for has moved"
    assert used - {place for place, _ in errors} == set(), "a use of a renamed column that nobody noticed"
    for path, least in ELSEWHERE.items():
        assert sum(place.startswith(f"{path}:") for place, _ in errors) >= least, path


def copied(folder: Path) -> Path:
    for name in ("kit", "services"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.po", "templates"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def uses(copy: Path, model: str, column: str) -> set[str]:
    """`file:line` of every line that names the column by its table."""
    named = re.compile(rf"\b{model}\.{column}\b")
    return {
        f"{path.relative_to(copy).as_posix()}:{number}"
        for path in copy.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if named.search(line)
    }


def rename(path: Path, model: str, column: str) -> None:
    text = path.read_text(encoding="utf-8")
    begin = text.index(f"class {model}(Table")
    changed = text[:begin] + text[begin:].replace(f"\n    {column}: ", f"\n    {column}_renamed: ", 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def mypy(copy: Path) -> list[tuple[str, str]]:
    """(file:line, what is wrong) of every error."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", "kit", "services"]
    said = subprocess.run(command, cwd=copy, capture_output=True, text=True).stdout
    found = re.findall(r"^(\S+?:\d+): error: (.*)$", said, re.MULTILINE)
    assert found, said
    return found


def test_share_of_any_is_counted_by_service_and_room() -> None:
    report = "\n".join(
        (
            "      Name   Anys   Exprs   Coverage",
            "---------------------------",
            " billing.orders.rules      1     10     90.00%",
            " billing.seed     50     50     0.00%",
            " registration.signup.rules      0     30     100.00%",
            " registration.checkin.queries      3     10     70.00%",
            " Total     54     100     46.00%",
        )
    )
    shares = typed.shares(report)
    assert shares == {
        "billing": 10.0,
        "billing.orders": 10.0,
        "registration": 7.5,
        "registration.checkin": 30.0,
        "registration.signup": 0.0,
    }

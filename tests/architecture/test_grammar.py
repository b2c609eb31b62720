"""The grammar of a service (design.md §2): what lives in which file, what it may import, what is never written."""

import ast
import inspect
import re
import sys

import pytest
from sqlalchemy import Float, MetaData, Numeric

from kit import wiring
from kit.db import KitTable
from tests.architecture.source import (
    ROOT,
    SERVICES,
    app,
    features,
    files,
    imports,
    modules,
    named,
    product,
    python,
    tree,
)

FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "handler", "processor", "data", "info"}
NO_ANSWERS = ("fastapi", "starlette", "jinja2", "kit.app", "kit.answers", "kit.edge", "kit.web", "kit.wiring")
NO_CALLS = ("httpx", "stripe", "kit.http", "kit.worker")
NEVER = {
    "rules": (*NO_ANSWERS, *NO_CALLS, "sqlalchemy", "sqlmodel", "kit.db", "kit.mailbox", "kit.settings"),
    "models": (*NO_ANSWERS, *NO_CALLS, "kit.mailbox", "kit.auth", "kit.settings"),
    "queries": (*NO_ANSWERS, *NO_CALLS, "kit.mailbox"),
    "actions": (*NO_ANSWERS, *NO_CALLS),
}
# Names that decide nothing by themselves, and libraries that compute and touch nothing.
PURE = ("kit.auth.STAFF", "email_validator")


def of_features(kind: str) -> list[str]:
    found = [folder / f"{kind}.py" for service in SERVICES for folder in features(service)]
    return [named(path) for path in found if path.exists()]


@pytest.mark.parametrize("kind", NEVER)
def test_a_file_imports_only_what_its_kind_may(kind: str) -> None:
    wrong = []
    for name in of_features(kind):
        for imported in imports(ROOT / name):
            if any(imported == never or imported.startswith(f"{never}.") for never in NEVER[kind]):
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_rules_import_the_standard_library_the_kits_words_and_rules_only() -> None:
    """Rules can be read and tested with nothing running."""
    allowed = {*sys.stdlib_module_names, "kit.money", "kit.errors", "kit.contracts", "kit.text", *PURE}
    wrong = []
    for name in of_features("rules"):
        for imported in imports(ROOT / name):
            known = any(imported == good or imported.startswith(f"{good}.") for good in allowed)
            rules = re.match(r"(registration|billing|notify)\.\w+\.rules\b", imported)
            if not known and not rules and not re.match(r"(registration|billing|notify)\.\w+$", imported):
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_only_the_database_commits() -> None:
    """`with db.write()` is the one transaction (design.md §4.1)."""
    calls = [
        f"{named(path)}:{node.lineno}"
        for path in product()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert [call for call in calls if not call.startswith("kit/db.py")] == []


def test_time_is_read_by_the_clock_only() -> None:
    found = []
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if re.search(r"(datetime|date|dt)\.(now|utcnow|today)$|^time\.time$", called):
                    found.append(f"{named(path)}: {called}")
    assert found == ["kit/clock.py: datetime.now"]


def test_nothing_is_called_utils_or_the_like() -> None:
    stems = {part for path in python() for part in (path.stem, *path.relative_to(ROOT).parts[:-1])}
    assert stems & FORBIDDEN_NAMES == set()


def test_no_module_state_is_changed() -> None:
    """Two processes of every service must be correct: what matters is in the database (design.md §4.10)."""
    changed = [named(path) for path in product() for node in ast.walk(tree(path)) if isinstance(node, ast.Global)]
    assert changed == []


@pytest.mark.parametrize("service", SERVICES)
def test_routes_run_in_threads(service: str) -> None:
    """A blocking call in an `async def` stops everybody; only a provider's raw body is read that way."""
    coroutines = [
        f"{route.endpoint.__module__}.{route.name}"
        for route, _ in wiring.routes(app(service))
        if inspect.iscoroutinefunction(route.endpoint)
    ]
    assert [name for name in coroutines if ".webhooks." not in name] == []


@pytest.mark.parametrize("service", SERVICES)
def test_money_is_never_a_fraction(service: str) -> None:
    modules(service)
    tables = sys.modules[f"{service}.tables"]
    metadata: MetaData = tables.Table.metadata
    every = [*metadata.sorted_tables, *KitTable.metadata.sorted_tables]
    assert metadata.tables
    inexact = [
        f"{table.name}.{column.name}"
        for table in every
        for column in table.columns
        if isinstance(column.type, Float | Numeric)
    ]
    assert inexact == []


def test_pages_hold_no_inline_script_or_style() -> None:
    """The security policy would refuse them (design.md §10). A JSON-LD block is text, not a script."""
    wrong = []
    inline = r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|<script(?![^>]*\b(?:src=|type=\"application/ld\+json\"))"
    for path in files():
        if path.suffix == ".html" and "templates" in path.parts and not is_mail(path.read_text(encoding="utf-8")):
            wrong += [f"{named(path)}: {found}" for found in re.findall(inline, path.read_text(encoding="utf-8"))]
    assert wrong == []


def is_mail(template: str) -> bool:
    """Mail readers know no style sheet: letters carry theirs."""
    return bool(re.search(r"kit/mail\.html|kit/mail_parts\.html|supported-color-schemes", template))

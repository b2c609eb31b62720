"""Whether types travel: `python -m tools.typed` checks them with mypy, and measures what it could not see.

Prints for each service, and for each room and face of registration, the part of its expressions that are `Any`, and
counts subscripts by a plain word (`row["field"]`): a thing that should have a type. Non-zero above the limits.
"""

import ast
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED = ("kit", "services", "simulator", "tools")
SERVICES = ("registration", "billing", "notify")
# Rooms whose rows once travelled as dicts are held by themselves too.
ROOMS = ("registration.checkin", "registration.signup", "registration.registrations", "registration.changes")
MOST_ANY, MOST_SUBSCRIPTS = 3.0, 80
# Steps of a schema's history, and what reads people's own files.
LEFT_OUT = re.compile(r"\.(migrations|seed)\b")
ROW = re.compile(r"\s*(?P<module>[\w.]+)\s+(?P<anys>\d+)\s+(?P<all>\d+)\s+[\d.]+%")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="guichet-types-") as folder:
        command = [sys.executable, "-m", "mypy", "--any-exprs-report", folder, *CHECKED]
        if subprocess.run(command, cwd=ROOT).returncode:
            return 1
        report = (Path(folder) / "any-exprs.txt").read_text(encoding="utf-8")
    well = True
    for name, part in shares(report).items():
        held = name in (*SERVICES, *ROOMS)
        over = held and part > MOST_ANY
        well = well and not over
        if held:
            print(f"{name:<30} {part:4.1f} % Any{'  ABOVE ' + str(MOST_ANY) if over else ''}")
    found = list(subscripts())
    print(f"{len(found)} subscripts by a plain word, {MOST_SUBSCRIPTS} at most")
    if len(found) > MOST_SUBSCRIPTS:
        print("\n".join(found))
        return 1
    return 0 if well else 1


def shares(report: str) -> dict[str, float]:
    """Percent of the expressions that are `Any`, by service, and by folder of a service."""
    anys, every = Counter[str](), Counter[str]()
    for row in filter(None, map(ROW.fullmatch, report.splitlines())):
        module = row["module"]
        if module == "Total" or LEFT_OUT.search(module):
            continue
        for name in {module.split(".")[0], ".".join(module.split(".")[:2])}:
            anys[name] += int(row["anys"])
            every[name] += int(row["all"])
    return {name: 100 * anys[name] / every[name] for name in sorted(every) if every[name]}


def subscripts() -> Iterator[str]:
    """`file:line: expression` of every subscript by a lower-case word in the services, outside seed and migrations."""
    for path in sorted((ROOT / "services").rglob("*.py")):
        if "migrations" in path.parts or "seed" in path.as_posix():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            index = node.slice if isinstance(node, ast.Subscript) else None
            if isinstance(index, ast.Constant) and re.fullmatch("[a-z_]+", str(index.value)):
                yield f"{path.relative_to(ROOT)}:{index.lineno}: {ast.unparse(node)}"


if __name__ == "__main__":
    sys.exit(main())

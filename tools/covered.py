"""Whether the tests take both sides of every decision: `python -m tools.covered` after a measured run.

Reads `.coverage` and judges three groups of files by their branches (and by their lines, for what has none). Nothing
is left out: `pyproject.toml` makes the comments that hide code mean nothing. Prints each file below; non-zero when a
group is.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEAST = 95.0
# What decides, what changes, what everything stands on, in rooms at any depth; `rules_plan` is of the kind `rules`.
GROUPS = {
    "rules": re.compile(r"services/\w+/(\w+/)+rules(_\w+)?\.py"),
    "actions": re.compile(r"services/\w+/(\w+/)+actions(_\w+)?\.py|services/billing/checkout/flows\.py"),
    "kit": re.compile(r"kit/.+\.py"),
}


@dataclass(frozen=True)
class Measured:
    """Lines and branches of a file or a group: how many there are, how many the tests took."""

    lines: int = 0
    lines_taken: int = 0
    branches: int = 0
    branches_taken: int = 0

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.lines + other.lines,
            self.lines_taken + other.lines_taken,
            self.branches + other.branches,
            self.branches_taken + other.branches_taken,
        )

    @property
    def by_line(self) -> float:
        return 100 * self.lines_taken / self.lines if self.lines else 100.0

    @property
    def by_branch(self) -> float:
        return 100 * self.branches_taken / self.branches if self.branches else 100.0

    @property
    def enough(self) -> bool:
        return min(self.by_line, self.by_branch) >= LEAST

    def __str__(self) -> str:
        return f"{self.by_branch:6.1f} % of {self.branches:4} branches {self.by_line:6.1f} % of {self.lines:4} lines"


def judged(report: Mapping[str, Any]) -> Iterator[tuple[str, Measured, list[str]]]:
    """Each group, what it comes to, and a line for each of its files that is below."""
    for group, pattern in GROUPS.items():
        files = {name: file for name, file in sorted(report["files"].items()) if pattern.fullmatch(name)}
        measured = {name: _measured(file["summary"]) for name, file in files.items()}
        whole = sum(measured.values(), Measured())
        below = [f"{one}  {name}{_missing(files[name])}" for name, one in measured.items() if not one.enough]
        yield group, whole, below


def _measured(summary: Mapping[str, int]) -> Measured:
    return Measured(
        summary["num_statements"], summary["covered_lines"], summary["num_branches"], summary["covered_branches"]
    )


def _missing(file: Mapping[str, Any]) -> str:
    lines = sorted({*file["missing_lines"], *(start for start, _end in file["missing_branches"])})
    return ": " + ", ".join(map(str, lines))


def verdict(report: Mapping[str, Any]) -> tuple[str, bool]:
    """What to print, and whether all is well. A group without a file was not measured, and fails."""
    said, well = [], True
    for group, whole, below in judged(report):
        good = bool(whole.lines) and whole.enough
        well = well and good
        said.append(f"{group:8}{whole}  {'ok' if good else f'BELOW {LEAST:.0f} %'}")
        said += [f"        {line}" for line in below]
    return "\n".join(said) + "\n", well


def main() -> int:
    """0 when every group is measured and taken well enough."""
    folder = Path(__file__).parents[1]
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    written = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if written.returncode:
        sys.stderr.write(written.stdout + written.stderr)
        return 1
    said, well = verdict(json.loads(written.stdout))
    sys.stdout.write(said)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.lists [--rows 2000]`: a company's file read, and compared with as many people covered; best of
several, beside the goal of two seconds for all of it."""

import argparse
import io
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from registration.plans.lists.flows import list_read
from registration.plans.lists.rules import Covered, judge
from registration.plans.rules import MOST

GOAL_SECONDS, TIMES = 2.0, 5
HEADINGS = ("Prénom", "Nom de famille", "Courriel", "Langue", "No employé", "Poste")


def people(count: int) -> list[tuple[str, ...]]:
    """Invented, one in five without an address."""
    return [
        (f"Prénom{n}", f"Œilneuf-{n % 400}", f"p{n}@example.org" if n % 5 else "", "FR", str(n), "Soudure")
        for n in range(count)
    ]


def as_text(rows: Sequence[Sequence[str]]) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in rows).encode("cp1252")


def as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def best(what: Callable[[], object]) -> float:
    """The quickest of several, in seconds."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        what()
        took.append(time.perf_counter() - begun)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lists")
    parser.add_argument("--rows", type=int, default=MOST)
    rows = [HEADINGS, *people(parser.parse_args().rows)]
    entries = list_read(as_text(rows), {}).entries
    covered = [
        Covered(uuid.uuid4(), one.first_name, one.last_name, one.email, one.lang, one.employer_ref) for one in entries
    ]
    print(f"{len(entries)} rows, Python {sys.version.split()[0]}; a process starts in {_start():.2f} s")
    for name, content in (("text, windows-1252", as_text(rows)), ("Excel workbook", as_workbook(rows))):
        read = best(lambda content=content: list_read(content, {}))  # type: ignore[misc]  # bound for this turn
        fresh, again = best(lambda: judge(entries, ())), best(lambda: judge(entries, covered))
        whole = read + max(fresh, again)
        print(
            f"{name:<20}{len(content) // 1000:>6} kB  read {read:.3f} s  new {fresh:.3f} s  again {again:.3f} s"
            f"  in all {whole:.3f} s of {GOAL_SECONDS:.0f} s"
        )


def _start() -> float:
    return best(lambda: subprocess.run([sys.executable, "-I", "-c", ""], check=True))


if __name__ == "__main__":
    main()

"""Sets documents, as a process of its own: `setter.py` reads one after the other on standard input and answers each on
standard output, until there are no more. Asked: a line `template length`, then so many bytes of JSON. Answered: a line
`1 length`, then a PDF; or `0 0` when it could not be set: what went wrong would quote the document, and is not told.

It imports nothing of the kit: it must be there at once. Fonts are those beside it, with typst's own for letters they
lack; packages cannot be fetched, for there is no place to look for them.
"""

import base64
import json
import os
import select
import sys
from pathlib import Path
from typing import cast

import typst

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
# Nobody keeps what it takes in memory for a document that may not come: another is started then. In seconds.
IDLE = 60.0


def compiler() -> typst.Compiler:
    """What sets pages: it finds our templates and fonts, and nothing else."""
    return typst.Compiler(
        root=str(TEMPLATES),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        package_path=os.devnull,
        package_cache_path=os.devnull,
    )


def main() -> int:
    sets, asked, answers = compiler(), sys.stdin.buffer, sys.stdout.buffer
    while select.select([asked], [], [], IDLE)[0] and (head := asked.readline()):
        template, length = head.decode().split()
        state, made = answer(sets, template, asked.read(int(length)))
        answers.write(b"%d %d\n" % (state, len(made)) + made)
        answers.flush()
    return 0


def answer(sets: typst.Compiler, template: str, told: bytes) -> tuple[int, bytes]:
    """Whether it was set, and the PDF."""
    try:
        return 1, pdf_of(sets, template, told)
    except typst.TypstError:
        return 0, b""


def pdf_of(sets: typst.Compiler, template: str, told: bytes) -> bytes:
    """The tagged PDF: PDF/UA-1, unless a letter is in none of the fonts, which that standard forbids; a box stands for
    it then. Raises TypstError."""
    document = json.loads(told)
    if logo := document.get("logo"):
        # A template reads a picture as a list of numbers.
        document |= {"logo": list(base64.urlsafe_b64decode(logo))}
    page, inputs = str(TEMPLATES / template), {"document": json.dumps(document)}
    try:
        return cast(bytes, sets.compile(page, format="pdf", sys_inputs=inputs, pdf_standards="ua-1"))
    except typst.TypstError:
        return cast(bytes, sets.compile(page, format="pdf", sys_inputs=inputs))


if __name__ == "__main__":
    sys.exit(main())

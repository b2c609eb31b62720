"""Sets one document, as a process of its own: `setter.py TEMPLATE`, its data in JSON on standard input, PDF on standard
output. Ends with 0 when the document is whole; what went wrong would quote the document, and is not told.

It imports nothing of the kit: it is started for one document and must be there at once. Fonts are those beside it, with
typst's own for letters they lack; packages cannot be fetched, for there is no place to look for them.
"""

import base64
import json
import os
import sys
from pathlib import Path

import typst

HERE = Path(__file__).parent


def pdf_of(template: str, told: bytes) -> bytes:
    """The tagged PDF: PDF/UA-1, unless a letter is in none of the fonts, which that standard forbids; a box stands for
    it then. Raises TypstError."""
    document = json.loads(told)
    if document.get("logo"):
        # A template reads a picture as a list of numbers.
        document["logo"] = list(base64.urlsafe_b64decode(document["logo"]))
    compiler = typst.Compiler(
        input=str(HERE / "templates" / template),
        root=str(HERE / "templates"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        package_path=os.devnull,
        package_cache_path=os.devnull,
        sys_inputs={"document": json.dumps(document)},
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1")
    except typst.TypstError:
        made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def main(template: str) -> int:
    try:
        made = pdf_of(template, sys.stdin.buffer.read())
    except typst.TypstError as error:
        # The message is typst's own; traces and diagnostics show source.
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""People's spreadsheets, in: the bytes of a file become rows of texts, each with the number that her program shows.

    for row in read(content): print(row.number, row.cells)

What a file is, is read from its bytes: a workbook of Excel or LibreOffice, else text between semicolons, commas or
tabs, in whatever letters it was saved. A formula is what it last showed, or the text that it is: nothing is worked out.
"""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

READER = Path(__file__).with_name("reader.py")
SECONDS = 20.0
# How workbooks begin: the new ones are archives, the old ones compound documents.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MARKED = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Letters of one byte each: Windows, an old Mac, DOS. The one in which more French letters show is the right one; small
# ones, for a wrong one shows capitals inside words.
ONE_BYTE = ("cp1252", "mac_roman", "cp850")
FRENCH = "éèêëàâçîïôûùœ\u2019\u00a0"
SEPARATORS = (";", "\t", ",")


class NotASheet(ValueError):
    """The bytes are no spreadsheet that can be read. Says nothing of what they hold."""


@dataclass(frozen=True)
class ReadRow:
    """A row that holds something: its number in her file, and its cells without what surrounds them."""

    number: int
    cells: tuple[str, ...]


def read(content: bytes, most: int | None = None) -> tuple[ReadRow, ...]:
    """The rows that hold something, the first `most` of them: ask for one more than you take to know of too many.
    Raises NotASheet."""
    first, rows = _workbook(content) if content.startswith(WORKBOOKS) else (1, _csv(_text(content)))
    try:
        tidy = ((number, tuple(" ".join(cell.split()) for cell in row)) for number, row in enumerate(rows, first))
        return tuple(islice((ReadRow(number, cells) for number, cells in tidy if any(cells)), most))
    except csv.Error as error:
        raise NotASheet() from error


def _workbook(content: bytes) -> tuple[int, Iterator[list[str]]]:
    command = [sys.executable, "-I", str(READER)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS)  # noqa: S603 (our own file)
    except subprocess.TimeoutExpired as error:
        raise NotASheet() from error
    if done.returncode != 0:
        raise NotASheet()
    first, rows = json.loads(done.stdout)
    return first, iter(rows)


def _text(content: bytes) -> str:
    for mark, encoding in MARKED.items():
        if content.startswith(mark):
            return _decoded(content, encoding)
    # UTF-16 without its mark: every second byte of plain letters is nought.
    if content and content[1::2].count(0) * 4 > len(content):
        return _decoded(content, "utf-16-le")
    try:
        return content.decode()
    except UnicodeDecodeError:
        texts = [content.decode(encoding, "replace") for encoding in ONE_BYTE]
        return max(texts, key=lambda text: sum(text.count(letter) for letter in FRENCH))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotASheet() from error


def _csv(text: str) -> Iterator[list[str]]:
    if "\0" in text or text.startswith("%PDF"):
        raise NotASheet()
    said, _, rest = text.partition("\n")
    if said.strip().startswith("sep=") and len(said.strip()) == len("sep=") + 1:
        # Excel's own word on what stands between cells; it does not count the line.
        return _cells(rest, said.strip()[-1])
    # Where cells are divided rightly, most rows have as many as most others.
    return _cells(text, max(SEPARATORS, key=lambda mark: _alike(text, mark)))


def _cells(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _alike(text: str, separator: str) -> int:
    """How many of the first rows have the commonest number of cells, when that is more than one."""
    try:
        widths = Counter(len(row) for row in islice(_cells(text, separator), 50) if row)
    except csv.Error:
        return 0
    width, rows = widths.most_common(1)[0] if widths else (0, 0)
    return rows if width > 1 else 0

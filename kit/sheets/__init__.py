"""People's spreadsheets, out: one description of a sheet becomes an Excel workbook or a CSV file, row by row.

    answer(Sheet(title=…, columns=…, rows=…, …), Form.XLSX, "inscriptions-golf-2027")

What people typed is text and nothing else: no cell of it becomes a formula, in whichever program it is opened. Amounts,
numbers and days are written as such, so that they add up and sort. Rows arrive by batches and none is kept: a list of a
hundred thousand costs as much memory as one of a thousand. The workbook is made by a process of its own, so that the
service answers others meanwhile (`workbook.py`).
"""

import csv
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from kit.clock import local

MAKER = Path(__file__).with_name("workbook.py")
# A file is passed on by pieces of so many bytes.
PIECE = 64 * 1024
# How a text may begin that a spreadsheet program would work out: with one of these, or with one of them after blanks.
COMMANDS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BLANKS = ("\t", "\r", "\n")
# A program set for another country divides rows at another sign, and quotes do not hold it back in the middle of a row:
# then such a text begins after any of these.
DIVIDED = re.compile(rf'([,;\t\r\n][\s"]*)(?=[{re.escape("".join(COMMANDS))}])')
# Without it Excel takes a file of another country's letters for one of its own.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Form(StrEnum):
    """The form of the file."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        return "text/csv; charset=utf-8" if self is Form.CSV else WORKBOOK


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What an operation that answers a sheet says of it in the published interface.
FILE_SCHEMA: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as it is made: Excel, or CSV (UTF-8; `;` and a decimal comma in French).",
        "content": {WORKBOOK: FILE_SCHEMA, "text/csv": FILE_SCHEMA},
    }
}


class Kind(StrEnum):
    """What the cells of a column hold: a text, an integer, a `Decimal`, cents, a `date`, an aware `datetime` shown on
    the wall of the sheet's zone, a `bool`. Any cell may be None: then it is empty."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"


Cell = str | int | Decimal | bool | date | datetime | None
Row = Sequence[Cell]
# The Python type of each kind's cells. To Python a `bool` is an `int` and a `datetime` a `date`: not here.
TYPES: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.NUMBER: Decimal,
    Kind.MONEY: int,
    Kind.DATE: date,
    Kind.MOMENT: datetime,
    Kind.YES_NO: bool,
}


class WrongCell(TypeError):
    """A cell that its column does not hold: a mistake of ours, found before a sheet says something false."""


class NotMade(RuntimeError):
    """The process that makes workbooks failed."""


@dataclass(frozen=True)
class Column:
    """One column: what it is called, and what its cells hold."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet. `batches` are read once, each as late as it can be; `yes` and `no` are the words of yes-or-no cells;
    `zone` is where moments are shown. `dated` is when a workbook says it was made: nothing else of it tells when it
    was, so that the same rows are the same bytes."""

    title: str
    lang: str
    zone: str
    columns: Sequence[Column]
    batches: Iterable[Iterable[Row]]
    yes: str
    no: str
    dated: date | None = None

    def checked(self) -> Iterator[list[list[Cell]]]:
        """The batches with every cell as its column says, moments as clocks on the wall, yes and no in words. Raises
        WrongCell."""
        kinds = [column.kind for column in self.columns]
        for batch in self.batches:
            yield [[self._cell(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in batch]

    def _cell(self, kind: Kind, cell: Cell) -> Cell:
        if cell is None or (kind is Kind.TEXT and type(cell) is str):
            return cell
        if type(cell) is not TYPES[kind] and not (kind is Kind.TEXT and isinstance(cell, str)):
            raise WrongCell(f"{type(cell).__name__} in a column of {kind}")
        if isinstance(cell, datetime):
            return local(cell, self.zone).replace(tzinfo=None, microsecond=0)
        if kind is Kind.YES_NO:
            return self.yes if cell else self.no
        return cell


def answer(sheet: Sheet, form: Form, name: str) -> StreamingResponse:
    """The sheet as a file to keep; `name` is without ending, in plain letters, and says nothing of anybody.

    It is sent as it is made: each batch takes a thread for as long as it is read, and no longer.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return StreamingResponse(pieces(sheet, form), media_type=form.media_type, headers=headers)


def pieces(sheet: Sheet, form: Form) -> Generator[bytes, None, None]:
    """The bytes of the file, in order. An empty piece says that a batch was taken in. Raises WrongCell, NotMade."""
    return _csv(sheet) if form is Form.CSV else _workbook(sheet)


def is_command(text: str) -> bool:
    """Whether a spreadsheet program may take this text for something to work out."""
    return text.startswith(BLANKS) or text.lstrip().startswith(COMMANDS)


def _csv(sheet: Sheet) -> Generator[bytes, None, None]:
    """Semicolons and decimal commas in French, as Excel reads them there; commas and points in English."""
    buffer = io.StringIO(newline="")
    french = sheet.lang == "fr"
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    mark = "," if french else "."
    kinds = [column.kind for column in sheet.columns]
    writer.writerow([_guarded(column.title) for column in sheet.columns])
    yield BYTE_ORDER_MARK + _taken(buffer)
    for batch in sheet.checked():
        writer.writerows([_written(kind, cell, mark) for kind, cell in zip(kinds, row, strict=True)] for row in batch)
        yield _taken(buffer)


def _written(kind: Kind, cell: Cell, mark: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _guarded(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if kind is Kind.MONEY and isinstance(cell, int):
        dollars, cents = divmod(abs(cell), 100)
        return f"{'-' if cell < 0 else ''}{dollars}{mark}{cents:02}"
    return str(cell).replace(".", mark) if kind is Kind.NUMBER else str(cell)


def _guarded(text: str) -> str:
    """With an apostrophe before what would be worked out: spreadsheet programs then take it as it stands."""
    text = DIVIDED.sub(r"\1'", text)
    return f"'{text}" if is_command(text) else text


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _workbook(sheet: Sheet) -> Generator[bytes, None, None]:
    """Rows go to the process that makes the workbook as they are read; then the finished file comes back."""
    with tempfile.TemporaryDirectory(prefix="guichet-sheet-") as folder:
        path = Path(folder, "sheet.xlsx")
        # Isolated: it needs nothing of ours, and takes nothing from where we were started.
        command = [sys.executable, "-I", str(MAKER), str(path)]
        maker = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 (our own file, by our own interpreter)
        try:
            if maker.stdin is None:
                raise NotMade("it takes no rows")
            yield from _told(sheet, maker.stdin)
            if maker.wait() != 0:
                raise NotMade(f"it ended with {maker.returncode}")
        finally:
            # Whoever asked may have gone away in the middle.
            maker.kill()
            maker.wait()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _told(sheet: Sheet, rows: IO[bytes]) -> Iterator[bytes]:
    """One line says what the sheet is, each of the others is a batch of rows."""
    try:
        with rows:
            columns = [(column.title, column.kind) for column in sheet.columns]
            rows.write(to_json((sheet.title, sheet.lang, columns, sheet.dated)) + b"\n")
            for batch in sheet.checked():
                rows.write(to_json(batch) + b"\n")
                yield b""
    except BrokenPipeError as error:
        raise NotMade("it stopped reading") from error

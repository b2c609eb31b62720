"""Reads one workbook (Excel, LibreOffice), as a process of its own: the file on standard input, its first visible sheet
that holds something on standard output, in JSON: the number of its first row as the program shows it, then its rows as
texts. Ends with 0 when it was read.

A small file may hold an enormous sheet: what it takes ends with this process, which may hold no more than `MEMORY` and
tells no more than `TEXT` of it.
What went wrong would quote the file, and is not told. It imports nothing of the kit: it must be there at once.
"""

import io
import json
import resource
import sys
from datetime import datetime, time

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MEMORY = 1_000_000_000
# Characters, and one for each cell: twice what the largest file of plain text holds that anybody may send.
TEXT = 10_000_000


def text_of(value: object) -> str:
    """A cell as text: 101.0 is the number 101 of whoever typed it, and a day at midnight a day."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def shown(book: CalamineWorkbook) -> CalamineSheet:
    """The first sheet that one sees and that holds something, or the first."""
    visible = [about.name for about in book.sheets_metadata if about.visible is SheetVisibleEnum.Visible]
    sheets = [book.get_sheet_by_name(name) for name in visible] or [book.get_sheet_by_index(0)]
    return next((sheet for sheet in sheets if sheet.start is not None), sheets[0])


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sheet = shown(CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())))
    rows = sheet.to_python(skip_empty_area=True) if sheet.start else []
    first = sheet.start[0] + 1 if sheet.start else 1
    told = [[text_of(value) for value in row] for row in rows]
    if sum(len(cell) + 1 for row in told for cell in row) > TEXT:
        raise OverflowError()
    json.dump([first, told], sys.stdout)


if __name__ == "__main__":
    main()

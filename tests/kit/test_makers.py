"""What the processes that make files do, called in this one: their lines are measured, and their refusals seen."""

import dataclasses
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import IO

import pytest
from pydantic_core import to_json
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from kit.print import setter
from kit.sheets import workbook
from tests.kit.test_print import list_of, poster_of

COLUMNS = [("Nom", "text"), ("Places", "whole"), ("Total", "money"), ("Poids", "number"), ("Jour", "date")]
COLUMNS += [("Moment", "moment"), ("Oui", "yes_no")]


def made(tmp_path: Path, *batches: list[list[object]]) -> list[list[object]]:
    path = tmp_path / "sheet.xlsx"
    lines = [json.dumps(["Liste [1]: tout/rien", "fr", COLUMNS, None]), *(json.dumps(batch) for batch in batches)]
    workbook.main([str(path)], io.BytesIO("\n".join(lines).encode()))
    book = CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_index(0).to_python()


def test_workbook_writes_each_kind_as_what_it_is(tmp_path: Path) -> None:
    first = ["=1+1", 3, 9773, "12.5", "2027-06-10", "2027-06-10T09:00:00", "oui"]
    old = ["Zoé\nRoy", None, "", None, "1899-01-01", "1899-01-01T00:00:00", "x" * 40_000]
    rows = made(tmp_path, [first], [old, ["\ufffe", 1, 2, "3", "2027-06-11", "2027-06-11T09:00:00", ""]])
    assert rows[0] == [title for title, _kind in COLUMNS]
    assert rows[1][:4] == ["=1+1", 3.0, 97.73, 12.5]
    assert str(rows[1][4]).startswith("2027-06-10") and str(rows[1][5]).startswith("2027-06-10 09:00")
    assert rows[2][0] == "Zoé\nRoy" and rows[2][4] == "1899-01-01"
    assert len(str(rows[2][6])) == workbook.MOST_CHARACTERS and str(rows[2][6]).endswith("…")


def test_workbook_with_more_rows_than_excel_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    row = ["a", 1, 1, "1", "2027-06-10", "2027-06-10T09:00:00", ""]
    with pytest.raises(SystemExit, match="more than the 1 rows"):
        made(tmp_path, [row, row])


def test_workbook_is_as_wide_as_what_is_in_its_first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MEASURED", 1)
    last = ["1", "2027-06-10", "2027-06-10T09:00:00", ""]
    made(tmp_path, [["Zoé Roy-Côté Hamel", 1, 1, *last], ["x" * 40, 1, 1, *last]])
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as book:
        first = re.search(r'<col min="1" max="1" width="([\d.]+)"', book.read("xl/worksheets/sheet1.xml").decode())
    assert first and 19 <= float(first[1]) < 21


def test_workbook_title_that_no_tab_may_have_is_numbered() -> None:
    assert workbook.tab_title("[]:*?/'") == "1"


def test_setter_sets_a_list_and_a_poster() -> None:
    for document, words in ((list_of(("Roy, Zoé", "Fonderie")), "Roy, Zoé"), (poster_of("Tournoi"), "Tournoi")):
        pdf = setter.pdf_of(setter.compiler(), document.template, to_json(document, bytes_mode="base64"))
        assert words in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


class Stream:
    """Standard input or output of a process."""

    def __init__(self, buffer: IO[bytes]) -> None:
        self.buffer = buffer


def test_setter_answers_each_document_until_there_are_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    out, (read, write) = io.BytesIO(), os.pipe()
    document = to_json(list_of(), bytes_mode="base64")
    with open(write, "wb") as asked:
        for told in (document, b"{}", document):
            asked.write(f"list.typ {len(told)}\n".encode() + told)
    with open(read, "rb") as told_us:
        monkeypatch.setattr("sys.stdin", Stream(told_us))
        monkeypatch.setattr("sys.stdout", Stream(out))
        assert setter.main() == 0
    out.seek(0)
    states = []
    while head := out.readline():
        state, length = map(int, head.split())
        states.append((state, out.read(length)[:4]))
    assert states == [(1, b"%PDF"), (0, b""), (1, b"%PDF")]


def test_setter_sets_letters_that_no_font_has() -> None:
    pdf = setter.pdf_of(setter.compiler(), "list.typ", to_json(list_of(("東京, 花子", "Ωμέγα")), bytes_mode="base64"))
    assert "Ωμέγα" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_setter_that_nobody_asks_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    monkeypatch.setattr(setter, "IDLE", 0.0)
    with open(read, "rb") as told_us, open(write, "wb"):
        monkeypatch.setattr("sys.stdin", Stream(told_us))
        assert setter.main() == 0


def test_setter_puts_the_logo_where_the_name_would_stand() -> None:
    square = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="red"/></svg>'
    given = dataclasses.replace(poster_of("Golf"), logo=square)
    pdf = setter.pdf_of(setter.compiler(), given.template, to_json(given, bytes_mode="base64"))
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Golf" in text and "Alliance des exemples" not in text

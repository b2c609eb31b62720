"""People's spreadsheets, read from bytes: letters, separators, rows by her number, hostile files."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from kit.sheets import reader
from kit.sheets.reader import shown, text_of
from kit.sheets.reading import NotASheet, ReadRow, read

HEADING = ("Prénom", "Nom de famille", "Courriel")
LINES = ("Prénom ;Nom de famille;Courriel", 'Cœline;Œilneuf;"c@example.org"', "Ève-Marie;L’Écumeux;")


def workbook(rows: Sequence[Sequence[object]], first: int = 0, hidden_before: bool = False) -> bytes:
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    if hidden_before:
        book.add_worksheet("Cachée").write(0, 0, "rien")
    sheet = book.add_worksheet("Liste")
    for number, row in enumerate(rows, first):
        sheet.write_row(number, 0, row)
    if hidden_before:
        sheet.activate()
        book.worksheets()[0].hide()
    book.close()
    return content.getvalue()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
def test_letters_of_any_program_are_read_as_they_were_typed(encoding: str, end: str) -> None:
    rows = read(end.join(LINES).encode(encoding))
    assert rows[0].cells == HEADING
    assert rows[1] == ReadRow(2, ("Cœline", "Œilneuf", "c@example.org"))
    assert rows[2].cells == ("Ève-Marie", "L’Écumeux", "")


def test_letters_of_dos_are_read_as_they_were_typed() -> None:
    assert read("Prénom;Nom\nÉric;Mâchefer".encode("cp850"))[1].cells == ("Éric", "Mâchefer")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separator_is_the_one_that_divides_rows_alike(separator: str) -> None:
    rows = [("Nom", "Ville"), ('"Roy, Léa; dit ""Lé"""', "Alma"), ("Côté", "La Baie")]
    read_back = read("\n".join(separator.join(row) for row in rows).encode())
    assert [row.cells for row in read_back] == [("Nom", "Ville"), ('Roy, Léa; dit "Lé"', "Alma"), ("Côté", "La Baie")]


def test_separator_that_excel_names_is_taken_and_its_line_not_counted() -> None:
    assert read(b"sep=|\r\na|b\r\nc|d") == (ReadRow(1, ("a", "b")), ReadRow(2, ("c", "d")))


def test_rows_keep_her_numbers_when_some_are_empty() -> None:
    assert [row.number for row in read(b"a;b\n\n;;\nc;d\n")] == [1, 4]
    assert [row.number for row in read(workbook([("a", "b"), (), ("c", "d")], first=4))] == [5, 7]


def test_row_with_a_break_inside_a_cell_counts_once() -> None:
    assert read(b'a;b\n"1\n2";c\nd;e')[2] == ReadRow(3, ("d", "e"))


def test_workbook_numbers_and_days_are_read_as_typed() -> None:
    assert read(workbook([("No", "Nom"), (101, "Éric"), (1.5, "=cmd()")]))[1:] == (
        ReadRow(2, ("101", "Éric")),
        ReadRow(3, ("1.5", "=cmd()")),
    )


def test_workbook_shows_its_first_visible_sheet() -> None:
    assert read(workbook([("a", "b")], hidden_before=True)) == (ReadRow(1, ("a", "b")),)


def test_workbook_far_larger_than_its_file_is_refused() -> None:
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "b")
    book.close()
    with pytest.raises(NotASheet):
        read(content.getvalue())


def test_archive_that_unfolds_without_end_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([("a", "b")]))) as whole:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bomb:
            for name in whole.namelist():
                told = whole.read(name)
                if name.endswith("sheet1.xml"):
                    row = b"".join(b'<c t="inlineStr"><is><t>x</t></is></c>' for _ in range(1000))
                    told = told.replace(b"</sheetData>", b"<row>" + row + b"</row>" * 1)
                    told += b" " * 300_000_000
                bomb.writestr(name, told)
    with pytest.raises(NotASheet):
        read(content.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 \xe2\xe3", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0", b"GIF89a\x00\x01\x00", b"\xff\xfe\x00\xd8"],
)
def test_file_that_is_no_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(NotASheet):
        read(content)


def test_file_without_a_row_has_none() -> None:
    assert read(b"") == read(b"\n\n;;") == ()
    assert read(workbook([])) == ()


def test_rows_stop_at_the_number_asked_for() -> None:
    assert len(read(b"a;b\n" * 50, most=11)) == 11


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    try:
        rows = read(content)
    except NotASheet:
        return
    assert all(any(row.cells) for row in rows)


def test_cells_that_are_no_texts_are_written_as_whoever_typed_them_sees_them() -> None:
    values = (
        101.0,
        1.5,
        datetime.fromisoformat("2027-03-01"),
        datetime.fromisoformat("2027-03-01T17:30"),
        True,
        "=1+1",
    )
    told = ["101", "1.5", "2027-03-01", "2027-03-01 17:30:00", "True", "=1+1"]
    assert [text_of(value) for value in values] == told


def test_sheet_that_is_shown_is_the_first_one_that_is_visible_and_holds_something() -> None:
    hidden = CalamineWorkbook.from_filelike(io.BytesIO(workbook([["a"]], hidden_before=True)))
    assert shown(hidden).name == "Liste"
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    book.add_worksheet("Vide")
    book.add_worksheet("Pleine").write(0, 0, "a")
    book.close()
    assert shown(CalamineWorkbook.from_filelike(io.BytesIO(content.getvalue()))).name == "Pleine"


def test_reader_tells_the_first_row_of_a_sheet_and_its_cells_as_texts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As its process does, in this one."""

    class Stream:
        buffer = io.BytesIO(workbook([("Nom", "Âge"), ("Zoé", 41)]))

    monkeypatch.setattr("resource.setrlimit", lambda *_: None)
    monkeypatch.setattr("sys.stdin", Stream)
    reader.main()
    assert json.loads(capsys.readouterr().out) == [1, [["Nom", "Âge"], ["Zoé", "41"]]]

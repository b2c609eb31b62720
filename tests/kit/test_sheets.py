"""Sheets, read back by another library than the one that writes them."""

import csv
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from kit.sheets import MAKER, Cell, Column, Form, Kind, NotMade, Row, Sheet, WrongCell, pieces
from kit.sheets.workbook import tab_title, writable

MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What a database of ours may hold: any character but NUL and halves of characters.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40)
COMMANDS = st.tuples(st.sampled_from(["", " ", "\u00a0 "]), st.sampled_from(MARKS), TEXTS).map("".join)


def sheet_of(columns: Iterable[Column], *batches: Iterable[Row], lang: str = "fr", title: str = "Essai") -> Sheet:
    return Sheet(
        title=title, lang=lang, zone="America/Toronto", columns=list(columns), batches=batches, yes="Oui", no="Non"
    )


def whole(sheet: Sheet, form: Form) -> bytes:
    return b"".join(pieces(sheet, form))


def read_workbook(content: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def read_csv(content: bytes, delimiter: str = ";") -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def of_texts(texts: list[str]) -> Sheet:
    """With a number beside each, so that an empty text leaves a row."""
    return sheet_of([Column("Texte"), Column("Numéro", Kind.WHOLE)], [(text, n) for n, text in enumerate(texts)])


@settings(max_examples=20)
@given(st.lists(st.one_of(TEXTS, COMMANDS), min_size=20, max_size=60))
def test_texts_of_a_workbook_are_read_back_as_they_were_typed(texts: list[str]) -> None:
    content = whole(of_texts(texts), Form.XLSX)
    # A line break inside a cell is one to every program, however it was typed.
    expected = [text.replace("\r\n", "\n") for text in texts]
    assert [str(row[0]).replace("\r\n", "\n") for row in read_workbook(content)[1:]] == expected
    with ZipFile(io.BytesIO(content)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in written and "<hyperlink" not in written


@given(st.lists(st.one_of(TEXTS, COMMANDS), max_size=40))
def test_texts_of_a_csv_file_begin_no_formula_and_lose_nothing(texts: list[str]) -> None:
    rows = read_csv(whole(of_texts(texts), Form.CSV))[1:]
    assert [row[0].replace("'", "") for row in rows] == [text.replace("'", "") for text in texts]
    for row in rows:
        assert not row[0].startswith(MARKS) and not row[0].lstrip().startswith(MARKS)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "text",
    ["Roy,=1+1,x", "Roy; @SUM(1)", 'Roy,"=1&", x', "Roy\t-2+3+cmd|' /C calc'!A0", "Roy\n=1+1", "Roy,\u00a0\uff1d1"],
)
def test_csv_file_divided_at_another_sign_begins_no_formula(text: str, delimiter: str, lang: str) -> None:
    """Whoever has another country's settings opens it too."""
    sheet = sheet_of([Column("Numéro", Kind.WHOLE), Column("Texte")], [(1, text)], lang=lang)
    for row in read_csv(whole(sheet, Form.CSV), delimiter):
        assert not [cell for cell in row if cell.lstrip().startswith(MARKS)], row


@pytest.mark.parametrize("mark", MARKS)
def test_text_that_begins_a_formula_stays_text_when_it_is_edited(mark: str) -> None:
    """Excel works out an edited cell anew, unless it is marked as quoted."""
    with ZipFile(io.BytesIO(whole(of_texts([f"{mark}1+1"]), Form.XLSX))) as parts:
        assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    assert read_csv(whole(of_texts([f"{mark}1+1"]), Form.CSV))[1][0] == f"'{mark}1+1"


def test_title_of_a_column_begins_no_formula() -> None:
    sheet = sheet_of([Column("=cmd|' /C calc'!A0")], [("a",)])
    assert read_csv(whole(sheet, Form.CSV))[0] == ["'=cmd|' /C calc'!A0"]
    assert read_workbook(whole(sheet, Form.XLSX))[0] == ["=cmd|' /C calc'!A0"]


EVERY_KIND = [Column(kind.value, kind) for kind in Kind]
# Half past one of the night in which the clocks of Québec go back, said in UTC.
NIGHT = datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
NIGHT_ON_THE_WALL = datetime.fromisoformat("2027-11-07T01:30:00")
ONE: Row = ("Côté", 3, Decimal("2.5"), -97_73, date(2027, 6, 10), NIGHT, True)


def test_workbook_holds_numbers_and_days_as_such() -> None:
    row = read_workbook(whole(sheet_of(EVERY_KIND, [ONE, (None,) * 7]), Form.XLSX))[1]
    assert row == ["Côté", 3, 2.5, -97.73, date(2027, 6, 10), NIGHT_ON_THE_WALL, "Oui"]


@pytest.mark.parametrize(
    ("lang", "delimiter", "expected"),
    [
        ("fr", ";", ["Côté", "3", "2,5", "-97,73", "2027-06-10", "2027-11-07 01:30:00", "Oui"]),
        ("en", ",", ["Côté", "3", "2.5", "-97.73", "2027-06-10", "2027-11-07 01:30:00", "Oui"]),
    ],
)
def test_csv_is_written_as_each_language_reads_it(lang: str, delimiter: str, expected: list[str]) -> None:
    content = whole(sheet_of(EVERY_KIND, [ONE, (None,) * 7], lang=lang), Form.CSV)
    assert read_csv(content, delimiter)[1:] == [expected, [""] * 7]


@settings(max_examples=10)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=200))
def test_amounts_add_up_to_the_cent_in_both_forms(cents: list[int]) -> None:
    sheet = sheet_of([Column("Total", Kind.MONEY)], [(amount,) for amount in cents])
    workbook = [row[0] for row in read_workbook(whole(sheet, Form.XLSX))[1:]]
    assert sum(round(Decimal(str(amount)) * 100) for amount in workbook) == sum(cents)
    written = [row[0].replace(",", ".") for row in read_csv(whole(sheet, Form.CSV))[1:]]
    assert sum(Decimal(amount) * 100 for amount in written) == sum(cents)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.WHOLE, True),
        (Kind.MONEY, "12"),
        (Kind.MONEY, 1.5),
        (Kind.DATE, NIGHT),
        (Kind.MOMENT, date(2027, 1, 1)),
        (Kind.TEXT, 3),
        (Kind.YES_NO, 1),
    ],
)
@pytest.mark.parametrize("form", Form)
def test_cell_of_another_kind_than_its_column_is_refused(kind: Kind, cell: Cell, form: Form) -> None:
    with pytest.raises(WrongCell):
        whole(sheet_of([Column("x", kind)], [(cell,)]), form)


def test_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError):
        whole(sheet_of([Column("a"), Column("b")], [("x",)]), Form.CSV)


def test_workbook_keeps_its_first_row_in_sight_and_filters_by_it() -> None:
    content = whole(sheet_of([Column("Nom"), Column("Note")], [("Côté", "x" * 300)] * 3), Form.XLSX)
    with ZipFile(io.BytesIO(content)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'ySplit="1"' in written and 'state="frozen"' in written and '<autoFilter ref="A1:B4"' in written
    widths = [float(part.split('"')[1]) for part in written.split(" width=")[1:]]
    assert len(widths) == 2 and 8 <= widths[0] < 12 and 40 < widths[1] < 50


def test_sheet_without_a_row_has_its_titles() -> None:
    assert read_workbook(whole(sheet_of([Column("Nom")]), Form.XLSX)) == [["Nom"]]
    assert read_csv(whole(sheet_of([Column("Nom")]), Form.CSV)) == [["Nom"]]


@pytest.mark.parametrize("title", ["", "'", "a/b\\c?*[x]:", "Personnes inscrites au tournoi de golf 2027", "'a'"])
def test_title_of_any_shape_names_the_tab(title: str) -> None:
    assert read_workbook(whole(sheet_of([Column("Nom")], title=title), Form.XLSX)) == [["Nom"]]
    assert 0 < len(tab_title(title)) <= 31


def test_text_longer_than_a_cell_says_that_it_goes_on() -> None:
    assert writable("é" * 40_000) == "é" * 32_766 + "…"
    assert writable("a\ufffeb") == "a\ufffdb"


def test_day_that_excel_does_not_know_is_written_in_letters() -> None:
    sheet = sheet_of([Column("Jour", Kind.DATE)], [(date(1899, 5, 1),), (date(1900, 3, 1),)])
    assert [row[0] for row in read_workbook(whole(sheet, Form.XLSX))[1:]] == ["1899-05-01", date(1900, 3, 1)]


@pytest.mark.parametrize("form", Form)
def test_long_sheet_takes_no_more_memory_than_a_short_one(form: Form) -> None:
    def batches(many: int) -> Iterator[Sequence[Row]]:
        yield from ([(f"Personne {n}", n) for n in range(1000)] for _ in range(many))

    def peak(many: int) -> int:
        columns = [Column("Nom"), Column("Numéro", Kind.WHOLE)]
        sheet = Sheet(
            title="x", lang="fr", zone="America/Toronto", columns=columns, batches=batches(many), yes="Oui", no="Non"
        )
        tracemalloc.start()
        size = sum(len(piece) for piece in pieces(sheet, form))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 1000
        return most

    peak(1)
    assert peak(24) < 1.5 * peak(8)


def test_batch_of_rows_is_a_piece_of_its_own() -> None:
    """Whoever sends the pieces from a pool of threads gives its thread back between two batches."""
    read = count()

    def batches() -> Iterator[list[Row]]:
        for _ in range(3):
            next(read)
            yield [("x",)]

    for form in Form:
        sheet = Sheet(
            title="x", lang="fr", zone="America/Toronto", columns=[Column("a")], batches=batches(), yes="Oui", no="Non"
        )
        begun, made = next(read), pieces(sheet, form)
        for done in (1, 2, 3):
            next(made)
            if form is Form.CSV and done == 1:
                next(made)  # The titles came first.
            assert next(read) - begun == 2 * done
        made.close()


def test_sheet_that_nobody_waits_for_leaves_no_process_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(*given: object, **named: object) -> subprocess.Popen[bytes]:
        started.append(start(*given, **named))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    made = pieces(sheet_of([Column("a")], *([("x",)] for _ in range(5))), Form.XLSX)
    next(made)
    assert list(tmp_path.iterdir())
    made.close()
    assert [one.poll() is not None for one in started] == [True] and list(tmp_path.iterdir()) == []


def test_failure_of_the_process_is_not_taken_for_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("import sys\nsys.stdin.buffer.read()\nsys.exit(3)\n")
    monkeypatch.setattr("kit.sheets.MAKER", broken)
    with pytest.raises(NotMade):
        whole(sheet_of([Column("a")], [("x",)]), Form.XLSX)


def test_maker_needs_nothing_of_the_kit() -> None:
    """It is started for one sheet: what it imports is paid each time."""
    script = "import sys, runpy; runpy.run_path(sys.argv[1], run_name='looked_at'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", script, str(MAKER)], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.split(".")[0] in ("kit", "fastapi", "pydantic")]

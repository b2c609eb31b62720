"""Printed pages, read back by another program than the one that sets them."""

import dataclasses
import gc
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from kit.errors import Busy
from kit.print import (
    AT_ONCE,
    Card,
    CardsDocument,
    CardText,
    ListColumn,
    ListDocument,
    NotPrinted,
    Paper,
    PosterDocument,
    PosterText,
    Press,
)
from kit.print.setting import SETTER
from kit.qr import qr

FONTS = SETTER.parent / "fonts"
MARKUP = '#set page(fill: red) $x$ *gras* <a> @b \\ #panic() #import "@preview/a:1.0.0"'


def list_of(*rows: tuple[str, ...], paper: Paper = Paper.LETTER) -> ListDocument:
    return ListDocument(
        title="Cocktail : liste de l’accueil",
        lines=["mercredi 17 mars 2027"],
        lang="fr",
        paper=paper,
        tick="Ici",
        columns=[ListColumn("Nom", 2), ListColumn("Entreprise", 1)],
        rows=rows,
        empty="Personne pour le moment.",
        page_of="Page {page} de {pages}",
    )


def poster_of(title: str, english: str = "") -> PosterDocument:
    picture = io.BytesIO()
    qr("https://example.org/fr/activites/cocktail").save(picture, kind="svg", border=0)
    return PosterDocument(
        text=PosterText("fr", title, ["Mercredi 17 mars 2027", "Saguenay"], "S’inscrire en ligne"),
        beside=PosterText("en", english, ["Wednesday, March 17", "Saguenay"], "Register online") if english else None,
        association="Alliance des exemples",
        accent="#1f5f8b",
        address="https://example.org/fr/activites/cocktail",
        qr=picture.getvalue().decode(),
    )


def cards_of(*names: str) -> CardsDocument:
    french = CardText(
        "fr", "Un soutien pour vous", "Ce que c’est", "Votre code", "Appelez la Clinique Étoile", [MARKUP]
    )
    english = CardText("en", "Support for you", "What it is", "Your code", "Call Clinique Étoile", ["Nobody knows."])
    dates = {"fr": "Valable du 1er avril", "en": "Valid from April 1"}
    return CardsDocument(
        title="Fiches à remettre",
        lang="fr",
        paper=Paper.LETTER,
        association="Alliance des exemples",
        accent="#1f5f8b",
        confidential="Personnel et confidentiel",
        fold="Pliez la feuille en quatre.",
        phone="418 555-0190",
        texts=[french, english],
        cards=[Card(name, f"AIF-000{n}-0000", dates, f"Fiche {n}") for n, name in enumerate(names, 1)],
    )


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def words(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(made).pages).split())


def test_list_repeats_its_heading_and_counts_its_pages() -> None:
    made = Press().printed(list_of(*((f"Tremblay{n}, Élise", "Fonderie Noël") for n in range(60))))
    pages = [page.extract_text() for page in read(made).pages]
    assert len(pages) == 3
    assert all("Entreprise" in page and f"Page {n} de 3" in page for n, page in enumerate(pages, 1))
    assert [f"Tremblay{n}, Élise" in " ".join(pages) for n in range(60)] == [True] * 60
    assert "mercredi 17 mars 2027" in pages[0]


def test_list_is_tagged_and_says_its_language_and_title() -> None:
    made = read(Press().printed(list_of(("Côté, Zoé", "Fonderie Noël"))))
    catalog = made.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalog
    assert catalog["/Lang"].lower().startswith("fr")
    assert made.metadata and made.metadata.title == "Cocktail : liste de l’accueil"
    assert b"pdfuaid" in catalog["/Metadata"].get_data()


@pytest.mark.parametrize(("paper", "size"), [(Paper.LETTER, (612, 792)), (Paper.A4, (595, 842))])
def test_list_is_set_for_its_paper(paper: Paper, size: tuple[int, int]) -> None:
    box = read(Press().printed(list_of(paper=paper))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_list_without_a_row_says_so() -> None:
    assert "Personne pour le moment." in words(Press().printed(list_of()))


def test_text_of_people_is_never_markup() -> None:
    made = words(Press().printed(list_of((MARKUP, "=1+1"))))
    assert MARKUP.replace(" ", "") in made.replace(" ", ""), "lines may break anywhere"
    assert "Cocktail" in words(Press().printed(poster_of(f"Cocktail {MARKUP}", MARKUP)))


def test_letter_that_no_font_has_does_not_keep_a_list_from_being_printed() -> None:
    made = words(Press().printed(list_of(("東京, 花子", "Ωμέγα"), ("Côté, Zoé", ""))))
    assert "Côté, Zoé" in made and "Ωμέγα" in made


@pytest.mark.parametrize(
    "title", ["Golf", "La société régionale en caricatures – 12e édition", "Très long titre " * 16]
)
def test_poster_fits_one_page_whatever_its_title(title: str) -> None:
    for english in ("", title):
        made = Press().printed(poster_of(title, english))
        assert len(read(made).pages) == 1
        told = words(made)
        assert "example.org" in told and "S’inscrire en ligne" in told and ("Register online" in told) is bool(english)


def test_poster_carries_the_logo_it_is_given() -> None:
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="red"/></svg>'
    given = poster_of("Golf")
    with_logo = PosterDocument(**(vars(given) | {"logo": square.encode()}))
    assert "Alliance des exemples" in words(Press().printed(given))
    assert "Alliance des exemples" not in words(Press().printed(with_logo))


def test_press_gives_up_on_what_takes_too_long() -> None:
    with pytest.raises(Busy):
        Press(seconds=0.01).printed(list_of())


def test_press_that_has_no_place_left_is_busy_and_sets_the_next_one() -> None:
    press = Press(seconds=0.3)
    taken = [press._places.acquire() for _ in range(AT_ONCE)]
    with pytest.raises(Busy):
        press.printed(list_of())
    for _ in taken:
        press._places.release()
    press._seconds = 30
    assert press.printed(list_of()).startswith(b"%PDF")


def test_failure_tells_nothing_of_what_was_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ListDocument, "template", "missing.typ")
    with pytest.raises(NotPrinted) as failure:
        Press().printed(list_of(("Côté, Zoé", "")))
    assert "Zoé" not in str(failure.value)


def test_fonts_are_those_that_were_carried_here() -> None:
    [family] = json.loads((FONTS / "fonts.json").read_text(encoding="utf-8"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.iterdir()}
    assert {name: its for name, its in found.items() if name != "fonts.json"} == family["files"]


def test_setter_needs_nothing_of_the_kit() -> None:
    """It must be there at once: whoever asks for the first document waits for what it imports."""
    script = "import sys, runpy; runpy.run_path(sys.argv[1], run_name='looked_at'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", script, str(SETTER)], capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.split() if name.split(".")[0] in ("kit", "fastapi", "pydantic")]
    assert Path(SETTER).is_file()


def setters() -> set[int]:
    """The processes of ours that set pages."""
    found = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "setter.py"], capture_output=True, text=True)
    return {int(one) for one in found.stdout.split()}


@pytest.mark.parametrize("closed", [True, False])
def test_setter_is_kept_for_the_next_document_and_ends_with_its_press(closed: bool) -> None:
    before, press = setters(), Press()
    first = press.printed(list_of(("Côté, Zoé", "")))
    [kept] = setters() - before
    assert press.printed(list_of(("Côté, Zoé", ""))) and setters() - before == {kept} and first
    if closed:
        press.close()
    del press
    gc.collect()
    assert kept not in setters()


def test_setter_that_was_killed_is_replaced_and_the_document_printed() -> None:
    before, press = setters(), Press()
    press.printed(list_of())
    [kept] = setters() - before
    os.kill(kept, signal.SIGKILL)
    assert "Personne" in words(press.printed(list_of())) and kept not in setters()


def test_setter_is_not_kept_for_more_documents_than_it_may_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.print.MOST", 1)
    before, press = setters(), Press()
    assert press.printed(list_of()) and setters() == before


def test_setter_that_could_not_set_a_page_sets_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    press = Press()
    with monkeypatch.context() as wrong, pytest.raises(NotPrinted):
        wrong.setattr(ListDocument, "template", "missing.typ")
        press.printed(list_of())
    assert "Personne" in words(press.printed(list_of()))


def test_documents_asked_for_together_are_each_their_own() -> None:
    before, press, names = setters(), Press(), [f"Personne{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda name: words(press.printed(list_of((name, "")))), names)
    assert all(name in told for name, told in zip(names, made, strict=True)) and len(setters() - before) <= 2


def test_cards_are_a_sheet_each_and_say_the_code_in_both_languages() -> None:
    made = Press().printed(cards_of("Kévin Hautemarée", "Łukasz Ŵœłowski"))
    pages = [" ".join(page.extract_text().split()) for page in read(made).pages]
    assert len(pages) == 2
    for page, name, number in zip(pages, ("Kévin Hautemarée", "Łukasz Ŵœłowski"), (1, 2), strict=True):
        assert name in page and page.count(f"AIF-000{number}-0000") == 2 and page.count("418 555-0190") == 2
        assert f"Fiche {number}" in page and "Valable du 1er avril" in page and "Valid from April 1" in page
        assert "#set page(fill: red) $x$ *gras*" in page


def test_cards_are_tagged() -> None:
    catalog = read(Press().printed(cards_of("Zoé"))).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and b"pdfuaid" in catalog["/Metadata"].get_data()


def test_list_without_boxes_has_no_column_of_them() -> None:
    plain = dataclasses.replace(list_of(("Côté, Zoé", "Fonderie Noël")), tick="")
    assert "Ici" not in words(Press().printed(plain))
    assert "Ici" in words(Press().printed(list_of(("Côté, Zoé", "Fonderie Noël"))))

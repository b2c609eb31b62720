"""Headings as people write them: found whatever their order, accents and capitals; refused ones are seen."""

from itertools import permutations
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets.headings import Columns, Field, folded
from kit.sheets.reading import ReadRow

PEOPLE = Columns(
    fields=(
        Field("first", ("prénom", "first name"), needed=True),
        Field("last", ("nom", "nom de famille", "last name"), needed=True),
        Field("email", ("courriel", "e-mail")),
        Field("ref", ("no employé", "numéro d'employé")),
    ),
    refused=("NAM", "assurance maladie", "naissance", "enfant"),
)
WRITTEN = ("Prénom ", "Nom de famille", "Courriel", "No employé")


def row(*cells: str, number: int = 1) -> ReadRow:
    return ReadRow(number, tuple(cells))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_headings_are_found_in_any_order(order: tuple[int, ...]) -> None:
    read = PEOPLE.read(row(*(WRITTEN[place] for place in order)))
    assert [read.places.get(key) for key in ("first", "last", "email", "ref")] == [order.index(n) for n in range(4)]
    assert read.missing == read.ignored == read.refused == ()


@pytest.mark.parametrize("written", ["N° employé", "no_employe", "NoEmployé", "NO. EMPLOYÉ", "No\u00a0employe :"])
def test_headings_do_not_count_accents_capitals_and_signs(written: str) -> None:
    assert PEOPLE.read(row("Nom", written)).places == {"last": 0, "ref": 1}


@given(st.text(max_size=12))
def test_heading_folded_is_folded_whatever_surrounds_it(around: str) -> None:
    signs = "".join(letter for letter in around if not letter.isalnum())
    assert folded(f"{signs}Prénom{signs}") in (folded(f"{signs}prenom{signs}"), "prenom")


def test_headings_that_mean_nothing_are_named_as_written() -> None:
    read = PEOPLE.read(row("Nom", "Poste", "", "Prénom", "Nom"))
    assert read.places == {"last": 0, "first": 3}
    assert read.ignored == ("Poste", "Nom")


def test_heading_that_is_needed_and_absent_is_missing() -> None:
    assert PEOPLE.read(row("Nom", "Courriel")).missing == ("first",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("NAM", "NAM"),
        ("n.a.m.", "NAM"),
        ("NumNAM", "NAM"),
        ("Carte d’assurance maladie", "assurance maladie"),
        ("DateNaissance (1)", "naissance"),
        ("date_naissance", "naissance"),
        ("Enfant(s)", "enfant"),
    ],
)
def test_heading_that_is_refused_is_seen_and_said_in_our_words(written: str, name: str) -> None:
    read = PEOPLE.read(row("Prénom", "Nom", written))
    assert read.refused == (name,) and read.ignored == ()


@pytest.mark.parametrize("written", ["Nom", "Namur", "Dynamique", "Poste"])
def test_heading_that_only_looks_like_a_refused_one_is_not(written: str) -> None:
    assert PEOPLE.read(row("Prénom", written)).refused == ()


def test_headings_stand_under_a_title() -> None:
    found = PEOPLE.found([row("Nos employés", number=1), row(*WRITTEN, number=3), row("Zoé", "Nom", number=4)])
    assert found is not None and found.row == 3 and len(found.places) == 4


def test_headings_are_refused_where_they_are_headings_alone() -> None:
    people = [row("Guy", "Bonenfant", "NAM"), row("Ève", "Naissance")]
    assert PEOPLE.found(people) is None
    found = PEOPLE.found([row("Prénom", "NAM"), *people])
    assert found is not None and found.refused == ("NAM",) and found.missing == ("last",)


def test_columns_chosen_by_hand_are_read_from_the_first_row() -> None:
    chosen = PEOPLE.chosen(row("Zoé", "x", "Roy", number=3), {"first": 0, "last": 2})
    assert chosen.row == 2 and chosen.missing == ()
    assert chosen.cell(row("Zoé", "x", "Roy"), "last") == "Roy"


def test_headings_that_are_not_there_are_not_guessed() -> None:
    assert PEOPLE.found([row("Zoé", "Bellerive"), row("Rémi", "Sansnuage")]) is None
    assert PEOPLE.found([]) is None


def test_cell_of_a_short_row_or_of_no_column_is_empty() -> None:
    found = PEOPLE.read(row("Prénom", "Nom"))
    assert [found.cell(row("Zoé"), key) for key in ("first", "last", "email")] == ["Zoé", "", ""]


def test_row_wider_than_any_list_is_read_in_no_time() -> None:
    wide, began = ReadRow(1, ("Nom", *["x"] * 1_000_000)), process_time()
    assert Columns((Field("first", ("prénom",)), Field("last", ("nom",)))).found([wide]) is None
    assert process_time() - began < 2

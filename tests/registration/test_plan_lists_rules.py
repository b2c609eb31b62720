"""A company's list as pure rules: whatever it is written in, each row has her number and its verdict."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.sheets.reading import read
from registration.plans.lists.rules import Covered, Judged, Judgement, Verdict, judge
from registration.plans.lists.rules_columns import (
    Choice,
    ColumnRefused,
    ColumnsUnknown,
    EmptyList,
    Entry,
    TooManyRows,
    address_of,
    entries_of,
    language_of,
)
from registration.plans.rules import MOST
from tests.registration.plan_lists import SPREADSHEET, as_file, sheet

SAMPLE = read(SPREADSHEET.content)
ENCODINGS = ("cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le")


def verdicts(judgement: Judgement) -> list[Verdict]:
    return [row.verdict for row in judgement.rows]


def judged(*entries: Entry, covered: Sequence[Covered] = ()) -> list[Judged]:
    return list(judge(entries, covered).rows)


def person(number: int, name: str, email: str = "", ref: str = "", kept: bool = False) -> Entry:
    first, _, last = name.partition(" ")
    return Entry(number, first, last, email, employer_ref=ref, choice=Choice.KEPT if kept else Choice.NONE)


def covered(name: str, email: str = "", ref: str = "", lang: str = "fr") -> Covered:
    first, _, last = name.partition(" ")
    return Covered(uuid.uuid4(), first, last, email, lang, ref)


def as_covered(entry: Entry) -> Covered:
    return Covered(uuid.uuid4(), entry.first_name, entry.last_name, entry.email, entry.lang, entry.employer_ref)


def test_sample_list_is_thirteen_rows_of_which_twelve_are_accepted() -> None:
    judgement = judge(entries_of(SAMPLE, {}).entries, ())
    assert len(judgement.rows) == 13 and len(judgement.added) == 12
    assert [(row.entry.number, row.like) for row in judgement.rows if row.verdict is Verdict.DUPLICATE] == [(10, 3)]
    assert [row.entry.number for row in judgement.rows if row.verdict is Verdict.NO_EMAIL] == [4]
    assert (judgement.letters, judgement.cards) == (11, 1)
    assert judgement.added[-1].full_name == "Cœline Œilneuf"
    assert [entry.lang for entry in judgement.added][:6] == ["fr", "fr", "", "fr", "en", "fr"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_list_is_read_alike_in_any_letters_and_between_any_signs(encoding: str, separator: str) -> None:
    told = entries_of(read(as_file(SPREADSHEET.rows, encoding, separator)), {})
    assert told.entries == entries_of(SAMPLE, {}).entries
    assert told.fields == ("first_name", "last_name", "email", "lang", "employer_ref")


NAME = st.text(st.sampled_from("aéçœîïÉŒ'- bcMN"), min_size=1, max_size=12).filter(lambda text: text.strip(" '-"))


@given(
    people=st.lists(st.tuples(NAME, NAME, st.sampled_from(["FR", "en", "Français", "English", ""])), min_size=3),
    order=st.permutations(["Prénom ", "NOM DE FAMILLE", "Langue", "Poste"]),
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from([";", ",", "\t"]),
)
def test_list_gives_everybody_whatever_its_order(
    people: list[tuple[str, str, str]], order: list[str], encoding: str, separator: str
) -> None:
    as_written = [
        dict(zip(("Prénom ", "NOM DE FAMILLE", "Langue", "Poste"), (*one, "x"), strict=True)) for one in people
    ]
    rows = [order, *([one[name] for name in order] for one in as_written)]
    told = entries_of(read(as_file(rows, encoding, separator)), {})
    assert [(one.first_name, one.last_name) for one in told.entries] == [
        (" ".join(first.split()), " ".join(last.split())) for first, last, _ in people
    ]
    assert [one.number for one in told.entries] == list(range(2, len(people) + 2))
    assert [one.lang for one in told.entries] == [language_of(lang) for _, _, lang in people]
    assert told.ignored == ("Poste",)


@given(st.lists(st.tuples(NAME, st.sampled_from(["", "a@x.example.org", "b@x.example.org"])), max_size=12))
def test_list_sent_again_adds_nobody(people: list[tuple[str, str]]) -> None:
    entries = [Entry(number, name, "Roy", email) for number, (name, email) in enumerate(people, 2)]
    first = judge(entries, ())
    assert len(first.added) + first.count(set(Verdict) - {Verdict.ACCEPTED, Verdict.NO_EMAIL}) == len(entries)
    now = [as_covered(entry) for entry in first.added]
    again = judge(entries, now)
    assert again.added == () and again.absent == ()


def test_list_sent_again_with_one_more_adds_one() -> None:
    entries = entries_of(SAMPLE, {}).entries
    now = [
        Covered(uuid.uuid4(), e.first_name, e.last_name, e.email, e.lang, e.employer_ref)
        for e in judge(entries, ()).added
    ]
    assert judge(entries, now).changes_nothing
    more = judge([*entries, person(15, "Maïka Ronceblanche", "maika@transport.example.org")], now)
    assert [one.number for one in more.added] == [15] and not more.changes_nothing


def test_row_of_the_same_person_is_a_duplicate_however_written() -> None:
    assert [row.verdict for row in judged(person(2, "Zoé Côté"), person(3, "ZOE COTE"))][1] is Verdict.DUPLICATE
    alike = judged(person(2, "Zoé Côté", "z@x.example.org"), person(3, "zoé côté"))
    assert (alike[1].verdict, alike[1].like) == (Verdict.DUPLICATE, 2)


def test_rows_of_namesakes_are_two_people() -> None:
    apart = judged(person(2, "Jean Roy", "a@x.example.org"), person(3, "Jean Roy", "b@x.example.org"))
    assert [row.verdict for row in apart] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    apart = judged(person(2, "Jean Roy", ref="7"), person(3, "Jean Roy", ref="8"))
    assert [row.verdict for row in apart] == [Verdict.NO_EMAIL, Verdict.NO_EMAIL]


def test_row_at_the_address_of_another_is_kept_when_ticked() -> None:
    shared = "atelier@x.example.org"
    first, other = person(2, "Jean Roy", shared), person(3, "Léa Roy", shared)
    assert judged(first, other)[1] == Judged(other, Verdict.SAME_EMAIL, like=2)
    ticked = person(3, "Léa Roy", shared, kept=True)
    assert judged(first, ticked)[1].verdict is Verdict.ACCEPTED


def test_duplicate_is_added_when_she_keeps_it() -> None:
    twin = person(3, "Zoé Côté", "z@x.example.org", kept=True)
    assert judged(person(2, "Zoé Côté", "z@x.example.org"), twin)[1].added


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        (Entry(2, "", "", "a@x.example.org"), Verdict.NO_NAME),
        (person(2, "Zoé Côté", "zoe.example.org"), Verdict.BAD_EMAIL),
        (Entry(2, "Z" * 201, "Côté"), Verdict.TOO_LONG),
        (Entry(2, "", "Madone"), Verdict.NO_NAME),
    ],
)
def test_row_that_must_be_mended_says_why(entry: Entry, verdict: Verdict) -> None:
    assert judged(entry)[0].verdict is verdict


def test_person_covered_already_is_recognised_and_what_changed_is_proposed() -> None:
    now = [
        covered("Zoé Côté", "z@x.example.org", "7"),
        covered("Guy Roy", "", "8"),
        covered("Ève Pic", "e@x.example.org"),
    ]
    rows = judged(
        person(2, "ZOÉ CÔTÉ", "z@x.example.org", "7"),
        person(3, "Guy Roy", "guy@x.example.org"),
        person(4, "Ève Lebrun", "e@x.example.org"),
        covered=now,
    )
    assert [row.verdict for row in rows] == [Verdict.CHANGED, Verdict.CHANGED, Verdict.SAME_EMAIL]
    assert [row.covered for row in rows] == [now[0], now[1], None]


def test_namesake_of_somebody_covered_is_added_when_she_says_it_is_another() -> None:
    now = [covered("Jean Roy", "a@x.example.org")]
    other = person(2, "Jean Roy", "b@x.example.org")
    assert judged(other, covered=now)[0].verdict is Verdict.CHANGED
    kept = judge([replace(other, choice=Choice.KEPT)], now)
    assert kept.rows[0].verdict is Verdict.ACCEPTED and kept.absent == ()


def test_person_named_exactly_is_nobody_elses_likeness() -> None:
    now = [covered("Jean Roy", "a@x.example.org"), covered("Jean Roy", "b@x.example.org")]
    rows = judged(person(2, "Jean Roy", "c@x.example.org"), person(3, "Jean Roy", "a@x.example.org"), covered=now)
    assert [(row.verdict, row.covered) for row in rows] == [(Verdict.CHANGED, now[1]), (Verdict.COVERED, now[0])]


def test_row_she_took_off_is_left_out_and_nobody_is_absent_for_it() -> None:
    judgement = judge([replace(person(2, "Guy Roy"), choice=Choice.LEFT_OUT)], [covered("Guy Roy")])
    assert verdicts(judgement) == [Verdict.LEFT_OUT] and judgement.absent == ()


def test_person_covered_and_not_listed_is_absent_and_nothing_more() -> None:
    now = [covered("Zoé Côté", "z@x.example.org"), covered("Guy Roy"), covered("")]
    judgement = judge([person(2, "Zoé Côté", "z@x.example.org"), person(3, "Guy Roy", "guy")], now)
    assert judgement.absent == () and judgement.added == ()
    assert judge([person(2, "Zoé Côté", "z@x.example.org")], now).absent == (now[1],)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("L'Écumeux, Marie-Pier", "Marie-Pier", "L'Écumeux"),
        ("Zoé Roy Hamel", "Zoé", "Roy Hamel"),
        ("Madone", "", "Madone"),
    ],
)
def test_name_in_one_column_is_parted(written: str, first: str, last: str) -> None:
    for heading in ("Nom complet", "Employé(e)", "Nom"):
        told = entries_of(sheet([heading, "Courriel"], [written, ""]), {}).entries[0]
        assert (told.first_name, told.last_name) == (first, last)


@pytest.mark.parametrize(
    "heading",
    [
        "NAM",
        "N.A.M.",
        "No RAMQ",
        "No assurance-maladie",
        "Health card number",
        "Date de naissance",
        "Birth date",
        "DateNaissance",
        "DDN",
        "Conjoint(e)",
        "Spouse name",
        "Enfants",
        "Child 1",
        "NAS",
        "SIN",
        "Diagnostic",
        "Personnes à charge",
    ],
)
def test_column_that_must_not_be_kept_refuses_the_whole_list(heading: str) -> None:
    with pytest.raises(ColumnRefused) as refused:
        entries_of(sheet(["Prénom", "Nom", heading], ["Zoé", "Roy", "canari"]), {})
    assert "canari" not in str(refused.value.values)


def test_health_number_under_another_heading_refuses_the_list() -> None:
    with pytest.raises(ColumnRefused):
        entries_of(sheet(["Prénom", "Nom", "Numéro"], ["Zoé", "Roy", "ROYZ 8051 0123"]), {})


def test_surnames_that_look_refused_are_people() -> None:
    told = entries_of(sheet(["Prénom", "Nom"], ["Guy", "Bonenfant"], ["Ann", "Child"], ["Noé", "Conjoint"]), {})
    assert [one.last_name for one in told.entries] == ["Bonenfant", "Child", "Conjoint"]


def test_cells_are_taken_without_what_shows_nothing() -> None:
    told = entries_of(sheet(["Prénom", "Nom", "Numéro"], ["\u202eZoé\u200b", "\x01Roy", "\x0212"]), {}).entries[0]
    assert (told.first_name, told.last_name, told.employer_ref) == ("Zoé", "Roy", "12")


def test_list_without_headings_asks_which_column_is_which() -> None:
    rows = sheet(["Zoé", "Roy"], ["Guy", "Pic"])
    with pytest.raises(ColumnsUnknown):
        entries_of(rows, {})
    told = entries_of(rows, {"first_name": 0, "last_name": 1})
    assert [(one.number, one.full_name) for one in told.entries] == [(1, "Zoé Roy"), (2, "Guy Pic")]


def test_list_that_is_empty_or_too_long_is_refused() -> None:
    for rows in ((), sheet(["Prénom", "Nom"])):
        with pytest.raises(EmptyList):
            entries_of(rows, {})
    with pytest.raises(TooManyRows):
        entries_of(sheet(["Prénom", "Nom"], *([f"p{n}", "Roy"] for n in range(MOST + 1))), {})


@pytest.mark.parametrize(
    ("written", "lang"),
    [("FR", "fr"), ("fr", "fr"), ("Français", "fr"), ("EN", "en"), ("English", "en"), ("Anglais", "en"), ("", "")],
)
def test_language_is_understood_however_it_is_said(written: str, lang: str) -> None:
    assert language_of(written) == lang


@pytest.mark.parametrize(
    "written",
    ["Zoe.Roy@X.example.org", " zoe.roy@x.example.org ", "zoe. roy@x.example.org", "mailto:zoe.roy@x.example.org"],
)
def test_address_is_written_without_spaces_and_capitals(written: str) -> None:
    assert address_of(written) == "zoe.roy@x.example.org"

"""What makes two companies the same, or nearly: by rules alone."""

import uuid
from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.text import fold
from registration.members.duplicates.rules import (
    LEGAL_FORMS,
    MatchKey,
    MatchKind,
    Traits,
    address_key,
    bare_name,
    near_name,
    own_domain,
)
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.lists.rules_cells import Ground, Said, said, suggestion
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import Judge, KnownCompany, RowKind
from registration.members.lists.rules_periods import Overlapping, Period, missing, said_period
from registration.members.rules_details import phone_key

C = ImportColumn
words = st.text("abcdefghijklmnopqrstuvwxyzéèç", min_size=2, max_size=9).filter(
    lambda one: fold(one) not in LEGAL_FORMS
)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)
forms = st.sampled_from(["inc.", "Inc", "ltée", "LTÉE", "enr.", "s.e.n.c.r.l.", "S.E.N.C.", "OBNL", "limitée", ""])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soudure Cap-aux-Loups inc.", "SOUDURE CAP AUX LOUPS"),
        ("Comptables Longuerive s.e.n.c.r.l.", "Comptables Longuerive SENCRL"),
        ("Équipements Roctremble ltée", "equipements roctremble limitée"),
        ("Ferme Grand-Soir enr.", "Ferme Grand Soir"),
    ],
)
def test_name_without_its_legal_form_is_the_same(one: str, other: str) -> None:
    assert bare_name(one) == bare_name(other)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Soudures Cap aux Loups Inc", "Soudure Cap-aux-Loups inc.", True),
        ("Les Toitures du Lac", "Toiture Lac inc.", True),
        ("Valbrume Usinage", "Usinage Valbrume inc.", True),
        ("9123-4567 Québec inc.", "9123-4568 Québec inc.", False),
        ("Toit Roy", "Mur Roy", False),
    ],
)
def test_name_that_is_nearly_another_is_near_and_not_the_same(one: str, other: str, near: bool) -> None:
    assert bare_name(one) != bare_name(other)
    assert (near_name(one) == near_name(other)) is near


@given(name=names, form=forms, other=forms)
def test_names_that_are_the_same_are_near_whatever_their_form(name: str, form: str, other: str) -> None:
    one, two = f"{name} {form}", f"{name.upper()}, {other}"
    assert bare_name(one) == bare_name(two) and near_name(one) == near_name(two)
    assert bare_name(bare_name(one)) == bare_name(one)


@given(name=names, form=forms)
def test_plural_of_a_long_word_is_near(name: str, form: str) -> None:
    first, *rest = name.split()
    many = " ".join([first + "s" if len(first) > 3 and first[-1] not in "sx" else first, *rest])
    assert near_name(f"{many} {form}") == near_name(name)


def test_keys_say_nothing_of_what_is_everybodys() -> None:
    assert own_domain("zoe@gmail.com") == "" and own_domain("zoe@Toit.example.org") == "toit.example.org"
    assert phone_key("1 (418) 555-0100, poste 12") == "4185550100" and phone_key("555-0100") == ""
    assert address_key("12, rue Neuve, bureau 3", "G7H 1A1") == "G7H1A1 12 3" and address_key("Rang 6", "") == ""
    assert Traits(("Toit Roy",)).keys == {MatchKey(MatchKind.NAME, "toit roy"), MatchKey(MatchKind.NEAR, "roy toit")}


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        (C.POSTAL_CODE, "G0V-0Z0", "G0V 0Z0"),
        (C.POSTAL_CODE, "g0v0z0", "G0V 0Z0"),
        (C.POSTAL_CODE, "90210", "90210"),
        (C.NEQ, "11 8765 4321", "1187654321"),
        (C.EMPLOYEES, "1 200", "1200"),
        (C.EMAIL, " zoe @ toit.example.com ", "zoe@toit.example.com"),
        (C.PHONE, "418.555.0100 ext 7", "418-555-0100 poste 7"),
        (C.PROVINCE, "Québec", "QC"),
        (C.PROVINCE, "Terre-Neuve", "NL"),
        (C.PROVINCE, "Vermont", "Vermont"),
        (C.LANG, "Français", "fr"),
        (C.PO_REQUIRED, "OUI", "yes"),
        (C.USUAL_PAYMENT, "Chèque", "cheque"),
        (C.ROLE, "Directrice RH", "hr"),
        (C.SINCE, "30/06/2027", "2027-06-30"),
        (C.SINCE, "2027/6/1", "2027-06-01"),
    ],
)
def test_cell_is_put_in_order(column: ImportColumn, cell: str, kept: str) -> None:
    row = said({C.NAME: "Toit Roy", C.LAST_NAME: "Roy", column: cell}, Ground())
    assert (row.problems, row.texts[column]) == ({}, kept)


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        (C.NEQ, "118765432", "problem.company_neq"),
        (C.NEQ, "11B7654321", "problem.company_neq"),
        (C.NEQ, "4187654321", "problem.company_neq"),
        (C.EMPLOYEES, "12 env.", "problem.company_employees"),
        (C.EMPLOYEES, "10-20", "problem.company_employees"),
        (C.EMAIL, "zoe", "problem.email"),
        (C.SECTOR, "Chose", "problem.import_group"),
        (C.ROLE, "Chef de bord", "problem.import_role"),
        (C.SINCE, "03/04/2020", "problem.import_day_twice"),
        (C.SINCE, "31/02/2020", "problem.import_day"),
        (C.SINCE, "jadis", "problem.import_day"),
        (C.LANG, "joual", "problem.import_lang"),
        (C.PO_REQUIRED, "parfois", "problem.import_yes_no"),
        (C.USUAL_PAYMENT, "troc", "problem.import_payment"),
        (C.CITY, "a" * 201, "problem.line_too_long"),
    ],
)
def test_cell_that_cannot_be_taken_is_asked(column: ImportColumn, cell: str, problem: str) -> None:
    assert said({C.NAME: "Toit Roy", C.LAST_NAME: "Roy", column: cell}, Ground()).problems == {column: problem}


def test_row_says_who_it_names_and_what_it_lacks() -> None:
    assert said({C.NAME: ""}, Ground()).problems == {C.NAME: "problem.import_name"}
    whole = said({C.NAME: "Toit", C.CONTACT: "Roy, Zoé", C.EMAIL: "z@toit.example.com"}, Ground())
    assert (whole.texts[C.FIRST_NAME], whole.texts[C.LAST_NAME]) == ("Zoé", "Roy")
    nobody = said({C.NAME: "Toit", C.EMAIL: "z@toit.example.com", C.ROLE: "RH"}, Ground())
    assert dict(nobody.texts) == {C.NAME: "Toit", C.BILLING_EMAIL: "z@toit.example.com"}
    backwards = said({C.NAME: "Toit", C.SINCE: "2027-06-30", C.UNTIL: "2026-06-30"}, Ground())
    assert backwards.problems == {C.UNTIL: "problem.import_period"}
    assert suggestion(C.EMPLOYEES, "12 env.") == "12" and suggestion(C.NEQ, "118") == "118"


DAY = date(2027, 1, 1)
spans = st.tuples(st.integers(0, 40), st.integers(0, 20)).map(
    lambda one: Period(DAY + timedelta(days=one[0]), DAY + timedelta(days=one[0] + one[1]))
)


def days(period: Period) -> set[date]:
    return {period.starts + timedelta(days=n) for n in range((period.last - period.starts).days + 1)}


@given(known=st.lists(spans, max_size=4), one=spans)
def test_missing_days_of_a_period_are_one_stretch_beside_those_known(known: list[Period], one: Period) -> None:
    covered = set().union(*map(days, known))
    try:
        rest = missing(known, one)
    except Overlapping:
        left = sorted(days(one) - covered)
        assert left[-1] - left[0] >= timedelta(days=len(left)), "more than one stretch"
        return
    assert (days(rest) if rest else set()) == days(one) - covered


def test_period_of_a_row_is_read_from_one_date_or_two() -> None:
    assert said_period("", "2027-06-30") == Period(date(2026, 7, 1), date(2027, 6, 30))
    assert said_period("2020-01-01", "") == Period(date(2020, 1, 1)) and said_period("", "") is None
    assert said_period("", "2024-02-28") == Period(date(2023, 2, 28), date(2024, 2, 28))
    assert Period.of_text(Period(DAY).as_text()) == Period(DAY)


def row(**texts: str) -> Said:
    return Said({ImportColumn(name): text for name, text in texts.items()}, {})


def test_rows_of_one_list_are_held_beside_each_other() -> None:
    judge = Judge([], {})
    assert judge.judge(2, row(name="Toit Roy inc.", neq="1187654321")).kind is RowKind.NEW
    again = judge.judge(3, row(name="TOIT ROY", city="Alma"))
    assert (again.kind, again.twin, again.takes) == (RowKind.DIFFERENT, 2, {"city"})
    near = judge.judge(4, row(name="Les Toits Roy"))
    assert (near.kind, near.twin) == (RowKind.DOUBTFUL, 2)
    other_number = judge.judge(5, row(name="Toit Roy", neq="2287654321"))
    assert other_number.kind is RowKind.DOUBTFUL, "the same name and another enterprise number"
    assert judge.judge(6, row(name="Mur Côté", neq="1187654321")).kind is RowKind.DIFFERENT


@given(texts=st.fixed_dictionaries({"name": names, "city": words, "phone": st.just("418-555-0100")}))
def test_row_that_says_what_is_known_is_the_same(texts: dict[str, str]) -> None:
    known = uuid.uuid4()
    company = KnownCompany({CompanyField(one): text for one, text in texts.items()})
    keys = [(key, known) for key in Traits((texts["name"],), phone=texts["phone"]).keys]
    judged = Judge(keys, {known: company}).judge(2, row(**{**texts, "name": texts["name"].upper() + " Inc."}))
    assert (judged.kind, judged.match_id, judged.differences) == (RowKind.SAME, known, ())


def test_rows_of_one_name_and_many_numbers_are_judged_in_no_time() -> None:
    judge = Judge([], {})
    began = process_time()
    for number in range(2000):
        neq = f"11{number:08}"
        judged = judge.judge(number, said({C.NAME: "Toit Neuf ltée", C.NEQ: neq}, Ground()))
        assert judged.kind is (RowKind.DOUBTFUL if number else RowKind.NEW)
    assert process_time() - began < 5

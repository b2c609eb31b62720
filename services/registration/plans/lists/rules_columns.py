"""What the columns of a company's list may be called, which are never taken, and its rows read out of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.contracts.addresses import clean
from kit.contracts.texts import seen
from kit.errors import Refusal
from kit.sheets.headings import Columns, Field, Headings
from kit.sheets.reading import ReadRow
from registration.plans.rules import MOST

# Bytes that the file of a list may have.
LARGEST = 2_000_000


class NotASpreadsheet(Refusal):
    """The file is no spreadsheet that can be read."""

    status = 422


class EmptyList(Refusal):
    """Nobody is named in the file."""

    status = 422


class TooManyRows(Refusal):
    """The list has more rows than one may have: `most`."""

    status = 422


class ListTooLarge(Refusal):
    """The file has more bytes than a list may have: `most`."""

    status = 413


class ColumnRefused(Refusal):
    """The file has columns that must not be kept: `columns`, in our words. Nothing of it was."""

    status = 422


class ColumnsUnknown(Refusal):
    """No row of the file says which column holds names: whoever sent it must, looking at its first row (`cells`)."""

    status = 422

    def __init__(self, cells: tuple[str, ...] = ()) -> None:
        super().__init__(field="file")
        self.cells = cells


class Key(StrEnum):
    """What a column of a list may hold. `NAME` is a whole name in one cell."""

    FIRST = "first_name"
    LAST = "last_name"
    NAME = "name"
    EMAIL = "email"
    LANG = "lang"
    REF = "employer_ref"


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


FIELDS = (
    Field(
        Key.FIRST,
        _names_in("prénom, prénoms, prénom usuel, prénom de l'employé, first name, given name, forename"),
    ),
    Field(
        Key.LAST,
        _names_in("nom, noms, nom de famille, nom de l'employé, nom employé, last name, surname, family name"),
    ),
    Field(
        Key.NAME,
        _names_in(
            """nom complet, prénom et nom, nom et prénom, nom prénom, prénom nom, employé, employée, employé(e),
            personne, name, full name, employee, employee name"""
        ),
    ),
    Field(
        Key.EMAIL,
        _names_in(
            """courriel, courriels, adresse courriel, adresse de courriel, adresse électronique, adresse e-mail,
            courriel professionnel, courriel au travail, courriel travail, courrier électronique, mél, e-mail, mail,
            e-mail address, work e-mail"""
        ),
    ),
    Field(Key.LANG, _names_in("langue, langue de correspondance, langue préférée, lang, language, preferred language")),
    Field(
        Key.REF,
        _names_in(
            """no employé, no d'employé, no de l'employé, no emp, numéro, numéro d'employé, numéro employé, no,
            matricule, id employé, employee number, employee no, employee id, emp no, number, id"""
        ),
    ),
)
# Health, family and government numbers: never taken, whatever else the file holds.
REFUSED = _names_in(
    """NAM, RAMQ, assurance maladie, carte soleil, santé, health, maladie, diagnostic, diagnosis, médical, medical,
    medication, médicament, invalidité, disability, handicap, naissance, naiss, né le, née le, DDN, birth, birthdate,
    birthday, DOB, conjoint, conjointe, époux, épouse, partenaire de vie, spouse, husband, wife, état civil, marital,
    enfant, child, children, à charge, dependent, dependant, NAS, SIN, assurance sociale, social insurance"""
)
COLUMNS = Columns(FIELDS, REFUSED)
ENGLISH = re.compile(r"\s*(?:en|e|a|ang|angl|eng|anglais|anglaise|english)(?:[\s/_.(-].*)?", re.IGNORECASE)
# A health number of Québec: the beginning of a name and a day of birth.
HEALTH_NUMBER = re.compile(r"[A-Z]{4}[\s-]*\d{4}[\s-]*\d{4}", re.IGNORECASE)


class Choice(StrEnum):
    """What she said of a row: nothing, that it counts in spite of a likeness, or that it does not count."""

    NONE = "none"
    KEPT = "kept"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Entry:
    """One person of a list, as she wrote it: `number` is the row in her program, or the place in what was typed."""

    number: int
    first_name: str
    last_name: str
    email: str = ""
    lang: str = ""
    employer_ref: str = ""
    choice: Choice = Choice.NONE

    @property
    def kept(self) -> bool:
        return self.choice is Choice.KEPT

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class ListRead:
    """What was read of a file: its people in its order, the fields it has, and headings that mean nothing here."""

    entries: tuple[Entry, ...]
    fields: tuple[str, ...]
    ignored: tuple[str, ...]


def entries_of(rows: Sequence[ReadRow], chosen: Mapping[str, int]) -> ListRead:
    """The people of a file. `chosen` is where each field is, when its headings do not say it.

    Raises EmptyList, TooManyRows, ColumnRefused, ColumnsUnknown.
    """
    if not rows:
        raise EmptyList(field="file")
    headings = COLUMNS.chosen(rows[0], chosen) if chosen else COLUMNS.found(rows)
    if headings is None or not {Key.FIRST, Key.LAST, Key.NAME} & headings.places.keys():
        raise ColumnsUnknown(rows[0].cells)
    if headings.refused:
        raise ColumnRefused(field="file", columns=", ".join(headings.refused))
    people = tuple(_entry(headings, row) for row in rows if row.number > headings.row)
    if not people:
        raise EmptyList(field="file")
    if len(people) > MOST:
        raise TooManyRows(field="file", most=MOST)
    if any(HEALTH_NUMBER.fullmatch(one.employer_ref) for one in people):
        raise ColumnRefused(field="file", columns="NAM")
    return ListRead(people, tuple(headings.places), headings.ignored)


def _entry(headings: Headings, row: ReadRow) -> Entry:
    first, last = _names(headings, row)
    return Entry(
        number=row.number,
        first_name=seen(first),
        last_name=seen(last),
        email=address_of(headings.cell(row, Key.EMAIL)),
        lang=language_of(headings.cell(row, Key.LANG)),
        employer_ref=seen(headings.cell(row, Key.REF)),
    )


def _names(headings: Headings, row: ReadRow) -> tuple[str, str]:
    """First and last name. One column that holds both is « Nom, Prénom », or begins with the first name."""
    first, last = headings.cell(row, Key.FIRST), headings.cell(row, Key.LAST)
    whole = headings.cell(row, Key.NAME)
    if Key.FIRST in headings.places:
        return first, last or whole
    whole = whole if Key.NAME in headings.places else last
    before, comma, after = whole.partition(",")
    if comma:
        return after.strip(), before.strip()
    first, _, last = whole.partition(" ")
    return (first, last) if last else ("", first)


def address_of(written: str) -> str:
    """An address as it is written to: no spaces in it, no capitals."""
    return "".join(clean(written).split()).lower()


def language_of(written: str) -> str:
    """`en` for English however it is said; empty when nothing is, else French."""
    if not written:
        return ""
    return "en" if ENGLISH.fullmatch(written) else "fr"

"""What the cells of a row say, put in order; what cannot be taken is named, and asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kit.contracts.addresses import NEAR, Reach, clean, problem
from kit.contracts.texts import LINE, seen
from kit.text import fold
from registration.members.duplicates.rules_fields import YES
from registration.members.lists.rules_columns import OF_PEOPLE, ImportColumn
from registration.members.rules import Role
from registration.members.rules_details import employees, neq, phone, postal_code, province

C = ImportColumn
ROLES = {
    Role.DELEGATE: "delegue deleguee delegate voting representative representant representante contact principal",
    Role.HR: "rh hr ressources humaines human resources conseillere rh conseiller rh",
    Role.ACCOUNTING: "comptabilite comptable accounting accountant controleur controleuse finances payables",
    Role.MANAGER: "gestion gestionnaire manager direction directeur directrice dg president presidente ceo owner "
    "proprietaire directeur general directrice generale",
    Role.EMPLOYEE: "employe employee employees personnel",
}
PAYMENTS = {
    "card": ("carte", "carte de credit", "card", "credit card", "visa", "mastercard"),
    "cheque": ("cheque", "check"),
    "invoice": ("facture", "facturation", "invoice", "sur facture"),
    "e_transfer": ("virement", "virement interac", "interac", "e transfer", "transfert", "transfer"),
}
YES_WORDS = frozenset({"oui", "o", "yes", "y", "x", "1", "vrai", "true"})
NO_WORDS = frozenset({"non", "n", "no", "0", "faux", "false"})
LANGS = {"fr": ("fr", "francais", "french", "f"), "en": ("en", "anglais", "english", "a", "ang")}
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
YEARS = range(1950, 2101)


@dataclass(frozen=True)
class Ground:
    """By what cells are read: the lists by which companies are told apart, as people name them (folded key or word ->
    key), and what can be written to from here."""

    categories: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    territories: Mapping[str, str] = field(default_factory=dict)
    reach: Reach = NEAR

    def of(self, column: ImportColumn) -> Mapping[str, str]:
        return {C.CATEGORY: self.categories, C.SECTOR: self.sectors, C.TERRITORY: self.territories}.get(column, {})


@dataclass(frozen=True)
class Said:
    """What a row says: each column as it will be kept, and the columns that cannot be, with the key of a sentence."""

    texts: Mapping[ImportColumn, str]
    problems: Mapping[ImportColumn, str]


class _Asked(Exception):
    """This cell must be asked: the key of the sentence that says why."""


def said(cells: Mapping[ImportColumn, str], ground: Ground) -> Said:
    """The row in order. A cell that cannot be taken stays as it was written, beside its problem."""
    texts: dict[ImportColumn, str] = {}
    problems: dict[ImportColumn, str] = {}
    for column, cell in cells.items():
        written = seen(cell)
        try:
            texts[column] = _one(column, written, ground) if written else ""
        except _Asked as asked:
            texts[column], problems[column] = written[:LINE], str(asked)
    texts, problems = _people(texts, problems)
    if not texts.get(C.NAME):
        problems[C.NAME] = "problem.import_name"
    first, last = _day_of(texts, C.SINCE), _day_of(texts, C.UNTIL)
    if first and last and last < first:
        problems[C.UNTIL] = "problem.import_period"
    return Said({column: text for column, text in texts.items() if text}, problems)


def _one(column: ImportColumn, text: str, ground: Ground) -> str:
    if len(text) > LINE:
        raise _Asked("problem.line_too_long")
    if column in (C.CATEGORY, C.SECTOR, C.TERRITORY):
        return _known(ground.of(column).get(fold(text)), "problem.import_group")
    if column in (C.EMAIL, C.BILLING_EMAIL):
        return _email(text, ground.reach)
    if column in (C.SINCE, C.UNTIL):
        return _day(text)
    if column is C.NEQ:
        return _known(neq(text), "problem.company_neq")
    if column is C.EMPLOYEES:
        whole = employees(text)
        return _known(None if whole is None else str(whole), "problem.company_employees")
    return _word(column, text)


def _word(column: ImportColumn, text: str) -> str:
    folded = fold(text)
    if column is C.POSTAL_CODE:
        return postal_code(text) or text
    if column is C.PHONE:
        return phone(text)
    if column is C.PROVINCE:
        return province(text) or text
    if column is C.LANG:
        return _known(next((key for key, words in LANGS.items() if folded in words), None), "problem.import_lang")
    if column is C.PO_REQUIRED:
        return YES if folded in YES_WORDS else _known("" if folded in NO_WORDS else None, "problem.import_yes_no")
    if column is C.USUAL_PAYMENT:
        found = next((key for key, words in PAYMENTS.items() if folded in (*words, fold(key))), None)
        return _known(found, "problem.import_payment")
    if column is C.ROLE:
        return _role(folded)
    return text


def _known(found: str | None, problem: str) -> str:
    if found is None:
        raise _Asked(problem)
    return found


def _role(folded: str) -> str:
    """One of our roles, by any of their words; one that nobody knows is asked, for it says what somebody may do."""
    for role, words in ROLES.items():
        if folded == role or f" {folded} " in f" {words} " or set(folded.split()) & (set(words.split()) - {"contact"}):
            return role
    raise _Asked("problem.import_role")


def _email(text: str, reach: Reach) -> str:
    """Without blanks, which nobody means, and what surrounds an address."""
    copied = clean(text)
    address = copied if "@" in copied and " " not in copied else clean(re.sub(r"\s", "", text))
    wrong = problem(address, reach)
    if wrong:
        raise _Asked(wrong)
    return address


def suggestion(column: ImportColumn, text: str) -> str:
    """What is proposed in place of a cell that cannot be taken: its first number, for employees."""
    found = re.search(r"\d+", text) if column is ImportColumn.EMPLOYEES else None
    return found[0] if found else text


def _day(text: str) -> str:
    """A day as people write one; `03/04/2020` may be two, and is asked."""
    found = DAY.fullmatch(text.partition(" ")[0] if ":" in text else text)
    if found is None:
        raise _Asked("problem.import_day")
    if found[1]:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        day, month, year = int(found[4]), int(found[5]), int(found[6])
        if month > 12:
            day, month = month, day
        elif day <= 12 and day != month:
            raise _Asked("problem.import_day_twice")
    try:
        said = date(year, month, day)
    except ValueError as error:
        raise _Asked("problem.import_day") from error
    if year not in YEARS:
        raise _Asked("problem.import_day")
    return said.isoformat()


def _day_of(texts: Mapping[ImportColumn, str], column: ImportColumn) -> date | None:
    text = texts.get(column, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _people(
    texts: Mapping[ImportColumn, str], problems: Mapping[ImportColumn, str]
) -> tuple[dict[ImportColumn, str], dict[ImportColumn, str]]:
    """Whoever is named whole is named in parts; an address that nobody is named beside is where invoices go."""
    put, wrong = dict(texts), dict(problems)
    whole = put.pop(C.CONTACT, "")
    if whole and not put.get(C.LAST_NAME):
        last, comma, first = whole.partition(",")
        put[C.FIRST_NAME], put[C.LAST_NAME] = (first.strip(), last.strip()) if comma else _parts(whole)
    if put.get(C.FIRST_NAME) or put.get(C.LAST_NAME):
        return put, wrong
    if put.get(C.EMAIL) and not put.get(C.BILLING_EMAIL):
        put[C.BILLING_EMAIL] = put[C.EMAIL]
        if C.EMAIL in wrong:
            wrong[C.BILLING_EMAIL] = wrong[C.EMAIL]
    for column in OF_PEOPLE:
        put.pop(column, None)
        wrong.pop(column, None)
    return put, wrong


def _parts(whole: str) -> tuple[str, str]:
    first, _, last = whole.partition(" ")
    return first, last

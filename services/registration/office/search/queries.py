"""What staff find from any page. No more statements for a thousand hits than for one; each looks at a bounded number of
rows that fit, so that a word that fits a crowd costs no more than one that fits nobody."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from kit import paging
from kit.contracts import Bilingual
from kit.sql import column, table
from kit.text import fold
from registration.catalog.codes.models import Code
from registration.catalog.models import Activity
from registration.members.models import Company, Person
from registration.members.queries_standing import standing_on
from registration.members.rules import MemberTerms, shown_code
from registration.office.search.schemas import FoundActivity, FoundCode, FoundCompany, FoundPerson, Reach
from registration.registrations.models import Attendee, Registration

# A code is looked for from so many letters on: fewer begin too many of them.
CODE_LETTERS = 4
# Titles are the same at each search: those of some hundreds of activities are folded once.
_folded = lru_cache(maxsize=4096)(fold)


@dataclass(frozen=True)
class Wanted:
    """What is looked for, how many of a kind are enough, the address that pages of registration begin with, and the
    terms by which companies are judged."""

    words: str
    most: int
    home: str
    reach: Reach
    terms: MemberTerms

    @property
    def first_word(self) -> str:
        return next(iter(fold(self.words).split()), "")

    @property
    def code(self) -> str:
        """The words as a code, without what people put between its letters; empty when they cannot be one."""
        code = "".join(letter for letter in self.words.upper() if letter.isalnum())
        return code if len(code) >= CODE_LETTERS else ""


def people(session: Session, wanted: Wanted) -> list[FoundPerson]:
    """Whoever has a place, signed others up or acts for a company; each once for a registration. One more than asked
    for tells that there are others."""
    found = _each_once(_attendees(session, wanted))
    # Of a word that fits a crowd, its places are enough: nobody else would be shown.
    if len(found) <= wanted.most:
        found = _each_once([*found, *_contacts(session, wanted)])
    if len(found) <= wanted.most and wanted.reach.companies:
        found = _each_once([*found, *_delegates(session, wanted)])
    return found[: wanted.most + 1]


def _each_once(found: Iterable[FoundPerson]) -> list[FoundPerson]:
    """A contact who has a place is found as the one and as the other: the place is enough."""
    seen: dict[tuple[uuid.UUID | None, str], FoundPerson] = {}
    for one in found:
        seen.setdefault((one.registration_id or one.company_id, fold(one.name) or one.code), one)
    return list(seen.values())


def _fitting(model: type[SQLModel], key: sa.Column[Any], search: sa.Column[Any], words: str) -> sa.CTE:
    """The ids of rows that hold every word, no more of them than anybody reads."""
    few = sa.select(key).select_from(table(model)).where(*paging.matching(search, words)).limit(paging.MANY)
    return few.cte("fitting").prefix_with("MATERIALIZED", dialect="postgresql")


@dataclass(frozen=True)
class _Named:
    """Somebody of a registration, in the order that both reads below have their columns."""

    first_name: str
    last_name: str
    email: str
    company: str
    code: str
    status: str
    registration_status: str
    registration_id: uuid.UUID
    title_fr: str
    title_en: str

    def shown(self, role: Literal["attendee", "contact"], wanted: Wanted) -> FoundPerson:
        return FoundPerson(
            name=f"{self.first_name} {self.last_name}".strip(),
            role=role,
            company=self.company,
            email=self.email,
            code=self.code,
            status="cancelled" if self.status == "cancelled" else str(self.registration_status),
            activity_title=Bilingual(fr=self.title_fr, en=self.title_en),
            registration_id=self.registration_id,
            company_id=None,
            address=f"{wanted.home}/staff/registrations/{self.registration_id}",
        )


def _attendees(session: Session, wanted: Wanted) -> list[FoundPerson]:
    fitting = _fitting(Attendee, column(Attendee.id), column(Attendee.search), wanted.words)
    # Who is called so comes before who works at a company that is; places without a name come last.
    called_so = sa.case(
        (column(Attendee.sort_name).startswith(wanted.first_word, autoescape=True), 0),
        (column(Attendee.sort_name) == "", 2),
        else_=1,
    )
    person = (Attendee.first_name, Attendee.last_name, Attendee.email, Attendee.company_name, Attendee.code)
    state = (Attendee.status, Registration.status, Registration.id, Activity.title_fr, Activity.title_en)
    query = (
        sa.select(*(column(one) for one in (*person, *state)))
        .select_from(table(Attendee))
        .join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        .join(table(Activity), column(Activity.id) == column(Attendee.activity_id))
        .where(column(Attendee.id).in_(sa.select(fitting.c.id)), column(Registration.status) != "expired")
        .order_by(called_so, column(Attendee.id).desc())
    )
    rows = session.execute(query.limit(wanted.most + 1))
    return [_Named(*row).shown("attendee", wanted) for row in rows]


def _contacts(session: Session, wanted: Wanted) -> list[FoundPerson]:
    fitting = _fitting(Registration, column(Registration.id), column(Registration.search), wanted.words)
    contact = (Registration.contact_first, Registration.contact_last, Registration.contact_email)
    state = (Registration.company_name, Registration.code, Registration.status, Registration.status, Registration.id)
    query = (
        sa.select(*(column(one) for one in (*contact, *state, Activity.title_fr, Activity.title_en)))
        .select_from(table(Registration))
        .join(table(Activity), column(Activity.id) == column(Registration.activity_id))
        .where(column(Registration.id).in_(sa.select(fitting.c.id)), column(Registration.status) != "expired")
        .order_by(column(Registration.id).desc())
    )
    rows = session.execute(query.limit(wanted.most + 1))
    return [_Named(*row).shown("contact", wanted) for row in rows]


def _delegates(session: Session, wanted: Wanted) -> list[FoundPerson]:
    """By a word of their own, alone or with others of their company's."""
    both = column(Person.search) + " " + column(Company.search)
    # The name of a company alone finds the company, and not everybody who acts for it.
    own = sa.or_(sa.false(), *paging.matching(column(Person.search), wanted.words))
    row = (Person.first_name, Person.last_name, Person.email, Company.name, Company.id)
    query = (
        sa.select(*(column(one) for one in row))
        .select_from(table(Person).join(table(Company), column(Company.id) == column(Person.company_id)))
        .where(own, column(Person.merged_into_id).is_(None), *paging.matching(both, wanted.words))
        .order_by(column(Person.search), column(Person.id))
    )
    rows = session.execute(query.limit(wanted.most + 1))
    return [
        _delegate(f"{first} {last}".strip(), email, company, of, wanted) for first, last, email, company, of in rows
    ]


def _delegate(name: str, email: str, company: str, company_id: uuid.UUID, wanted: Wanted) -> FoundPerson:
    return FoundPerson(
        name=name,
        role="delegate",
        company=company,
        email=email,
        code="",
        status="",
        activity_title=None,
        registration_id=None,
        company_id=company_id,
        address=_company_page(wanted, company_id),
    )


def companies(session: Session, wanted: Wanted) -> list[FoundCompany]:
    """Companies by name."""
    row = (column(Company.id), column(Company.name), column(Company.city), standing_on(wanted.terms))
    query = (
        sa.select(*row)
        .where(column(Company.merged_into_id).is_(None), *paging.matching(column(Company.search), wanted.words))
        .order_by(column(Company.search), column(Company.id))
    )
    return [
        FoundCompany(id=key, name=name, city=city, status=status, address=_company_page(wanted, key))
        for key, name, city, status in session.execute(query.limit(wanted.most + 1))
    ]


def codes(session: Session, wanted: Wanted) -> list[FoundCode]:
    """Codes that begin so: those of companies, then those that open a price or lower prices."""
    if not wanted.code:
        return []
    found = _member_codes(session, wanted) if wanted.reach.companies else []
    row = (Code.word, Code.percent_off, Activity.id, Activity.title_fr, Activity.title_en)
    query = (
        sa.select(*(column(one) for one in row))
        .select_from(table(Code).join(table(Activity)))
        .where(sa.func.upper(column(Code.word)).startswith(wanted.words.strip().upper(), autoescape=True))
        .order_by(column(Code.word), column(Code.id))
    )
    return found + [
        FoundCode(
            word=word,
            kind="discount" if percent_off else "invitation",
            of=Bilingual(fr=title_fr, en=title_en),
            address=_activity_page(wanted, activity_id),
        )
        for word, percent_off, activity_id, title_fr, title_en in session.execute(query.limit(wanted.most + 1))
    ]


def _member_codes(session: Session, wanted: Wanted) -> list[FoundCode]:
    query = (
        sa.select(column(Company.access_code), column(Company.name), column(Company.id))
        .where(column(Company.access_code).startswith(wanted.code, autoescape=True))
        .order_by(column(Company.access_code))
    )
    return [
        FoundCode(
            word=shown_code(code), kind="member", of=Bilingual(fr=name, en=name), address=_company_page(wanted, key)
        )
        for code, name, key in session.execute(query.limit(wanted.most + 1))
    ]


def activities(session: Session, wanted: Wanted) -> list[FoundActivity]:
    """Activities by words of their titles, latest first. There are hundreds of them: titles are folded here."""
    row = (Activity.id, Activity.key, Activity.title_fr, Activity.title_en, Activity.starts_at, Activity.timezone)
    query = sa.select(*(column(one) for one in row)).order_by(column(Activity.starts_at).desc(), column(Activity.id))
    words = fold(wanted.words).split()
    fitting = (
        FoundActivity(
            id=activity_id,
            title=Bilingual(fr=title_fr, en=title_en),
            starts_at=starts_at,
            timezone=zone,
            address=_activity_page(wanted, activity_id),
        )
        for activity_id, key, title_fr, title_en, starts_at, zone in session.execute(query)
        if all(word in _folded(f"{title_fr} {title_en} {key}") for word in words)
    )
    return list(islice(fitting, wanted.most + 1))


def _company_page(wanted: Wanted, company_id: uuid.UUID) -> str:
    return f"{wanted.home}/staff/members/{company_id}"


def _activity_page(wanted: Wanted, activity_id: uuid.UUID) -> str:
    return f"{wanted.home}/staff/activities/{activity_id}"

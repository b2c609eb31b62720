"""Who opened the company's page and what they may do there; the company's registrations, and the people it knows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column, table
from kit.text import fold
from registration.catalog.models import Activity
from registration.catalog.offers.rules_activity import COVERING
from registration.catalog.rules import Visitor
from registration.joint.flows import JointBuyer
from registration.members.models import Company, Membership, Person
from registration.members.queries import by_link, visitor_by_cookie
from registration.members.queries_people import Acting, ActsFor, acting, acts_for, people_of
from registration.members.queries_standing import standing_of
from registration.members.rules import May, MemberStatus, MemberTerms, Role, rights
from registration.registrations.models import Attendee, Registration
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.service import RegistrationService

# How far back people who came are offered again, and how many of them at most.
KNOWN_FOR = timedelta(days=730)
MOST_KNOWN = 500
MOST_PAST = 20


@dataclass(frozen=True)
class Inside:
    """Somebody on the page of a company that they act for."""

    person: Person
    company: Company
    status: MemberStatus
    visitor: Visitor
    roles: frozenset[Role]
    companies: tuple[ActsFor, ...]

    @property
    def rights(self) -> frozenset[May]:
        return rights(self.roles)

    @property
    def name(self) -> str:
        return f"{self.person.first_name} {self.person.last_name}"

    @property
    def buyer(self) -> JointBuyer:
        """The company as it is billed."""
        return JointBuyer(self.visitor, self.company.po_required)

    @property
    def lang(self) -> str:
        return "en" if self.person.lang == "en" else "fr"

    @property
    def caller(self) -> Caller:
        """Whom the history names."""
        return Caller(frozenset({"link"}), name=self.name, lang=self.person.lang)

    @property
    def sees_registrations(self) -> bool:
        """Whoever signs people up, or answers for what is owed."""
        return bool(self.rights & {May.SIGN_UP, May.ACCOUNT})

    def sees(self, covers: bool) -> bool:
        """Whether a registration is theirs to see: what covers people, by the right to the plan or to the account."""
        right = May.PLAN if covers else May.SIGN_UP
        return bool(self.rights & {right, May.ACCOUNT})

    def opens(self, covers: bool) -> bool:
        """Whether they may open it, and change what is in it."""
        return (May.PLAN if covers else May.SIGN_UP) in self.rights

    @property
    def sees_people(self) -> bool:
        """Whoever signs people up, or answers for who acts for the company."""
        return bool(self.rights & {May.SIGN_UP, May.PEOPLE})

    def needs(self, right: May) -> None:
        """Raises NotFound: who may not do a thing here is answered as if there were no such page."""
        if right not in self.rights:
            raise NotFound()


@dataclass(frozen=True)
class Signed:
    """One registration of the company: what, when, how many, what is owed. `covers`: it bought coverages of a plan."""

    id: uuid.UUID
    link_version: int
    activity_key: str
    covers: bool
    title_fr: str
    title_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    names_due_at: datetime | None
    status: RegistrationStatus
    method: str
    contact: str
    total: int
    credited: int
    balance: int
    paid_at: datetime | None
    invoice_number: str
    people: int
    unnamed: int

    @property
    def owed(self) -> int:
        """What is to pay on its invoice, in cents."""
        return max(0, self.balance) if self.method == "invoice" else 0

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at < now


@dataclass(frozen=True)
class Known:
    """Somebody whom the company has signed up before, or who acts for it."""

    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def key(self) -> tuple[str, str]:
        """The same person, however their name was typed."""
        return fold(self.name), self.email.lower()


def inside_by_cookie(here: RegistrationService, session: Session, cookie: str, terms: MemberTerms) -> Inside:
    """Whoever the member cookie names. Raises NotFound, whatever the reason."""
    visitor, person = visitor_by_cookie(session, here.settings.session_secret, cookie, here.clock(), terms)
    if person is None:
        raise NotFound()
    return _inside(session, person, uuid.UUID(visitor.company_id), terms)


def inside_by_link(
    here: RegistrationService, session: Session, person_id: uuid.UUID, token: str, terms: MemberTerms
) -> Inside:
    """Whoever holds a personal link. Raises NotFound, whatever the reason."""
    person, company = by_link(session, here.settings.ticket_key, person_id, token, terms.day)
    return _inside(session, person, company.id, terms)


def _inside(session: Session, person: Person, company_id: uuid.UUID, terms: MemberTerms) -> Inside:
    standing, roles = standing_of(session, terms, company_id), acting(session, person.id, company_id, terms.day)
    if standing is None or not roles:
        raise NotFound()
    companies = acts_for(session, person.id, terms.day)
    return Inside(person, standing.company, standing.status, standing.visitor(terms), roles, companies)


def member_until(session: Session, company_id: uuid.UUID, day: date) -> date | None:
    """The last day of the newest period begun; None: it lasts, or there is none."""
    query = sa.select(sa.func.max(column(Membership.ends))).where(
        column(Membership.company_id) == company_id, column(Membership.starts) <= day
    )
    last: date | None = session.execute(query).scalar_one()
    return last


def signed(session: Session, inside: Inside, now: datetime) -> list[Signed]:
    """The company's registrations that this person may see: those to come, soonest first, then the latest of those
    that are over."""
    rows = [Signed(*row) for row in session.execute(_signed(inside.company.id))]
    rows = [one for one in rows if inside.sees(one.covers)]
    ahead = [one for one in rows if not one.is_over(now)]
    over = [one for one in rows if one.is_over(now)]
    ahead.sort(key=lambda one: (one.starts_at is None, one.starts_at or now, one.id))
    over.sort(key=lambda one: (one.starts_at or now, one.id), reverse=True)
    return ahead + over[:MOST_PAST]


def _signed(company_id: uuid.UUID) -> sa.Select[*tuple[object, ...]]:
    mine = sa.and_(
        column(Attendee.registration_id) == column(Registration.id), column(Attendee.status) == AttendeeStatus.ACTIVE
    )
    people = sa.select(sa.func.count()).where(mine)
    unnamed = people.where(column(Attendee.sort_name) == "")
    contact = column(Registration.contact_first) + " " + column(Registration.contact_last)
    return (
        sa.select(
            column(Registration.id),
            column(Registration.link_version),
            column(Activity.key),
            column(Activity.kind) == COVERING,
            column(Activity.title_fr),
            column(Activity.title_en),
            column(Activity.starts_at),
            column(Activity.ends_at),
            column(Activity.timezone),
            column(Activity.names_due_at),
            column(Registration.status),
            column(Registration.method),
            contact,
            column(Registration.total),
            column(Registration.credited),
            column(Registration.balance),
            column(Registration.paid_at),
            column(Registration.invoice_number),
            people.correlate(table(Registration)).scalar_subquery(),
            unnamed.correlate(table(Registration)).scalar_subquery(),
        )
        .select_from(table(Registration).join(table(Activity), column(Activity.id) == column(Registration.activity_id)))
        .where(
            column(Registration.company_id) == company_id,
            column(Registration.status).in_((RegistrationStatus.CONFIRMED, RegistrationStatus.HELD)),
            column(Registration.amends_id).is_(None),
        )
    )


def known_people(session: Session, inside: Inside, day: date, now: datetime) -> list[Known]:
    """Whom the company may sign up without typing them again: who acts for it, then whoever it signed up, by name."""
    acts = [
        Known(one.person.first_name, one.person.last_name, one.person.email) for one in _acting(session, inside, day)
    ]
    query = (
        sa.select(column(Attendee.first_name), column(Attendee.last_name), column(Attendee.email))
        .join(table(Registration), column(Attendee.registration_id) == column(Registration.id))
        .where(
            column(Registration.company_id) == inside.company.id,
            column(Registration.status) == RegistrationStatus.CONFIRMED,
            column(Registration.created_at) > now - KNOWN_FOR,
            column(Attendee.status) == AttendeeStatus.ACTIVE,
            column(Attendee.sort_name) != "",
        )
        .distinct()
        .order_by(column(Attendee.last_name), column(Attendee.first_name))
        .limit(MOST_KNOWN)
    )
    came = [Known(*row) for row in session.execute(query)]
    return _each_once([*acts, *came])


def _acting(session: Session, inside: Inside, day: date) -> Sequence[Acting]:
    return people_of(session, inside.company.id, day)


def _each_once(people: Sequence[Known]) -> list[Known]:
    """Each person once: somebody without an address is the one of the same name who has one."""
    found: dict[tuple[str, str], Known] = {}
    for one in people:
        found.setdefault(one.key, one)
    with_address = {name for name, email in found if email}
    return [one for (name, email), one in found.items() if email or name not in with_address]

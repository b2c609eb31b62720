"""What staff change about companies and people: standing, codes, personal links."""

import secrets
import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts import SendMessage
from kit.contracts.callers import Caller
from kit.contracts.letters.links import MemberLink
from kit.contracts.texts import READ_ALOUD
from kit.errors import NotFound
from kit.mailbox import post
from kit.sql import column
from registration.history.actions import record
from registration.history.rules import Change
from registration.links import Links
from registration.members.models import Company, Person
from registration.members.rules import CODE_LENGTH, StandingDecision


def decide_standing(
    session: Session, company_id: uuid.UUID, decision: StandingDecision, by: Caller, now: datetime
) -> Company:
    """Where the company stands by staff's decision, whatever its periods say: its prices follow at its next visit.
    Raises NotFound."""
    company = locked_company(session, company_id)
    before = company.decision
    if before != decision:
        changes = {
            "standing": Change(before.status if before else "", decision.status),
            "standing_reason": Change(before.reason if before else "", decision.reason),
            "standing_until": Change(str(before.until) if before else "", str(decision.until)),
        }
        record(session, "company", company.id, "company.standing", by, now, changes)
        company.status, company.status_reason = decision.status, decision.reason
        company.status_until = decision.until
        session.add(company)
    return company


def withdraw_decision(session: Session, company_id: uuid.UUID, by: Caller, now: datetime) -> Company:
    """The company stands by its periods again. Raises NotFound."""
    company = locked_company(session, company_id)
    if company.status_reason:
        record(
            session,
            "company",
            company.id,
            "company.standing_by_dates",
            by,
            now,
            {"standing": Change(company.status, "")},
        )
        company.status_reason, company.status_until = "", None
        session.add(company)
    return company


def renew_code(session: Session, company_id: uuid.UUID, by: Caller, now: datetime) -> Company:
    """A new code: the old one opens nothing more, nor does one of a company that was merged into it, and whoever was
    recognised by them is forgotten. Raises NotFound."""
    company = locked_company(session, company_id)
    merged = session.exec(select(Company).where(Company.merged_into_id == company_id).with_for_update()).all()
    for one in (company, *merged):
        one.access_code = new_code()
        session.add(one)
    record(session, "company", company.id, "company.code_renewed", by, now)
    return company


def send_link(session: Session, person_id: uuid.UUID, links: Links, by: Caller, now: datetime) -> Person:
    """Send somebody their personal link, at most once every two minutes. Raises NotFound."""
    person, company = _person(session, person_id)
    message = SendMessage(
        entity=person.id,
        version=int(now.timestamp()) // 120,
        to=person.email,
        to_name=_name(person),
        lang="en" if person.lang == "en" else "fr",
        values=MemberLink(
            first_name=person.first_name,
            company=company.name,
            url=links.person(person.id, person.link_version),
        ),
    )
    post(session, "notify", message, now)
    record(session, "company", company.id, "company.link_sent", by, now, {"person": Change("", _name(person))})
    return person


def renew_link(session: Session, person_id: uuid.UUID, by: Caller, now: datetime) -> Person:
    """A new personal link: the old one is dead, and browsers that came by it are forgotten. Raises NotFound."""
    person, company = _person(session, person_id)
    end_links(session, person)
    record(session, "company", company.id, "company.link_renewed", by, now, {"person": Change("", _name(person))})
    return person


def end_links(session: Session, person: Person) -> None:
    """Their personal link is dead, and that of whoever was merged into them, which opens the same."""
    person.link_version += 1
    session.add(person)
    twice = sa.update(Person).where(col(Person.merged_into_id) == person.id)
    session.execute(twice.values({column(Person.link_version): column(Person.link_version) + 1}))


def new_code() -> str:
    """Ten random digits of Crockford's alphabet: fifty bits, behind a rate limit."""
    return "".join(secrets.choice(READ_ALOUD) for _ in range(CODE_LENGTH))


def locked_company(session: Session, company_id: uuid.UUID, key_share: bool = False) -> Company:
    """A company to write on, or (`key_share`) to write of. Raises NotFound; so it does for one that was merged: it
    stands for nothing any more."""
    stands = (col(Company.id) == company_id, col(Company.merged_into_id).is_(None))
    company = session.exec(select(Company).where(*stands).with_for_update(key_share=key_share)).first()
    if company is None:
        raise NotFound()
    return company


def _person(session: Session, person_id: uuid.UUID) -> tuple[Person, Company]:
    person = session.exec(select(Person).where(Person.id == person_id).with_for_update()).first()
    company = session.get(Company, person.company_id) if person else None
    if person is None or company is None:
        raise NotFound()
    return person, company


def _name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}"

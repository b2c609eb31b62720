"""Who a visitor is, by a personal link or a company's code; one company whole."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from kit.auth import check_link, link_token
from kit.errors import BadToken, NotFound
from registration.catalog.rules import Visitor
from registration.links import Signed
from registration.members.models import Company, Membership, Person
from registration.members.queries_people import Acting, now_is, opened_by, people_of
from registration.members.queries_standing import Standing, standing_by_code, standing_of
from registration.members.rules import MEMBER_COOKIE_LIFE, MemberStatus, MemberTerms, StandingDecision, normal_code
from registration.members.schemas import Recognition

NOBODY = Visitor()


@dataclass(frozen=True)
class CompanyFile:
    """One company, where it stands (and what staff decided of it, while that holds), its people with what they do for
    it, and its membership periods, newest first."""

    company: Company
    status: MemberStatus
    people: tuple[Acting, ...]
    memberships: tuple[Membership, ...]
    decision: StandingDecision | None


def by_code(session: Session, code: str, terms: MemberTerms) -> Standing | None:
    """The company that has this access code, however it is written, as it stands."""
    normal = normal_code(code)
    return standing_by_code(session, terms, normal) if normal else None


def by_link(session: Session, key: str, person_id: uuid.UUID, token: str, day: date) -> tuple[Person, Company]:
    """The person behind a personal link and the company it opens: the one that is theirs, or another that they act for
    on that day. Raises NotFound when it was revoked, is not ours, or opens no company any more."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound()
    check_link(key, "person", person.id, person.link_version, token)
    person = now_is(session, person)
    company_id = opened_by(session, person, person.company_id, day)
    if company_id is None:
        raise NotFound()
    return person, session.get_one(Company, company_id)


def member_cookie(secret: str, company: Company, person: Person | None, now: datetime) -> str:
    """What the member cookie holds: who was recognised, and by what, so that renewing it forgets them everywhere."""
    if person is not None:
        recognition = Recognition(company=company.id, person=person.id, version=person.link_version)
    else:
        recognition = Recognition(company=company.id, code=_proof(secret, company))
    claims = recognition.model_dump(mode="json", exclude_defaults=True)
    return Signed(secret, "member").make(claims, now + MEMBER_COOKIE_LIFE)


def visitor_by_cookie(
    session: Session, secret: str, cookie: str, now: datetime, terms: MemberTerms
) -> tuple[Visitor, Person | None]:
    """Who the member cookie names, with the company's standing as it is now; nobody when the personal link was
    revoked, the company's code renewed, the person left the company, or the cookie is too old."""
    if not cookie:
        return NOBODY, None
    try:
        recognition = Recognition.model_validate(Signed(secret, "member").read(cookie, now))
    except BadToken:
        return NOBODY, None
    person = session.get(Person, recognition.person) if recognition.person else None
    if not _is_valid(recognition, secret, session.get(Company, recognition.company), person):
        return NOBODY, None
    person = now_is(session, person) if person else None
    company_id = opened_by(session, person, recognition.company, terms.day) if person else recognition.company
    standing = standing_of(session, terms, company_id) if company_id else None
    return (standing.visitor(terms), person) if standing else (NOBODY, None)


def _is_valid(recognition: Recognition, secret: str, company: Company | None, person: Person | None) -> bool:
    """Whether the personal link, or the company's code, is the one by which the visitor was recognised."""
    if recognition.person:
        return person is not None and person.link_version == recognition.version
    return company is not None and recognition.code == _proof(secret, company)


def _proof(secret: str, company: Company) -> str:
    """Changes with the code and says nothing of it."""
    return link_token(secret, f"code {company.access_code}", company.id, 1)


def company_file(session: Session, company_id: uuid.UUID, terms: MemberTerms) -> CompanyFile | None:
    """One company whole."""
    standing = standing_of(session, terms, company_id)
    if standing is None:
        return None
    company = standing.company
    periods = select(Membership).where(Membership.company_id == company.id).order_by(col(Membership.starts).desc())
    people = people_of(session, company.id, terms.day)
    decision = company.decision if company.decision and company.decision.holds(terms.day) else None
    return CompanyFile(company, standing.status, people, tuple(session.exec(periods).all()), decision)

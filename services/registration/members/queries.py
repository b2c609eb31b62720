"""Who a visitor is, by a personal link or a company's code; lists for staff."""

import uuid
from datetime import datetime

from sqlmodel import Session, select

from kit.auth import Signed, check_link
from kit.errors import BadToken
from registration.catalog.queries import normal_code
from registration.catalog.rules import Visitor
from registration.members.models import Company, Person
from registration.members.rules import MemberStatus

NOBODY = Visitor()


def visitor_of(company: Company) -> Visitor:
    """What a company's standing means for prices: in arrears pays the non-member price for now."""
    return Visitor(
        str(company.id),
        company.name,
        member=company.status == MemberStatus.ACTIVE,
        in_arrears=company.status == MemberStatus.IN_ARREARS,
    )


def by_code(session: Session, code: str) -> Company | None:
    """The company whose access code was typed."""
    normal = normal_code(code)
    return session.exec(select(Company).where(Company.access_code == normal)).first() if normal else None


def by_link(session: Session, key: str, person_id: uuid.UUID, token: str) -> tuple[Person, Company]:
    """The person behind a personal link and their company. Raises BadToken when it was revoked or is not ours."""
    person = session.get(Person, person_id)
    if person is None:
        raise BadToken()
    check_link(key, "person", person.id, person.link_version, token)
    company = session.get(Company, person.company_id)
    if company is None:
        raise BadToken()
    return person, company


def recognised(session: Session, secret: str, cookie: str, now: datetime) -> tuple[Visitor, Person | None]:
    """Who the member cookie names, with the company's standing as it is now; nobody when the link was revoked."""
    try:
        claims = Signed(secret, "member").read(cookie, now) if cookie else {}
    except BadToken:
        claims = {}
    person = session.get(Person, uuid.UUID(claims["person"])) if claims.get("person") else None
    if person is not None and person.link_version != claims["version"]:
        return NOBODY, None
    known = session.get(Company, uuid.UUID(claims["company"])) if claims else None
    return (visitor_of(known), person) if known else (NOBODY, None)


def company(session: Session, company_id: uuid.UUID) -> Company | None:
    return session.get(Company, company_id)

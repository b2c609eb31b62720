"""Who a visitor is, by a personal link or a company's code; lists for staff."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit import paging
from kit.auth import check_link, link_token
from kit.errors import BadToken, NotFound
from kit.text import sort_key
from registration.catalog.rules import Visitor
from registration.links import Signed
from registration.members.models import Company, Membership, Person
from registration.members.rules import MEMBER_COOKIE_LIFE, MemberStatus, normal_code
from registration.members.schemas import Recognition

NOBODY = Visitor()
PAGE = 50


@dataclass(frozen=True)
class CompanyPage:
    """A page of companies: `previous` and `next` are the rows that the pages before and after are counted from (None:
    there is none), `total` how many companies there are on all of them."""

    rows: tuple[Company, ...]
    previous: uuid.UUID | None
    next: uuid.UUID | None
    total: int


@dataclass(frozen=True)
class CompanyFile:
    """One company with its people and its membership periods, newest first."""

    company: Company
    people: tuple[Person, ...]
    memberships: tuple[Membership, ...]


def visitor_of(company: Company) -> Visitor:
    """What a company's standing means for prices: in arrears pays the non-member price for now."""
    return Visitor(
        str(company.id),
        company.name,
        member=company.status == MemberStatus.ACTIVE,
        in_arrears=company.status == MemberStatus.IN_ARREARS,
    )


def by_code(session: Session, code: str) -> Company | None:
    """The company that has this access code, however it is written."""
    normal = normal_code(code)
    return session.exec(select(Company).where(Company.access_code == normal)).first() if normal else None


def by_link(session: Session, key: str, person_id: uuid.UUID, token: str) -> tuple[Person, Company]:
    """The person behind a personal link and their company. Raises NotFound when it was revoked or is not ours."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound()
    check_link(key, "person", person.id, person.link_version, token)
    company = session.get(Company, person.company_id)
    if company is None:
        raise NotFound()
    return person, company


def member_cookie(secret: str, company: Company, person: Person | None, now: datetime) -> str:
    """What the member cookie holds: who was recognised, and by what, so that renewing it forgets them everywhere."""
    if person is not None:
        recognition = Recognition(company=company.id, person=person.id, version=person.link_version)
    else:
        recognition = Recognition(company=company.id, code=_proof(secret, company))
    claims = recognition.model_dump(mode="json", exclude_defaults=True)
    return Signed(secret, "member").make(claims, now + MEMBER_COOKIE_LIFE)


def visitor_by_cookie(session: Session, secret: str, cookie: str, now: datetime) -> tuple[Visitor, Person | None]:
    """Who the member cookie names, with the company's standing as it is now; nobody when the personal link was
    revoked, the company's code renewed, or the cookie is too old."""
    if not cookie:
        return NOBODY, None
    try:
        recognition = Recognition.model_validate(Signed(secret, "member").read(cookie, now))
    except BadToken:
        return NOBODY, None
    person = session.get(Person, recognition.person) if recognition.person else None
    company = session.get(Company, person.company_id if person else recognition.company)
    if company is None or not _is_valid(recognition, secret, company, person):
        return NOBODY, None
    return visitor_of(company), person


def _is_valid(recognition: Recognition, secret: str, company: Company, person: Person | None) -> bool:
    """Whether the personal link, or the company's code, is the one by which the visitor was recognised."""
    if recognition.person:
        return person is not None and person.link_version == recognition.version
    return recognition.code == _proof(secret, company)


def _proof(secret: str, company: Company) -> str:
    """Changes with the code and says nothing of it."""
    return link_token(secret, f"code {company.access_code}", company.id, 1)


def companies(
    session: Session,
    words: str,
    status: MemberStatus | None,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> CompanyPage:
    """Companies by name, fifty at a time, after or before the one named. Accents and case do not count in `words`."""
    query = select(Company).where(*paging.matching(col(Company.search), words))
    if status is not None:
        query = query.where(Company.status == status)
    order = (col(Company.search), col(Company.id))
    places = (_place(session, after), _place(session, before))
    page = paging.slice_of(session, query, order, PAGE, places)
    rows: tuple[Company, ...] = tuple(row[0] for row in page.rows)
    return CompanyPage(rows, **page.keys([row.id for row in rows]))


def _place(session: Session, company_id: uuid.UUID | None) -> tuple[str, uuid.UUID] | None:
    company = session.get(Company, company_id) if company_id else None
    return (company.search, company.id) if company else None


def standings(session: Session) -> dict[MemberStatus, int]:
    """How many companies stand where."""
    query = select(Company.status, sa.func.count()).group_by(col(Company.status))
    return {MemberStatus(status): count for status, count in session.exec(query).all()}


def delegates(session: Session, companies: Sequence[Company]) -> dict[uuid.UUID, int]:
    """How many people each of these companies has."""
    ids = [row.id for row in companies]
    query = select(Person.company_id, sa.func.count()).where(col(Person.company_id).in_(ids))
    return dict(session.exec(query.group_by(col(Person.company_id))).all())


def company_file(session: Session, company_id: uuid.UUID) -> CompanyFile | None:
    """One company whole."""
    company = session.get(Company, company_id)
    if company is None:
        return None
    people = session.exec(select(Person).where(Person.company_id == company_id)).all()
    periods = select(Membership).where(Membership.company_id == company_id).order_by(col(Membership.starts).desc())
    in_order = sorted(people, key=lambda person: (sort_key(person.last_name), sort_key(person.first_name)))
    return CompanyFile(company, tuple(in_order), tuple(session.exec(periods).all()))

"""What is read to reserve places: the resource by its key, the company by its name."""

import uuid

from sqlmodel import Session, col, select

from kit.errors import InvalidInput
from kit.text import fold
from registration.catalog.models import Resource
from registration.members.models import Company


def resource_id(session: Session, activity_id: uuid.UUID, key: str) -> uuid.UUID:
    """The resource of an activity that has this key. Raises InvalidInput."""
    query = select(Resource.id).where(Resource.activity_id == activity_id, Resource.key == key)
    found = session.exec(query).first()
    if found is None:
        raise InvalidInput({"resource": "problem.allotment_resource"})
    return found


def company_id(session: Session, name: str) -> uuid.UUID | None:
    """The company that has this name, whatever its accents and capitals; None for no name. Raises InvalidInput."""
    if not name:
        return None
    wanted = fold(name)
    stands = select(Company.id, Company.name).where(col(Company.merged_into_id).is_(None))
    found = [key for key, known in session.exec(stands).all() if fold(known) == wanted]
    if len(found) != 1:
        raise InvalidInput({"company": "problem.allotment_company"})
    return found[0]


def known_company(session: Session, company_id: uuid.UUID | None) -> None:
    """Raises InvalidInput for a company that is not there, or was merged."""
    company = session.get(Company, company_id) if company_id is not None else None
    if company_id is not None and (company is None or company.merged_into_id is not None):
        raise InvalidInput({"company_id": "problem.allotment_company"})


def company_names(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of companies that places are reserved for."""
    if not ids:
        return {}
    rows = session.exec(select(Company.id, Company.name).where(col(Company.id).in_(ids))).all()
    return {company: name for company, name in rows}  # noqa: C416

"""Partners as pages, letters and staff read them."""

import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.partners.models import Organisation, Partnership
from registration.catalog.partners.rules import Logo, Partner
from registration.files.queries import FileRow, shapes
from registration.files.rules import Shape


class OrganisationRow(NamedTuple):
    """An organisation to choose from."""

    id: uuid.UUID
    name: str


def partners(session: Session, activities: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[Partner, ...]]:
    """The partners of each activity, in order: one read, and one more when some have a logo."""
    columns = (
        column(Partnership.activity_id),
        column(Partnership.id),
        column(Partnership.role),
        column(Organisation.id),
        column(Organisation.name),
        column(Organisation.website),
        column(Organisation.logo_id),
        column(Organisation.logo_approved_at),
    )
    query = (
        sa.select(*columns)
        .join_from(
            table(Partnership), table(Organisation), column(Organisation.id) == column(Partnership.organisation_id)
        )
        .where(column(Partnership.activity_id).in_(activities))
        .order_by(column(Partnership.position), column(Partnership.id))
    )
    rows = session.execute(query).all()
    logos = {row[6] for row in rows if row[6]}
    files = shapes(session, logos) if logos else {}
    found: dict[uuid.UUID, list[Partner]] = {}
    for activity_id, key, role, organisation_id, name, website, logo_id, approved_at in rows:
        logo = _logo(files[logo_id]) if logo_id in files else None
        shown, waiting = (logo, None) if approved_at else (None, logo)
        partner = Partner(key, organisation_id, name, website, role, shown, waiting, approved_at)
        found.setdefault(activity_id, []).append(partner)
    return {activity_id: tuple(mine) for activity_id, mine in found.items()}


def organisations(session: Session) -> list[OrganisationRow]:
    """Every organisation we know, by name."""
    query = sa.select(column(Organisation.id), column(Organisation.name)).order_by(column(Organisation.folded))
    return [OrganisationRow(*row) for row in session.execute(query)]


def files_in_use(session: Session) -> set[uuid.UUID]:
    """The logos of organisations."""
    used = sa.select(column(Organisation.logo_id)).where(column(Organisation.logo_id).is_not(None))
    return {logo_id for logo_id in session.execute(used).scalars() if logo_id}


def _logo(files: Mapping[Shape, FileRow]) -> Logo:
    """A drawing comes with a picture of itself; a picture is its own."""
    whole = files[Shape.WHOLE]
    return Logo(whole.path, files.get(Shape.PICTURE, whole).path, whole.width, whole.height)

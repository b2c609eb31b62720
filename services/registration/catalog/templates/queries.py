"""The templates of the house, and one of them whole."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column
from registration.catalog.templates.models import HouseTemplate
from registration.catalog.templates.rules import TemplateBody, TemplateRow


def templates(session: Session) -> list[TemplateRow]:
    """All of them, by name."""
    query = sa.select(column(HouseTemplate.id), column(HouseTemplate.name), column(HouseTemplate.kind))
    return [TemplateRow(*row) for row in session.execute(query.order_by(column(HouseTemplate.name)))]


def body_of(session: Session, template_id: uuid.UUID) -> TemplateBody:
    """One of them. Raises NotFound."""
    mine = column(HouseTemplate.id) == template_id
    body: TemplateBody | None = session.execute(sa.select(column(HouseTemplate.body)).where(mine)).scalar()
    if body is None:
        raise NotFound()
    return body

"""Reads of house templates."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import NotFound
from kit.sql import column
from registration.catalog.house_templates.models import HouseTemplate
from registration.catalog.house_templates.rules import as_kept
from registration.catalog.sections.rules import Draft


@dataclass(frozen=True)
class TemplateRow:
    """A template as lists show it."""

    id: uuid.UUID
    name: str
    kind: str
    created_at: datetime


def templates(session: Session) -> list[TemplateRow]:
    """Every template, by its name."""
    columns = (HouseTemplate.id, HouseTemplate.name, HouseTemplate.kind, HouseTemplate.created_at)
    rows = session.execute(sa.select(*(column(one) for one in columns)).order_by(column(HouseTemplate.name)))
    return [TemplateRow(*row) for row in rows]


def template(session: Session, template_id: uuid.UUID) -> Draft:
    """What a template keeps. Raises NotFound."""
    row = session.get(HouseTemplate, template_id)
    if row is None:
        raise NotFound()
    return as_kept(row.kind, row.timezone, row.sections)

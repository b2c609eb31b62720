"""Keep an activity as a template of the house; remove one."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.db import new_id
from kit.errors import NotFound
from kit.sql import column, insert_once, table
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.sections.queries import draft
from registration.catalog.templates.models import HouseTemplate
from registration.catalog.templates.rules import TemplateBody, TemplateNameTaken, template_name
from registration.history.actions import record
from registration.history.rules import Change


def keep(session: Session, activity_id: uuid.UUID, typed: str, author: Author) -> uuid.UUID:
    """Keep an activity as it stands, under a name; the template's id. Codes, cover and people are not part of it.
    Raises NotFound, InvalidInput, TemplateNameTaken."""
    source = draft(session, activity_id)
    if source is None:
        raise NotFound()
    row = HouseTemplate(
        id=new_id(), name=template_name(typed), kind=source.kind, body=TemplateBody(source), created_at=author.now
    )
    target = table(HouseTemplate)
    if not insert_once(
        session, target, {one.key: getattr(row, one.key) for one in target.columns}, column(HouseTemplate.id)
    ):
        raise TemplateNameTaken("template")
    changes = {"template": Change(None, row.name)}
    record(session, "activity", activity_id, "activity.template_kept", author.by, author.now, changes)
    return row.id


def remove(session: Session, template_id: uuid.UUID, author: Author) -> None:
    """Remove a template; the activities made from it stay. Raises NotFound."""
    mine = column(HouseTemplate.id) == template_id
    gone = session.execute(sa.delete(table(HouseTemplate)).where(mine).returning(column(HouseTemplate.name))).first()
    if gone is None:
        raise NotFound()
    changes = {"template": Change(gone[0], None)}
    record(session, "template", template_id, "template.removed", author.by, author.now, changes)

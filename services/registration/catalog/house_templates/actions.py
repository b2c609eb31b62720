"""What authors do with house templates: keep an activity as one, delete one. What was made from it stays as it is."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import NotFound
from kit.sql import column, insert_once, table
from registration.catalog.house_templates.models import HouseTemplate
from registration.catalog.house_templates.rules import TemplateNameTaken, kept, template_name
from registration.catalog.sections.queries import draft
from registration.history.actions import record
from registration.history.rules import Change


def keep(session: Session, activity_id: uuid.UUID, typed: str, by: Caller, now: datetime) -> uuid.UUID:
    """Keep an activity, as it is written now, under a name; the id of the template. Codes, pictures and whoever is
    registered are not kept. Raises NotFound, InvalidInput for the name, TemplateNameTaken."""
    name = template_name(typed)
    written = draft(session, activity_id)
    if written is None:
        raise NotFound()
    row = HouseTemplate(
        id=new_id(),
        name=name,
        kind=written.kind,
        timezone=written.timezone,
        sections=kept(written),
        created_at=now,
    )
    target = table(HouseTemplate)
    values = {one.key: getattr(row, one.key) for one in target.columns}
    if not insert_once(session, target, values, column(HouseTemplate.id)):
        raise TemplateNameTaken("name")
    record(session, "activity", activity_id, "activity.template_kept", by, now, {"template": Change(None, name)})
    return row.id


def delete(session: Session, template_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Delete a template; what was made from it stays. Raises NotFound."""
    mine = column(HouseTemplate.id) == template_id
    gone = session.execute(sa.delete(table(HouseTemplate)).where(mine).returning(column(HouseTemplate.name))).first()
    if gone is None:
        raise NotFound()
    record(session, "template", template_id, "template.deleted", by, now, {"template": Change(gone[0], None)})

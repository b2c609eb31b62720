"""Last year beside this year, for programs."""

import uuid

from fastapi import APIRouter
from sqlmodel import Session

from kit.contracts.problems import spelled
from kit.errors import NotFound, refusals
from registration.catalog.copies.rules import texts_to_read
from registration.catalog.models import Activity
from registration.catalog.sections.queries import draft
from registration.editions import queries, rules
from registration.office.editions.schemas import AmountBeside, CountBeside, EditionBeside, ProductBeside, WeekBeside
from registration.service import READERS, Here, RegistrationService

router = APIRouter(tags=["staff"])


@router.get(
    "/api/staff/activities/{activity_id}/last-edition", dependencies=[READERS], openapi_extra=refusals(NotFound)
)
def read_last_edition(activity_id: uuid.UUID, here: Here) -> EditionBeside:
    """A copied activity beside the one it was copied from: units, people week by week, texts to be read again."""
    with here.db.read() as session:
        return beside(here, session, activity_id)


def beside(here: RegistrationService, session: Session, activity_id: uuid.UUID) -> EditionBeside:
    """Raises NotFound for what is no copy, and when the edition before is gone."""
    mine, written = session.get(Activity, activity_id), draft(session, activity_id)
    before = session.get(Activity, mine.copied_from_id) if mine and mine.copied_from_id else None
    if mine is None or before is None or written is None:
        raise NotFound()
    last = queries.last_figures(session, before.id)
    sold = rules.products(queries.sold(session, mine.id), queries.sold(session, before.id))
    return EditionBeside(
        id=before.id,
        title=before.title,
        day=last.day if last else None,
        amounts=[AmountBeside(key=key, amount=cents) for key, cents in last.amounts.items()] if last else [],
        resources=[CountBeside(**vars(row)) for row in last.resources] if last else [],
        products=[ProductBeside(**vars(row)) for row in sold],
        weeks=[WeekBeside(**vars(row)) for row in _weeks(here, session, mine, before)],
        texts=[spelled(where) for where in texts_to_read(written)],
    )


def _weeks(here: RegistrationService, session: Session, mine: Activity, before: Activity) -> list[rules.WeekRow]:
    if mine.starts_at is None or before.starts_at is None:
        return []
    now = queries.people_by_week(session, mine.id, mine.starts_at)
    then = queries.people_by_week(session, before.id, before.starts_at)
    return rules.weeks(now, then, mine.starts_at, here.clock())

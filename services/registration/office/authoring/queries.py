"""What the editor needs to know beside the activity itself: what registrations hold of it, and what can be copied."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session

from kit.clock import local_day
from kit.contracts import Bilingual
from kit.sql import column, table
from registration.catalog.allotments.models import Allotment
from registration.catalog.models import Activity, Product, Question, Resource
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import Held
from registration.registrations.models import Answer, Registration, RegistrationLine
from registration.registrations.rules import RegistrationStatus
from registration.registrations.tallies.queries import tally

# What a line uses: units of each resource, by its key.
USES = TypeAdapter(dict[str, int])


def standing_registrations(session: Session, activity_id: uuid.UUID) -> int:
    """How many registrations of an activity stand: those that are held, and the confirmed ones by its tally."""
    held = (column(Registration.activity_id) == activity_id, column(Registration.status) == RegistrationStatus.HELD)
    count = sa.select(sa.func.count()).select_from(table(Registration)).where(*held)
    return int(session.execute(count).scalar_one()) + tally(session, activity_id).registrations


def held_of(session: Session, activity_id: uuid.UUID) -> Held:
    """What registrations hold of an activity: those that stand, and every line and answer there is. Reads all of them:
    for whoever saves, not for a page."""
    mine = column(Registration.activity_id) == activity_id
    # By the registrations of this activity, which an index has: not by every line and answer there is.
    uses = sa.cast(column(RegistrationLine.uses), sa.Text)
    lines = (
        sa.select(column(Product.key), column(RegistrationLine.price_key), uses)
        .select_from(table(Registration))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .join(table(Product), column(Product.id) == column(RegistrationLine.product_id))
        .where(mine)
        .distinct()
    )
    answers = (
        sa.select(column(Question.key), sa.func.count())
        .select_from(table(Registration))
        .join(table(Answer), column(Answer.registration_id) == column(Registration.id))
        .join(table(Question), column(Question.id) == column(Answer.question_id))
        .where(mine)
        .group_by(column(Question.key))
    )
    reserved = sa.select(column(Resource.key)).join(
        table(Allotment), column(Allotment.resource_id) == column(Resource.id)
    )
    held = session.execute(lines).all()
    used = {key for *_, text in held for key in USES.validate_json(text)}
    return Held(
        registrations=standing_registrations(session, activity_id),
        products=frozenset(product for product, *_ in held),
        # What comes with a sponsorship, or is a spot of one, says the key of its price before a +.
        prices=frozenset(price.partition("+")[0] for _, price, _ in held),
        resources=frozenset(
            {*used, *session.execute(reserved.where(column(Allotment.activity_id) == activity_id)).scalars()}
        ),
        answered={key: int(many) for key, many in session.execute(answers)},
    )


@dataclass(frozen=True)
class SourceRow:
    """An activity that can be copied."""

    id: uuid.UUID
    kind: str
    title: Bilingual
    day: date | None


def sources(session: Session) -> list[SourceRow]:
    """Every activity that was shown, the latest first: a copy is most often of the last one."""
    rows = session.execute(
        sa.select(
            column(Activity.id),
            column(Activity.kind),
            column(Activity.title_fr),
            column(Activity.title_en),
            column(Activity.starts_at),
            column(Activity.timezone),
        )
        .where(column(Activity.status) != ActivityStatus.DRAFT)
        .order_by(column(Activity.starts_at).desc().nulls_last(), column(Activity.title_fr))
    )
    return [
        SourceRow(row[0], row[1], Bilingual(fr=row[2], en=row[3]), local_day(row[4], row[5]) if row[4] else None)
        for row in rows
    ]


@dataclass(frozen=True)
class Standing:
    """What the editor says above the sections."""

    id: uuid.UUID
    status: ActivityStatus
    publish_at: datetime | None
    copied_from: uuid.UUID | None
    version: int


def standing(session: Session, activity_id: uuid.UUID) -> Standing | None:
    """The state of an activity; None when there is none."""
    row = session.get(Activity, activity_id)
    if row is None:
        return None
    return Standing(row.id, row.status, row.publish_at, row.copied_from_id, row.version)

"""Staff's lists. Each costs what it shows: a limit is taken on an index before anything is joined, pages go by key."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.levels.rules import is_spot
from registration.catalog.models import Activity, Resource
from registration.catalog.offers.rules import Offer, ResourceOffer
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.rules import ActivityStatus, sale_state
from registration.office.activities.schemas import ActivityRow, ResourceFill, Tally
from registration.registrations.models import Attendee, Registration
from registration.service import RegistrationService


def tallies(session: Session) -> dict[uuid.UUID, Tally]:
    """What each activity comes to. Counts every registration: pages keep the answer for a moment (`BriefCache`)."""
    confirmed = column(Registration.status) == "confirmed"
    left = column(Registration.total) - column(Registration.credited)
    owed = sa.case(
        (sa.and_(column(Registration.method) == "invoice", column(Registration.paid_at).is_(None)), left), else_=0
    )
    money = (
        sa.select(column(Registration.activity_id), sa.func.count(), sa.func.sum(left), sa.func.sum(owed))
        .where(confirmed)
        .group_by(column(Registration.activity_id))
    )
    people = (
        sa.select(
            column(Attendee.activity_id), sa.func.count(), sa.func.count().filter(column(Attendee.sort_name) == "")
        )
        .select_from(
            table(Attendee).join(table(Registration), column(Registration.id) == column(Attendee.registration_id))
        )
        .where(confirmed, column(Attendee.status) == "active")
        .group_by(column(Attendee.activity_id))
    )
    counted = {row[0]: (row[1], row[2]) for row in session.execute(people)}
    counts = {}
    for activity, count, expected, due in session.execute(money):
        there, unnamed = counted.get(activity, (0, 0))
        counts[activity] = Tally(
            registrations=count, people=there, unnamed=unnamed, expected=int(expected), owed=int(due)
        )
    return counts


def tallies_shown(here: RegistrationService) -> dict[uuid.UUID, Tally]:
    """What activities come to, for display: counted at most once a second, of a crowd once in ten."""

    def count() -> dict[uuid.UUID, Tally]:
        with here.db.read() as session:
            return tallies(session)

    counts: dict[uuid.UUID, Tally] = here.cache.get("tallies", count, crowd=True)
    return counts


def activity(found: Offer, now: datetime, counts: dict[uuid.UUID, Tally]) -> ActivityRow:
    """One activity as the list shows it."""
    fills = [fill_of(resource) for resource in found.resources.values() if not is_spot(resource.key)]
    return activity_row(found.activity, fills, counts.get(found.activity.id, Tally()), now)


def fill_of(row: Resource | ResourceOffer) -> ResourceFill:
    """A resource as lists show it."""
    return ResourceFill(
        key=row.key,
        label_fr=row.label.fr,
        label_en=row.label.en,
        taken=row.taken,
        reserved=row.reserved,
        capacity=row.capacity,
    )


def activity_row(
    row: Activity | ActivityOffer, fills: list[ResourceFill], tally: Tally, now: datetime, scheduled: bool = False
) -> ActivityRow:
    """An activity with what is taken of it; a draft may be `scheduled` to be published by the clock."""
    fills.sort(key=lambda fill: (-fill.taken / max(fill.capacity, 1), -fill.capacity))
    full = bool(fills) and all(fill.taken + fill.reserved >= fill.capacity for fill in fills)
    state: str = sale_state(now, row.sale, full)
    if row.status is ActivityStatus.DRAFT:
        state = "scheduled" if scheduled else "draft"
    return ActivityRow(
        id=row.id,
        key=row.key,
        title_fr=row.title.fr,
        title_en=row.title.en,
        slug_fr=row.slug.fr,
        slug_en=row.slug.en,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        names_due_at=row.names_due_at,
        timezone=row.timezone,
        state=state,
        resources=fills,
        tally=tally,
        kind=row.kind,
        city="" if row.place.online else row.place.city,
    )

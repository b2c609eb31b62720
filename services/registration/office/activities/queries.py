"""Staff's lists. Each costs what it shows: a limit is taken on an index before anything is joined, pages go by key."""

import uuid
from datetime import datetime

from sqlmodel import Session

from registration.catalog.levels.rules import is_spot
from registration.catalog.models import Activity
from registration.catalog.offers.rules import Offer, ResourceOffer
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.rules import ActivityStatus, sale_state
from registration.office.activities.schemas import ActivityRow, ResourceFill, Tally
from registration.registrations.tallies import rules
from registration.registrations.tallies.queries import tallies as kept_tallies
from registration.registrations.tallies.queries import tally as kept_tally


def tallies(session: Session) -> dict[uuid.UUID, Tally]:
    """What each activity comes to that anybody was ever confirmed for."""
    return {activity_id: _shown(kept) for activity_id, kept in kept_tallies(session).items()}


def tally(session: Session, activity_id: uuid.UUID) -> Tally:
    """What one activity comes to."""
    return _shown(kept_tally(session, activity_id))


def _shown(kept: rules.Tally) -> Tally:
    return Tally(
        registrations=kept.registrations,
        people=kept.people,
        unnamed=kept.unnamed,
        expected=kept.expected,
        owed=kept.owed,
    )


def activity(found: Offer, now: datetime, tally: Tally) -> ActivityRow:
    """One activity as the list shows it."""
    fills = [fill_of(resource) for resource in found.resources.values() if not is_spot(resource.key)]
    return activity_row(found.activity, fills, tally, now)


def fill_of(row: ResourceOffer) -> ResourceFill:
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

"""Reads of the catalogue: one activity with all that its page and its form need, and lists."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from kit.sql import column, table
from registration.catalog.covers.queries import covers
from registration.catalog.covers.rules import CoverPicture
from registration.catalog.models import Activity, ActivitySession, Price, Product, Question, Resource, Series
from registration.catalog.offers.rules import Offer, ProductOffer, ResourceOffer
from registration.catalog.offers.rules_activity import ActivityOffer, SessionOffer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.catalog.partners.queries import partners
from registration.catalog.partners.rules import Partner
from registration.catalog.rules import ActivityStatus, PriceOption

# What moves all the time of an activity that is known already, in one read: its version and its places.
_PLACES = sa.select(
    column(Activity.id),
    column(Activity.version),
    column(Resource.id),
    column(Resource.key),
    column(Resource.capacity),
    column(Resource.taken),
    column(Resource.reserved),
).outerjoin_from(table(Activity), table(Resource), column(Resource.activity_id) == column(Activity.id))
PLACES_OF_ID = _PLACES.where(column(Activity.id) == sa.bindparam("which"))
_SHOWN = _PLACES.where(column(Activity.status) != ActivityStatus.DRAFT)
PLACES_OF_KEY = _SHOWN.where(column(Activity.key) == sa.bindparam("which"))
PLACES_OF_SLUG = {
    "fr": _SHOWN.where(column(Activity.slug_fr) == sa.bindparam("which")),
    "en": _SHOWN.where(column(Activity.slug_en) == sa.bindparam("which")),
}


@dataclass(frozen=True)
class PlacesRow:
    """One resource of an activity as `PLACES_OF_…` reads it; an activity without any has one row of nothing."""

    activity_id: uuid.UUID
    version: int
    id: uuid.UUID | None
    key: str
    capacity: int
    taken: int
    reserved: int


def upcoming(session: Session, since: datetime | None = None) -> list[Activity]:
    """Every activity that is shown, soonest first, those without a date at the end; ended before `since` left out."""
    shown = select(Activity).where(col(Activity.status) != ActivityStatus.DRAFT)
    if since:
        shown = shown.where(sa.or_(col(Activity.ends_at).is_(None), col(Activity.ends_at) >= since))
    return sorted(session.exec(shown).all(), key=lambda a: (a.starts_at is None, a.starts_at, a.title_fr))


def offer(session: Session, activity_id: uuid.UUID) -> Offer | None:
    """Everything about one activity in seven reads, whatever its size; one more when it has a picture as its cover, and
    one when its partners have logos."""
    activity = session.get(Activity, activity_id)
    return _whole(session, [activity])[0] if activity else None


class KnownOffers:
    """Offers by the version of their activity: of one that did not change, only the version and the places are read.

    `catalog.actions` raises the version with every change of an activity, its sessions, products, prices or questions;
    what moves all the time, the places taken, is read every time.
    """

    def __init__(self) -> None:
        self._offers: dict[uuid.UUID, Offer] = {}

    def read(self, session: Session, activity_id: uuid.UUID) -> Offer | None:
        """The offer as it stands in this session's transaction."""
        return self._as_it_stands(session, PLACES_OF_ID, activity_id)

    def by_key(self, session: Session, key: str) -> Offer | None:
        """The offer that an integrator names; drafts are not shown."""
        return self._as_it_stands(session, PLACES_OF_KEY, key)

    def by_slug(self, session: Session, lang: str, slug: str) -> Offer | None:
        """The published (or postponed, or cancelled) activity at an address; drafts are not shown."""
        return self._as_it_stands(session, PLACES_OF_SLUG[lang], slug)

    def _as_it_stands(self, session: Session, places: sa.Executable, which: uuid.UUID | str) -> Offer | None:
        rows = [PlacesRow(*row) for row in session.connection().execute(places, {"which": which})]
        if not rows:
            return None
        activity_id, version = rows[0].activity_id, rows[0].version
        known = self._offers.get(activity_id)
        if known is not None and known.activity.version == version:
            kept = known.resources
            return known.with_resources(
                {
                    r.key: ResourceOffer(r.id, r.key, r.capacity, r.taken, kept[r.key].label, r.reserved)
                    for r in rows
                    if r.id
                }
            )
        current = offer(session, activity_id)
        if current is not None:
            self._offers[activity_id] = current
        return current


def offers(session: Session, since: datetime | None = None) -> list[Offer]:
    """Every activity of `upcoming`, whole, in as many reads as one."""
    return _whole(session, upcoming(session, since))


def all_series(session: Session) -> dict[uuid.UUID, Series]:
    return {row.id: row for row in session.exec(select(Series)).all()}


def addresses(session: Session) -> dict[tuple[str, str], uuid.UUID]:
    """(language, slug) of every activity that is shown, to its id."""
    columns = select(Activity.id, Activity.slug_fr, Activity.slug_en).where(Activity.status != ActivityStatus.DRAFT)
    rows = session.exec(columns).all()
    return {(lang, slug): key for key, fr, en in rows for lang, slug in (("fr", fr), ("en", en))}


def _whole(session: Session, activities: Sequence[Activity]) -> list[Offer]:
    ids = [activity.id for activity in activities]
    sessions = _by_activity(session, ActivitySession, ids, col(ActivitySession.number))
    products = _by_activity(session, Product, ids, col(Product.position))
    questions = _by_activity(session, Question, ids, col(Question.position))
    resources = _by_activity(session, Resource, ids, col(Resource.key))
    prices: dict[uuid.UUID, list[PriceOption]] = {p.id: [] for rows in products.values() for p in rows}
    for price in session.exec(
        select(Price).where(col(Price.product_id).in_(prices)).order_by(col(Price.position), col(Price.key))
    ).all():
        prices[price.product_id].append(_price(price))
    pictures, helping = covers(session, activities), partners(session, ids)
    offers = []
    for activity in activities:
        with_resources = {
            r.key: ResourceOffer(r.id, r.key, r.capacity, r.taken, r.label, r.reserved) for r in resources[activity.id]
        }
        offer = Offer(
            _activity(activity, pictures.get(activity.id), helping.get(activity.id, ())),
            tuple(_session(row) for row in sessions[activity.id]),
            tuple(_product(row, tuple(prices[row.id])) for row in products[activity.id]),
            tuple(_question(row) for row in questions[activity.id] if not row.retired),
            with_resources,
            tuple(_question(row) for row in questions[activity.id] if row.retired),
        )
        offers.append(offer.with_resources(with_resources))
    return offers


Part = TypeVar("Part", ActivitySession, Product, Question, Resource)


def _by_activity(
    session: Session, part: type[Part], ids: Sequence[uuid.UUID], order: Mapped[int] | Mapped[str]
) -> dict[uuid.UUID, list[Part]]:
    """The rows of a table, in order, under the activity they belong to."""
    rows: dict[uuid.UUID, list[Part]] = {activity_id: [] for activity_id in ids}
    for row in session.exec(select(part).where(col(part.activity_id).in_(ids)).order_by(order)).all():
        rows[row.activity_id].append(row)
    return rows


def _activity(row: Activity, cover: CoverPicture | None, helping: tuple[Partner, ...]) -> ActivityOffer:
    return ActivityOffer(
        id=row.id,
        key=row.key,
        kind=row.kind,
        series_id=row.series_id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        timezone=row.timezone,
        starts_at=row.starts_at,
        sale=row.sale,
        names_due_at=row.names_due_at,
        members_only=row.members_only,
        place=row.place,
        agenda=row.agenda,
        notes=row.notes,
        methods=tuple(row.methods),
        cancellation=row.cancellation,
        points=row.points,
        confirm_above=row.confirm_above,
        company_places=row.company_places,
        cover=cover,
        version=row.version,
        moved_at=row.moved_at,
        calendar_sequence=row.calendar_sequence,
        partners=helping,
        min_people=row.min_people,
        decides_on=row.decides_on,
    )


def _session(row: ActivitySession) -> SessionOffer:
    return SessionOffer(
        id=row.id,
        number=row.number,
        title=row.title,
        day=row.day,
        starts=row.starts,
        ends=row.ends,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        minutes=row.minutes,
    )


def _price(row: Price) -> PriceOption:
    return PriceOption(
        key=row.key,
        who=row.who,
        channel=row.channel,
        amount=row.amount,
        tax_class=row.tax_class,
        label=row.label,
        until=row.until,
        min_quantity=row.min_quantity,
        components=row.components,
        gl_account=row.gl_account,
    )


def _product(row: Product, prices: tuple[PriceOption, ...]) -> ProductOffer:
    return ProductOffer(
        id=row.id,
        key=row.key,
        label=row.label,
        attendees=row.attendees,
        add_on=row.add_on,
        max_per_attendee=row.max_per_attendee,
        on_request=row.on_request,
        level=row.level,
        uses=row.uses,
        prices=prices,
    )


def _question(row: Question) -> QuestionOffer:
    return QuestionOffer(
        id=row.id,
        key=row.key,
        per=row.per,
        type=row.type,
        required=row.required,
        label=row.label,
        options=row.options,
        max_choices=row.max_choices,
        show_if=row.show_if,
        sensitive=row.sensitive,
        purge_days=row.purge_days,
        version=row.version,
        replaced_by=row.replaced_by,
    )

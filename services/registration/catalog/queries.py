"""Reads of the catalogue: one activity with all that its page and its form need, and lists."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.contracts import Bilingual
from registration.catalog.models import Activity, ActivitySession, Code, Price, Product, Question, Resource, Series
from registration.catalog.rules import (
    NO_CODE,
    ActivityStatus,
    CodeEffect,
    PriceOption,
    SaleState,
    sale_state,
    units_left,
)

_activities: Any = Activity.__table__  # type: ignore[attr-defined]
_resources: Any = Resource.__table__  # type: ignore[attr-defined]
_PLACES = sa.select(
    _activities.c.id.label("activity_id"),
    _activities.c.version,
    _resources.c.id,
    _resources.c.key,
    _resources.c.capacity,
    _resources.c.taken,
).outerjoin_from(_activities, _resources, _resources.c.activity_id == _activities.c.id)
PLACES_OF_ID = _PLACES.where(_activities.c.id == sa.bindparam("asked"))
_SHOWN = _PLACES.where(_activities.c.status != ActivityStatus.DRAFT)
PLACES_OF_KEY = _SHOWN.where(_activities.c.key == sa.bindparam("asked"))
PLACES_OF_SLUG = {
    "fr": _SHOWN.where(_activities.c.slug_fr == sa.bindparam("asked")),
    "en": _SHOWN.where(_activities.c.slug_en == sa.bindparam("asked")),
}


@dataclass(frozen=True)
class ProductOffer:
    """A product with its prices. `left` is how many more units can be taken (None: nothing bounds it)."""

    id: uuid.UUID
    key: str
    label: Bilingual
    attendees: int
    add_on: bool
    max_per_attendee: int | None
    on_request: bool
    uses: Mapping[str, int]
    prices: tuple[PriceOption, ...]
    left: int | None


@dataclass(frozen=True)
class Offer:
    """One activity, whole, as it stands now. `resources` maps a resource's key to (id, capacity, taken)."""

    activity: Activity
    sessions: tuple[ActivitySession, ...]
    products: tuple[ProductOffer, ...]
    questions: tuple[Question, ...]
    resources: Mapping[str, tuple[uuid.UUID, int, int]]

    def product(self, key: str) -> ProductOffer | None:
        return next((product for product in self.products if product.key == key), None)

    def state(self, now: datetime) -> SaleState:
        """What its page says about signing up now."""
        a = self.activity
        return sale_state(now, a.status, a.signup_open, a.sale_opens_at, a.sale_closes_at, a.ends_at, self.sold_out)

    @property
    def sold_out(self) -> bool:
        """Nothing that brings people can be taken any more."""
        places = [product for product in self.products if not product.add_on and not product.on_request]
        return bool(places) and all(product.left is not None and product.left <= 0 for product in places)


def upcoming(session: Session, since: datetime | None = None) -> list[Activity]:
    """Every activity that is shown, soonest first, those without a date at the end; ended before `since` left out."""
    shown = select(Activity).where(Activity.status != ActivityStatus.DRAFT)
    if since:
        shown = shown.where(sa.or_(col(Activity.ends_at).is_(None), col(Activity.ends_at) >= since))
    return sorted(session.exec(shown).all(), key=lambda a: (a.starts_at is None, a.starts_at, a.title_fr))


def offer(session: Session, activity_id: uuid.UUID) -> Offer | None:
    """Everything about one activity in six reads, whatever its size."""
    activity = session.get(Activity, activity_id)
    return _whole(session, [activity])[0] if activity else None


class KnownOffers:
    """Offers by the version of their activity: of one that did not change, only the version and the places are read.

    Whoever changes an activity, its sessions, products, prices or questions raises the activity's version; what moves
    all the time, the places taken, is read every time.
    """

    def __init__(self) -> None:
        self._kept: dict[uuid.UUID, Offer] = {}

    def read(self, session: Session, activity_id: uuid.UUID) -> Offer | None:
        """The offer as it stands in this session's transaction."""
        return self._as_it_stands(session, session.execute(PLACES_OF_ID, {"asked": activity_id}).all())

    def by_key(self, session: Session, key: str) -> Offer | None:
        """The offer that an integrator names; drafts are not shown."""
        return self._as_it_stands(session, session.execute(PLACES_OF_KEY, {"asked": key}).all())

    def by_slug(self, session: Session, lang: str, slug: str) -> Offer | None:
        """The published (or postponed, or cancelled) activity at an address; drafts are not shown."""
        return self._as_it_stands(session, session.execute(PLACES_OF_SLUG[lang], {"asked": slug}).all())

    def _as_it_stands(self, session: Session, rows: Sequence[Any]) -> Offer | None:
        if not rows:
            return None
        activity_id, version = rows[0].activity_id, rows[0].version
        kept = self._kept.get(activity_id)
        if kept is None or kept.activity.version != version:
            kept = offer(session, activity_id)
            if kept is not None:
                self._kept[activity_id] = kept
            return kept
        return _recounted(kept, {row.key: (row.id, row.capacity, row.taken) for row in rows if row.id})


def _recounted(kept: Offer, counted: Mapping[str, tuple[uuid.UUID, int, int]]) -> Offer:
    left = {key: capacity - taken for key, (_, capacity, taken) in counted.items()}
    products = tuple(replace(product, left=units_left(product.uses, left)) for product in kept.products)
    return replace(kept, products=products, resources=counted)


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
    for price in session.exec(select(Price).where(col(Price.product_id).in_(prices)).order_by(col(Price.key))).all():
        prices[price.product_id].append(_option(price))
    found = []
    for activity in activities:
        counted = {r.key: (r.id, r.capacity, r.taken) for r in resources[activity.id]}
        left = {key: capacity - taken for key, (_, capacity, taken) in counted.items()}
        offered = tuple(_product(product, tuple(prices[product.id]), left) for product in products[activity.id])
        asked = tuple(questions[activity.id])
        found.append(Offer(activity, tuple(sessions[activity.id]), offered, asked, counted))
    return found


def _by_activity(session: Session, table: Any, ids: Sequence[uuid.UUID], order: Any) -> dict[uuid.UUID, list[Any]]:
    """The rows of a table, in order, under the activity they belong to."""
    rows: dict[uuid.UUID, list[Any]] = {activity_id: [] for activity_id in ids}
    for row in session.exec(select(table).where(table.activity_id.in_(ids)).order_by(order)).all():
        rows[row.activity_id].append(row)
    return rows


def code_effect(
    session: Session, activity_id: uuid.UUID, word: str, now: datetime
) -> tuple[uuid.UUID | None, CodeEffect]:
    """What an invitation or discount code does for this activity now; nothing when it is unknown, used up or over."""
    normal = normal_code(word)
    found = (
        session.exec(select(Code).where(Code.activity_id == activity_id, Code.word == normal)).first()
        if normal
        else None
    )
    if found is None or found.used >= found.max_units or (found.until is not None and now > found.until):
        return None, NO_CODE
    return found.id, CodeEffect(found.opens or "", found.percent_off)


def normal_code(word: str) -> str:
    """Codes are read without regard to case, spaces or hyphens."""
    return "".join(letter for letter in word.upper() if letter.isalnum())


def _option(price: Price) -> PriceOption:
    label = Bilingual(fr=price.label_fr, en=price.label_en)
    return PriceOption(
        price.key,
        price.who,
        price.channel,
        price.amount,
        price.tax_class,
        label,
        price.until,
        price.min_quantity,
        price.components,
        price.gl_account,
    )


def _product(product: Product, prices: tuple[PriceOption, ...], left: Mapping[str, int]) -> ProductOffer:
    return ProductOffer(
        product.id,
        product.key,
        Bilingual(fr=product.label_fr, en=product.label_en),
        product.attendees,
        product.add_on,
        product.max_per_attendee,
        product.on_request,
        product.uses,
        prices,
        units_left(product.uses, left),
    )

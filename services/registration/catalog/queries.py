"""Reads of the catalogue: one activity with all that its page and its form need, and lists."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from kit.contracts import Bilingual
from registration.catalog.models import Activity, ActivitySession, Code, Price, Product, Question, Resource
from registration.catalog.rules import (
    NO_CODE,
    ActivityStatus,
    CodeEffect,
    PriceOption,
    SaleState,
    sale_state,
    units_left,
)


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
        return sale_state(
            now, a.status, a.signup_open, a.sale_opens_at, a.sale_closes_at, a.ends_at, self.sold_out
        )

    @property
    def sold_out(self) -> bool:
        """Nothing that brings people can be taken any more."""
        places = [product for product in self.products if not product.add_on and not product.on_request]
        return bool(places) and all(product.left is not None and product.left <= 0 for product in places)


def activity_by_slug(session: Session, lang: str, slug: str) -> Activity | None:
    """The published (or postponed, or cancelled) activity at an address; drafts are not shown."""
    column = Activity.slug_en if lang == "en" else Activity.slug_fr
    query = select(Activity).where(column == slug, Activity.status != ActivityStatus.DRAFT)
    return session.exec(query).first()


def activity_by_key(session: Session, key: str) -> Activity | None:
    """The activity an integrator names; drafts are not shown."""
    return session.exec(select(Activity).where(Activity.key == key, Activity.status != ActivityStatus.DRAFT)).first()


def upcoming(session: Session) -> list[Activity]:
    """Every activity that is shown, soonest first; those without a date at the end."""
    shown = select(Activity).where(Activity.status != ActivityStatus.DRAFT)
    return sorted(session.exec(shown).all(), key=lambda a: (a.starts_at is None, a.starts_at, a.title_fr))


def offer(session: Session, activity_id: uuid.UUID) -> Offer | None:
    """Everything about one activity in six reads, whatever its size."""
    activity = session.get(Activity, activity_id)
    if activity is None:
        return None
    sessions = session.exec(_of(ActivitySession, activity_id).order_by(col(ActivitySession.number))).all()
    products = session.exec(_of(Product, activity_id).order_by(col(Product.position))).all()
    questions = session.exec(_of(Question, activity_id).order_by(col(Question.position))).all()
    resources = {r.key: (r.id, r.capacity, r.taken) for r in session.exec(_of(Resource, activity_id)).all()}
    prices: dict[uuid.UUID, list[PriceOption]] = {product.id: [] for product in products}
    for price in session.exec(select(Price).where(col(Price.product_id).in_(prices)).order_by(col(Price.key))).all():
        prices[price.product_id].append(_option(price))
    left = {key: capacity - taken for key, (_, capacity, taken) in resources.items()}
    offers = tuple(_product(product, tuple(prices[product.id]), left) for product in products)
    return Offer(activity, tuple(sessions), offers, tuple(questions), resources)


def code_effect(session: Session, activity_id: uuid.UUID, word: str, now: datetime) -> tuple[uuid.UUID | None, CodeEffect]:
    """What an invitation or discount code does for this activity now; nothing when it is unknown, used up or over."""
    normal = normal_code(word)
    found = session.exec(select(Code).where(Code.activity_id == activity_id, Code.word == normal)).first() if normal else None
    if found is None or found.used >= found.max_units or (found.until is not None and now > found.until):
        return None, NO_CODE
    return found.id, CodeEffect(found.opens or "", found.percent_off)


def normal_code(word: str) -> str:
    """Codes are read without regard to case, spaces or hyphens."""
    return "".join(letter for letter in word.upper() if letter.isalnum())


def _of(table: Any, activity_id: uuid.UUID) -> Any:
    return select(table).where(table.activity_id == activity_id)


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

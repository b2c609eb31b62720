"""What the catalogue and an activity's page show, worked out beforehand: a template does no arithmetic."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.clock import local
from kit.money import Rates
from registration.catalog import view_words
from registration.catalog.models import Series
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import SaleState
from registration.catalog.view import cancellation
from registration.catalog.view_words import Words
from registration.public.storefront.view_prices import Headline, ProductRows, Scene, headline, product_rows

NOT_FOR_SALE = (SaleState.PAST, SaleState.CANCELLED, SaleState.CLOSED)


@dataclass(frozen=True)
class Card:
    """One activity in the catalogue."""

    slug: str
    title: str
    series: str
    day: date | None
    when: str
    where: str
    price: Headline | None
    status_kind: str
    status_word: str
    left: str
    past: bool


@dataclass(frozen=True)
class Group:
    """Activities that ask the same of a visitor: `open`, `soon`, `any_time`, `past`."""

    key: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class SessionRow:
    """One session of several."""

    number: int
    title: str
    day: date
    hours: str
    iso: str
    past: bool


@dataclass(frozen=True)
class AgendaRow:
    hour: str
    text: str


@dataclass(frozen=True)
class ActivityPage:
    """Everything on an activity's page."""

    card: Card
    summary: str
    state: str
    state_detail: str
    where_note: str
    starts_iso: str
    sessions: tuple[SessionRow, ...]
    agenda: tuple[AgendaRow, ...]
    places: tuple[ProductRows, ...]
    add_ons: tuple[ProductRows, ...]
    on_request: tuple[ProductRows, ...]
    cancellation: tuple[str, ...]
    notes: tuple[str, ...]
    taxed: bool
    rates: Rates
    members_only: bool
    by_card: bool
    by_invoice: bool
    has_calendar: bool

    @property
    def is_open(self) -> bool:
        return self.state == SaleState.OPEN


def groups(offers: Sequence[Offer], scene: Scene, series: Mapping[uuid.UUID, Series]) -> tuple[Group, ...]:
    """The catalogue, in the order people look: what is open, what comes, what never closes, what was (newest first)."""
    groups_by_key: dict[str, list[Card]] = {"open": [], "soon": [], "any_time": [], "past": []}
    for offer in offers:
        row = series.get(offer.activity.series_id) if offer.activity.series_id else None
        groups_by_key[_group(offer, scene)].append(card(offer, scene, scene.words.in_(row.title) if row else ""))
    groups_by_key["past"].reverse()
    return tuple(Group(key, tuple(cards)) for key, cards in groups_by_key.items() if cards)


def _group(offer: Offer, scene: Scene) -> str:
    state = offer.state(scene.now)
    if state is SaleState.PAST:
        return "past"
    if state is SaleState.OPEN:
        return "open"
    return "soon" if offer.activity.starts_at else "any_time"


def card(offer: Offer, scene: Scene, series: str = "") -> Card:
    activity, words, now = offer.activity, scene.words, scene.now
    kind, word = view_words.state(words, offer, now)
    state = offer.state(now)
    past = state is SaleState.PAST
    return Card(
        slug=activity.slug.in_(words.lang),
        title=words.in_(activity.title),
        series=series,
        day=local(activity.starts_at, activity.timezone).date() if activity.starts_at else None,
        when=view_words.when(words, offer),
        where=view_words.where(words, activity),
        price=headline(offer, scene) if state not in NOT_FOR_SALE else None,
        status_kind=kind,
        status_word=word,
        left=view_words.left(words, offer) if state is SaleState.OPEN else "",
        past=past,
    )


def activity_page(offer: Offer, scene: Scene, series: str = "") -> ActivityPage:
    activity, words = offer.activity, scene.words
    rows = {product.key: product_rows(offer, product, scene) for product in offer.products}
    places = tuple(rows[product.key] for product in offer.places if rows[product.key].prices)
    return ActivityPage(
        card=card(offer, scene, series),
        summary=words.in_(activity.summary),
        state=offer.state(scene.now).value,
        state_detail=view_words.state_detail(words, offer, scene.now),
        where_note=view_words.where_note(words, activity),
        starts_iso=local(activity.starts_at, activity.timezone).isoformat() if activity.starts_at else "",
        sessions=tuple(_sessions(offer, scene)),
        agenda=tuple(_agenda(offer, words)),
        places=places if any(price.amount for product in places for price in product.prices) else (),
        add_ons=tuple(rows[product.key] for product in offer.products if product.add_on),
        on_request=tuple(rows[product.key] for product in offer.products if product.on_request),
        cancellation=tuple(cancellation(words.catalogue, offer, words.lang)) if activity.cancellation else (),
        notes=tuple(view_words.notes(words, activity)),
        taxed=any(row.with_taxes != row.amount for product in places for row in product.prices),
        rates=offer.rates(scene.now),
        members_only=activity.members_only,
        by_card="card" in activity.methods,
        by_invoice="invoice" in activity.methods,
        has_calendar=bool(offer.sessions),
    )


def _sessions(offer: Offer, scene: Scene) -> Iterator[SessionRow]:
    for session in offer.sessions if len(offer.sessions) > 1 else ():
        yield SessionRow(
            session.number,
            scene.words.in_(session.title),
            session.day,
            view_words.session_hours(scene.words, session),
            local(session.starts_at, offer.activity.timezone).isoformat(),
            session.ends_at <= scene.now,
        )


def _agenda(offer: Offer, words: Words) -> Iterator[AgendaRow]:
    for item in offer.activity.agenda:
        at = local(item.at, offer.activity.timezone)
        yield AgendaRow(words.hour(at.time()), words.in_(item.text))

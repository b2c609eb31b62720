"""What the catalogue and an activity's page show, worked out beforehand: a template does no arithmetic."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from kit.clock import local
from kit.money import Rates
from registration.catalog import view_words
from registration.catalog.covers.view import CoverShown, cover_of
from registration.catalog.models import Series
from registration.catalog.offers.rules import Offer
from registration.catalog.partners.view import PartnerLine, partner_lines
from registration.catalog.rules import SaleState
from registration.catalog.view import cancellation
from registration.catalog.view_words import Words
from registration.public.storefront.view_prices import Headline, ProductRows, Scene, headline, product_rows

NOT_FOR_SALE = (SaleState.PAST, SaleState.CANCELLED, SaleState.CLOSED, SaleState.POSTPONED)

# How long a past activity stays in the catalogue and the feeds.
REMEMBERED = timedelta(days=365)


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
    cover: CoverShown
    next_session: str = ""


@dataclass(frozen=True)
class Group:
    """Activities of one `month`, or those that are `postponed`, open at `any_time`, `surveys`, or `past`, under a
    heading."""

    key: str
    title: str
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
    sponsorships: tuple[ProductRows, ...]
    cancellation: tuple[str, ...]
    notes: tuple[str, ...]
    taxed: bool
    rates: Rates
    members_only: bool
    by_card: bool
    by_invoice: bool
    has_calendar: bool
    partners: tuple[PartnerLine, ...]

    @property
    def is_open(self) -> bool:
        return self.state == SaleState.OPEN


def groups(offers: Sequence[Offer], scene: Scene, series: Mapping[uuid.UUID, Series]) -> tuple[Group, ...]:
    """The catalogue month by month, then what waits for a date, what has none, and what was (newest first)."""
    dated: dict[date, list[Card]] = {}
    others: dict[str, list[Card]] = {"postponed": [], "any_time": [], "surveys": [], "past": []}
    for offer in offers:
        row = series.get(offer.activity.series_id) if offer.activity.series_id else None
        shown = card(offer, scene, scene.words.in_(row.title) if row else "")
        # A survey has days too, but nobody goes there: it does not stand among what one attends.
        if shown.day and not shown.past and offer.activity.kind != "survey":
            dated.setdefault(shown.day.replace(day=1), []).append(shown)
        else:
            others[_group(offer, scene)].append(shown)
    others["past"].reverse()
    months = (
        Group("month", scene.words.month(first), tuple(sorted(dated[first], key=_by_day))) for first in sorted(dated)
    )
    rest = (Group(key, scene.words.say(f"group.{key}"), tuple(cards)) for key, cards in others.items() if cards)
    return (*months, *rest)


def _group(offer: Offer, scene: Scene) -> str:
    undated = "surveys" if offer.activity.kind == "survey" else "any_time"
    return {SaleState.PAST: "past", SaleState.POSTPONED: "postponed"}.get(offer.state(scene.now), undated)


def _by_day(shown: Card) -> date:
    return shown.day or date.max


def _day(offer: Offer, scene: Scene) -> date | None:
    """The day one looks for: of the next session when some are over, of the first else; none while it is not known."""
    activity = offer.activity
    if activity.starts_at is None or offer.state(scene.now) is SaleState.POSTPONED:
        return None
    ahead = [session.starts_at for session in offer.sessions if session.ends_at > scene.now]
    return local(min(ahead, default=activity.starts_at), activity.timezone).date()


def card(offer: Offer, scene: Scene, series: str = "") -> Card:
    activity, words, now = offer.activity, scene.words, scene.now
    kind, word = view_words.state(words, offer, now)
    state = offer.state(now)
    past = state is SaleState.PAST
    return Card(
        slug=activity.slug.in_(words.lang),
        title=words.in_(activity.title),
        series=series,
        day=_day(offer, scene),
        when=view_words.when(words, offer, now),
        where=view_words.where(words, activity),
        price=headline(offer, scene) if state not in NOT_FOR_SALE else None,
        status_kind=kind,
        status_word=word,
        left=view_words.left(words, offer) if state is SaleState.OPEN else "",
        past=past,
        next_session=view_words.next_session(words, offer, now),
        cover=cover_of(activity, scene.association, words.lang),
    )


def activity_page(offer: Offer, scene: Scene, series: str = "") -> ActivityPage:
    activity, words, state = offer.activity, scene.words, offer.state(scene.now)
    rows = {product.key: product_rows(offer, product, scene) for product in offer.products}
    places = tuple(rows[product.key] for product in offer.places if rows[product.key].prices)
    return ActivityPage(
        card=card(offer, scene, series),
        summary=words.in_(activity.summary),
        state=state.value,
        state_detail=view_words.state_detail(words, offer, scene.now),
        where_note=view_words.where_note(words, activity),
        starts_iso=""
        if activity.starts_at is None or state is SaleState.POSTPONED
        else local(activity.starts_at, activity.timezone).isoformat(),
        sessions=tuple(_sessions(offer, scene)),
        agenda=tuple(_agenda(offer, words)),
        places=places if any(price.amount for product in places for price in product.prices) else (),
        add_ons=tuple(rows[product.key] for product in offer.products if product.add_on),
        sponsorships=tuple(rows[product.key] for product in offer.products if product.level.is_level),
        on_request=tuple(rows[product.key] for product in offer.products if product.on_request),
        cancellation=tuple(cancellation(words.catalogue, offer, words.lang)) if activity.cancellation else (),
        notes=tuple(view_words.notes(words, offer)),
        taxed=any(row.with_taxes != row.amount for product in places for row in product.prices),
        rates=offer.rates(scene.now),
        members_only=activity.members_only,
        by_card="card" in activity.methods,
        by_invoice="invoice" in activity.methods,
        has_calendar=bool(offer.sessions) and state is not SaleState.POSTPONED,
        partners=partner_lines(activity.partners, partial(words.catalogue.say, words.lang)),
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

"""What a company's page shows, worked out beforehand."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kit import text
from kit.clock import local
from kit.contracts import Association
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import SaleState
from registration.catalog.view_words import Words
from registration.links import Links
from registration.members.queries_people import Acting
from registration.members.rules import May, MemberStatus
from registration.public.space.queries import Inside, Signed
from registration.public.storefront.view import Card, card
from registration.public.storefront.view_prices import Scene
from registration.registrations.rules import RegistrationStatus
from registration.service import RegistrationService

KINDS = {
    MemberStatus.ACTIVE: "good",
    MemberStatus.IN_ARREARS: "warn",
    MemberStatus.LAPSED: "quiet",
    MemberStatus.PROSPECT: "accent",
}
DONE = ("signed", "person", "changed", "left", "chosen")
# How many of the next activities the page shows.
NEXT = 6


@dataclass(frozen=True)
class SignedLine:
    """One registration as the page lists it; `state` is the key of a word, `amount` what is to pay, in cents."""

    href: str
    title: str
    when: str
    people: int
    unnamed: int
    state: str
    kind: str
    amount: int
    papers: str


@dataclass(frozen=True)
class NamesToGive:
    """Names that wait: how many, for what, until when."""

    href: str
    title: str
    count: int
    until: str


@dataclass(frozen=True)
class Teammate:
    """Somebody who acts for the company."""

    id: uuid.UUID
    name: str
    roles: tuple[str, ...]


def scene_of(here: RegistrationService, inside: Inside) -> Scene:
    """Who looks, when, in which language."""
    association: Association = here.association()
    words = Words(here.pages.catalogue, inside.lang)
    return Scene(inside.visitor, association, here.clock(), words)


def address_of(row: Signed, inside: Inside, links: Links) -> str:
    """Where a registration is opened; nothing for who may see it and change nothing in it."""
    if not inside.opens(row.covers):
        return ""
    return f"{links.home}/plans/{row.activity_key}" if row.covers else links.registration(row.id, row.link_version)


def lines(rows: Sequence[Signed], scene: Scene, inside: Inside, links: Links) -> list[SignedLine]:
    """The registrations as they are listed."""
    return [_line(row, scene, address_of(row, inside, links)) for row in rows]


def names_to_give(rows: Sequence[Signed], scene: Scene, inside: Inside, links: Links) -> list[NamesToGive]:
    """Registrations to come with places that have no name, the soonest deadline first, for who may give them."""
    waiting = [row for row in rows if row.unnamed and not row.is_over(scene.now) and _stands(row)]
    waiting = [row for row in waiting if inside.opens(row.covers)]
    waiting.sort(key=lambda row: (row.names_due_at is None, row.names_due_at or scene.now))
    moment = partial(text.moment, lang=scene.words.lang)
    return [
        NamesToGive(
            href=address_of(row, inside, links),
            title=_title(row, scene),
            count=row.unnamed,
            until=moment(row.names_due_at, row.timezone) if row.names_due_at else "",
        )
        for row in waiting
    ]


def next_cards(offers: Sequence[Offer], scene: Scene) -> list[Card]:
    """The next activities that one may sign up for, or soon, at the company's own price."""
    wanted = (SaleState.OPEN, SaleState.NOT_YET, SaleState.SOLD_OUT)
    found = [offer for offer in offers if offer.state(scene.now) in wanted and offer.activity.kind != "survey"]
    return [card(offer, scene) for offer in found[:NEXT]]


def team(people: Sequence[Acting]) -> list[Teammate]:
    return [Teammate(one.person.id, one.name, tuple(role.value for role in one.roles)) for one in people]


def may(inside: Inside) -> dict[str, bool]:
    """What the page offers."""
    return {right.value: right in inside.rights for right in May}


def _line(row: Signed, scene: Scene, href: str) -> SignedLine:
    state, kind = _state(row)
    when = text.day_short(local(row.starts_at, row.timezone).date(), scene.words.lang) if row.starts_at else ""
    return SignedLine(
        href=href,
        title=_title(row, scene),
        when=when,
        people=row.people,
        unnamed=row.unnamed,
        state=state,
        kind=kind,
        amount=row.owed,
        papers=f"company/registrations/{row.id}/documents" if row.invoice_number else "",
    )


def _state(row: Signed) -> tuple[str, str]:
    if row.status is RegistrationStatus.HELD:
        return "held", "warn"
    if row.owed:
        return "to_pay", "warn"
    return ("paid", "good") if row.total else ("free", "good")


def _stands(row: Signed) -> bool:
    return row.status is RegistrationStatus.CONFIRMED


def _title(row: Signed, scene: Scene) -> str:
    return row.title_en if scene.words.lang == "en" and row.title_en else row.title_fr


def sayer(here: RegistrationService, inside: Inside) -> Callable[..., str]:
    """What says a sentence in the language of whoever looks."""
    return partial(here.pages.catalogue.say, inside.lang)

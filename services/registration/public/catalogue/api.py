"""The catalogue as JSON: all that the pages say, and what a third party needs to build a form of its own.

Prices are those of the visitor: a member's cookie, or a company's code in the header `X-Company-Code`.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from pydantic import Field

from kit.auth import allow
from kit.contracts import Bilingual, Cents, Count, Day, Instant
from kit.contracts.base import Contract
from kit.errors import NotFound, TooMany, refusals
from registration.catalog import queries
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.offers.rules_activity import SessionOffer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.catalog.rules import NO_CODE, Channel, PriceOption, Visitor, Who, applies, groups
from registration.catalog.view import page
from registration.catalog.view_words import Words
from registration.members import queries as members
from registration.members.flows import visitor_code
from registration.members.rules import MEMBER_COOKIE
from registration.public.storefront.view import REMEMBERED
from registration.public.storefront.view_prices import Scene, with_taxes
from registration.service import Here, RegistrationService

router = APIRouter(tags=["catalogue"])
CompanyCode = Annotated[str, Header(alias="X-Company-Code", description="A member company's code: its prices")]
State = Literal["open", "not_yet", "closed", "sold_out", "past", "cancelled", "postponed", "by_contact"]


class SessionOut(Contract):
    """One dated occurrence; `starts_at` and `ends_at` are UTC, `day` is on the activity's wall clock."""

    number: Count = Field(description="Which session, from 1.", examples=[1])
    title: Bilingual = Field(description="Title of the session.")
    day: Day = Field(description="Day, on the activity's wall clock.")
    starts_at: Instant = Field(description="When it starts (UTC).")
    ends_at: Instant = Field(description="When it ends (UTC).")


class PriceOut(Contract):
    """Cents for one unit. `who`: member, non_member or anyone; `channel`: online or on_site; `until` is inclusive."""

    key: str = Field(description="Key of the price.", examples=["car-non-member"])
    label: Bilingual = Field(description="What it is called.")
    who: str = Field(description="For whom: member, non_member or anyone.", examples=["non_member"])
    channel: str = Field(description="Where it is sold: online or on_site.", examples=["online"])
    amount: Cents = Field(description="One unit before tax, in cents.", examples=[6500])
    with_taxes: Cents = Field(description="One unit with taxes, in cents.", examples=[7473])
    tax_class: str = Field(description="How it is taxed.", examples=["taxable"])
    until: Instant | None = Field(description="Last moment it applies (UTC), included; null: no end.")
    min_quantity: Count = Field(description="Fewest units one can take.", examples=[1])


class SpotOut(Contract):
    """A spot of a sponsor level: `key` is what a signup's `spots` say."""

    key: str = Field(description="Key of the spot.", examples=["spon-trou:7"])
    label: Bilingual = Field(description="What it is called.")


class LevelOut(Contract):
    """What a sponsorship brings beside its price. One sold by spots takes as many `spots` as units in a signup."""

    includes: dict[str, Count] = Field(
        description="Units of other products that come with it.", examples=[{"golf-quat": 1}]
    )
    benefits: tuple[Bilingual, ...] = Field(description="What it promises.")
    by_spots: bool = Field(description="It is sold by spots.", examples=[True])
    free_spots: tuple[SpotOut, ...] = Field(description="Spots that nobody has.")


class ProductOut(Contract):
    """What one takes. `left` is how many more units there are (null: nothing bounds it); `takes_for` lists for whom
    this visitor may take it now, as `who` of a signup's items."""

    key: str = Field(description="Key of the product.", examples=["car"])
    label: Bilingual = Field(description="What it is called.")
    attendees: Count = Field(description="People one unit brings.", examples=[1])
    add_on: bool = Field(description="It comes with a place and brings nobody.", examples=[False])
    on_request: bool = Field(description="It is sold by the association, not here.", examples=[False])
    max_per_attendee: Count | None = Field(description="Most units a person can take; null: as many as wanted.")
    left: Count | None = Field(description="How many more units there are; null: nothing bounds it.", examples=[78])
    takes_for: tuple[str, ...] = Field(
        description="For whom this visitor may take it now: `who` of a signup's items.", examples=[["non_member"]]
    )
    sponsorship: LevelOut | None = Field(default=None, description="What a sponsorship brings; null: it is none.")
    prices: tuple[PriceOut, ...] = Field(description="Its prices, as they stand for this visitor.")


class QuestionOut(Contract):
    """Asked per `registration` or per `attendee`; `show_if` is empty, `{"products"}` or `{"question", "is"}`."""

    key: str = Field(description="Key of the question.", examples=["q-repas"])
    per: str = Field(description="Asked per `registration` or per `attendee`.", examples=["attendee"])
    type: str = Field(description="text, long_text, choice, choices, number, date or yes_no.", examples=["choice"])
    required: bool = Field(description="It must be answered where it is shown.", examples=[True])
    label: Bilingual = Field(description="The question.")
    options: tuple[dict[str, str], ...] = Field(
        description="What can be chosen: `id` is the answer.",
        examples=[[{"id": "boeuf", "label_fr": "Bœuf", "label_en": "Beef"}]],
    )
    max_choices: Count | None = Field(description="Most options of `choices`; null: all.")
    show_if: dict[str, Any] = Field(
        description="Shown only for these products or this other answer; empty: always.",
        examples=[{"products": ["car"]}],
    )
    sensitive: bool = Field(description="The answer is told in confidence.", examples=[False])


class ActivitySummary(Contract):
    """One activity in the list."""

    key: str = Field(description="Key of the activity, the same for good.", examples=["caricatures-2027"])
    kind: str = Field(description="What sort of activity it is.", examples=["cocktail"])
    state: State = Field(description="Whether one can sign up now, or why not.")
    title: Bilingual = Field(description="Title.")
    summary: Bilingual = Field(description="A sentence about it.")
    url: Bilingual = Field(
        description="Its page.",
        examples=[
            {
                "fr": "https://inscriptions.example.org/fr/activites/cocktail",
                "en": "https://inscriptions.example.org/en/activities/cocktail",
            }
        ],
    )
    timezone: str = Field(description="Time zone of the activity, as the IANA names it.", examples=["America/Toronto"])
    starts_at: Instant | None = Field(description="When it starts (UTC); null: any time, or not known yet.")
    ends_at: Instant | None = Field(description="When it ends (UTC); null: any time, or not known yet.")
    sale_opens_at: Instant | None = Field(description="From when one can sign up (UTC).")
    sale_closes_at: Instant | None = Field(description="Until when one can sign up (UTC).")
    members_only: bool = Field(description="Only member companies in good standing.", examples=[False])
    place: dict[str, Any] = Field(description="Where: name, address, city, or a link.", examples=[{"name": "Musée"}])


class VisitorOut(Contract):
    """Whom the prices are for."""

    company: str = Field(description="The member company recognised; empty: none.", examples=[""])
    member: bool = Field(description="Member prices apply.", examples=[False])
    in_arrears: bool = Field(description="The company's membership is not paid.", examples=[False])


class ActivityOut(ActivitySummary):
    """One activity, whole."""

    visitor: VisitorOut = Field(description="The visitor whom the prices are for.")
    sessions: tuple[SessionOut, ...] = Field(description="Its dated occurrences.")
    products: tuple[ProductOut, ...] = Field(description="What one can take.")
    questions: tuple[QuestionOut, ...] = Field(description="What is asked.")
    methods: tuple[str, ...] = Field(description="Ways to pay that it offers.", examples=[["card", "invoice"]])
    cancellation: tuple[dict[str, Any], ...] = Field(
        description="Until when (UTC; null: after that) and the percent kept.",
        examples=[[{"until": "2027-05-20T04:00:00Z", "keep_percent": 0}, {"until": None, "keep_percent": 100}]],
    )
    names_due_at: Instant | None = Field(description="Until when attendees can be named (UTC).")
    min_people: int | None = Field(description="It takes place from so many people; null: from one.", examples=[6])
    decides_on: Day | None = Field(description="The day it is decided whether it takes place; null: it does.")
    agenda: tuple[dict[str, Any], ...] = Field(description="The programme, line by line.", examples=[[]])


@router.get("/api/activities", dependencies=[allow("public")])
def list_activities(here: Here) -> list[ActivitySummary]:
    """Every activity of the catalogue, soonest first; those of the last twelve months included."""
    now = here.clock()
    with here.db.read() as session:
        offers = queries.offers(session, now - REMEMBERED)
    return [_summary(here, offer, now) for offer in offers]


@router.get("/api/activities/{key}", dependencies=[allow("public")], openapi_extra=refusals(NotFound, TooMany))
def read_activity(request: Request, here: Here, key: str, code: CompanyCode = "") -> ActivityOut:
    """One activity with its sessions, products, prices and questions, as they stand now."""
    company = visitor_code(here, request, code).visitor
    now, terms = here.clock(), here.member_terms()
    with here.db.read() as session:
        offer = here.offers.by_key(session, key)
        cookie = request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
        visitor, _ = members.visitor_by_cookie(session, here.settings.session_secret, cookie, now, terms)
    if offer is None:
        raise NotFound()
    visitor = company or visitor
    scene = Scene(visitor, here.association(), now, Words(here.pages.catalogue, "fr"))
    return ActivityOut(
        **dict(_summary(here, offer, now)),
        visitor=VisitorOut(company=visitor.company_name, member=visitor.member, in_arrears=visitor.in_arrears),
        sessions=tuple(_session(row) for row in offer.sessions if not offer.activity.waits_for_date),
        products=tuple(_product(offer, product, scene) for product in offer.products),
        questions=tuple(_question(row) for row in offer.questions),
        methods=offer.activity.methods,
        cancellation=tuple(step.as_json() for step in offer.activity.cancellation),
        names_due_at=offer.activity.names_due_at,
        min_people=offer.activity.min_people,
        decides_on=offer.activity.decides_on,
        agenda=tuple(item.as_json() for item in offer.activity.agenda if not offer.activity.waits_for_date),
    )


def _summary(here: RegistrationService, offer: Offer, now: datetime) -> ActivitySummary:
    row = offer.activity
    return ActivitySummary(
        key=row.key,
        kind=row.kind,
        state=offer.state(now).value,
        title=row.title,
        summary=row.summary,
        url=Bilingual(fr=here.home + page(row, "fr"), en=here.home + page(row, "en")),
        timezone=row.timezone,
        starts_at=row.known_starts_at,
        ends_at=row.known_ends_at,
        sale_opens_at=row.sale.opens_at,
        sale_closes_at=row.sale.closes_at,
        members_only=row.members_only,
        place=row.place.as_json(),
    )


def _session(row: SessionOffer) -> SessionOut:
    return SessionOut(number=row.number, title=row.title, day=row.day, starts_at=row.starts_at, ends_at=row.ends_at)


def _product(offer: Offer, product: ProductOffer, scene: Scene) -> ProductOut:
    return ProductOut(
        key=product.key,
        label=product.label,
        attendees=product.attendees,
        add_on=product.add_on,
        on_request=product.on_request,
        max_per_attendee=product.max_per_attendee,
        left=product.left,
        takes_for=_takes_for(product, scene.visitor, scene.now),
        sponsorship=_level(offer, product),
        prices=tuple(_price(offer, price, scene) for price in product.prices if _is_public(price, scene.now)),
    )


def _level(offer: Offer, product: ProductOffer) -> LevelOut | None:
    level = product.level
    if not level.is_level:
        return None
    return LevelOut(
        includes=dict(level.includes),
        benefits=tuple(one.label for one in level.benefits),
        by_spots=bool(level.spots),
        free_spots=tuple(SpotOut(key=one.key, label=one.label) for one in offer.free_spots(product)),
    )


def _takes_for(product: ProductOffer, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    if product.on_request:
        return ()
    return tuple(groups(product.prices, visitor, now, Channel.ONLINE, NO_CODE))


def _is_public(price: PriceOption, now: datetime) -> bool:
    """Everything that still applies, but what an invitation opens."""
    return price.who != Who.CODE and applies(price, now, price.channel, NO_CODE)


def _price(offer: Offer, price: PriceOption, scene: Scene) -> PriceOut:
    return PriceOut(
        key=price.key,
        label=price.label,
        who=price.who,
        channel=price.channel,
        amount=price.amount,
        with_taxes=with_taxes(price, offer, scene),
        tax_class=price.tax_class,
        until=price.until,
        min_quantity=price.min_quantity,
    )


def _question(question: QuestionOffer) -> QuestionOut:
    return QuestionOut(
        key=question.key,
        per=question.per,
        type=question.type,
        required=question.required,
        label=question.label,
        options=tuple(option.as_json() for option in question.options),
        max_choices=question.max_choices,
        show_if=question.show_if.as_json(),
        sensitive=question.sensitive,
    )

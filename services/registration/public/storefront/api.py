"""The catalogue as JSON: all that the pages say, and what a third party needs to build a form of its own.

Prices are those of the visitor: a member's cookie, or a company's code in the header `X-Company-Code`.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request

from kit.auth import allow
from kit.contracts import Bilingual
from kit.contracts.base import Contract
from kit.errors import NotFound
from registration.catalog import queries
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.offers.rules_activity import SessionOffer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.catalog.rules import NO_CODE, Channel, PriceOption, Visitor, Who, applies, groups
from registration.catalog.view import page
from registration.catalog.view_words import Words
from registration.members import queries as members
from registration.members.rules import MEMBER_COOKIE
from registration.public.storefront.pages import REMEMBERED
from registration.public.storefront.view_prices import Scene, with_taxes
from registration.service import Here, RegistrationService, origin
from registration.staff.flows import slow_down

router = APIRouter(tags=["catalogue"])
CompanyCode = Annotated[str, Header(alias="X-Company-Code", description="A member company's code: its prices")]
State = Literal["open", "not_yet", "closed", "sold_out", "past", "cancelled", "by_contact"]


class SessionOut(Contract):
    """One dated occurrence; `starts_at` and `ends_at` are UTC, `day` is on the activity's wall clock."""

    number: int
    title: Bilingual
    day: date
    starts_at: datetime
    ends_at: datetime


class PriceOut(Contract):
    """Cents for one unit. `who`: member, non_member or anyone; `channel`: online or on_site; `until` is inclusive."""

    key: str
    label: Bilingual
    who: str
    channel: str
    amount: int
    with_taxes: int
    tax_class: str
    until: datetime | None
    min_quantity: int


class ProductOut(Contract):
    """What one takes. `left` is how many more units there are (null: nothing bounds it); `takes_for` lists for whom
    this visitor may take it now, as `who` of a signup's items."""

    key: str
    label: Bilingual
    attendees: int
    add_on: bool
    on_request: bool
    max_per_attendee: int | None
    left: int | None
    takes_for: tuple[str, ...]
    prices: tuple[PriceOut, ...]


class QuestionOut(Contract):
    """Asked per `registration` or per `attendee`; `show_if` is empty, `{"products"}` or `{"question", "is"}`."""

    key: str
    per: str
    type: str
    required: bool
    label: Bilingual
    options: tuple[dict[str, str], ...]
    max_choices: int | None
    show_if: dict[str, Any]
    sensitive: bool


class ActivitySummary(Contract):
    """One activity in the list."""

    key: str
    kind: str
    state: State
    title: Bilingual
    summary: Bilingual
    url: Bilingual
    timezone: str
    starts_at: datetime | None
    ends_at: datetime | None
    sale_opens_at: datetime | None
    sale_closes_at: datetime | None
    members_only: bool
    place: dict[str, Any]


class VisitorOut(Contract):
    """Whom the prices are for."""

    company: str
    member: bool
    in_arrears: bool


class ActivityOut(ActivitySummary):
    """One activity, whole."""

    visitor: VisitorOut
    sessions: tuple[SessionOut, ...]
    products: tuple[ProductOut, ...]
    questions: tuple[QuestionOut, ...]
    methods: tuple[str, ...]
    cancellation: tuple[dict[str, Any], ...]
    names_due_at: datetime | None
    agenda: tuple[dict[str, Any], ...]


@router.get("/api/activities", dependencies=[allow("public")])
def activities(here: Here) -> list[ActivitySummary]:
    """Every activity of the catalogue, soonest first; those of the last twelve months included."""
    now = here.clock()
    with here.db.read() as session:
        offers = queries.offers(session, now - REMEMBERED)
    return [_summary(here, offer, now) for offer in offers]


@router.get("/api/activities/{key}", dependencies=[allow("public")])
def activity(request: Request, here: Here, key: str, code: CompanyCode = "") -> ActivityOut:
    """One activity with its sessions, products, prices and questions, as they stand now."""
    if code:
        slow_down(here, origin(request), "company-code")
    now = here.clock()
    with here.db.read() as session:
        offer = here.offers.by_key(session, key)
        company = members.by_code(session, code)
        cookie = request.cookies.get(MEMBER_COOKIE, "")
        visitor, _ = members.recognised(session, here.settings.session_secret, cookie, now)
    if offer is None:
        raise NotFound()
    visitor = members.visitor_of(company) if company else visitor
    scene = Scene(visitor, here.association(), now, Words(here.pages.catalogue, "fr"))
    return ActivityOut(
        **dict(_summary(here, offer, now)),
        visitor=VisitorOut(company=visitor.company_name, member=visitor.member, in_arrears=visitor.in_arrears),
        sessions=tuple(_session(row) for row in offer.sessions),
        products=tuple(_product(offer, product, scene) for product in offer.products),
        questions=tuple(_question(row) for row in offer.questions),
        methods=offer.activity.methods,
        cancellation=tuple(step.stored() for step in offer.activity.cancellation),
        names_due_at=offer.activity.names_due_at,
        agenda=tuple(item.stored() for item in offer.activity.agenda),
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
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sale_opens_at=row.sale.opens_at,
        sale_closes_at=row.sale.closes_at,
        members_only=row.members_only,
        place=row.place.stored(),
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
        prices=tuple(_price(offer, price, scene) for price in product.prices if _is_told(price, scene.now)),
    )


def _takes_for(product: ProductOffer, visitor: Visitor, now: datetime) -> tuple[str, ...]:
    if product.on_request:
        return ()
    return tuple(groups(product.prices, visitor, now, Channel.ONLINE, NO_CODE))


def _is_told(price: PriceOption, now: datetime) -> bool:
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
        options=tuple(option.stored() for option in question.options),
        max_choices=question.max_choices,
        show_if=question.show_if.stored(),
        sensitive=question.sensitive,
    )

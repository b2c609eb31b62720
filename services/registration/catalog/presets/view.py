"""Presets: a draft that is already whole, of which a title, a day and a place are left to say.

Their words are sentences of the catalogue (`preset.…`, `library.…`), so that a preset speaks both languages. An
activity made from one is its author's: a preset that changes later touches none.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from kit.contracts import OrderMethod
from registration.catalog.offers.rules_activity import END_OF_DAY
from registration.catalog.presets.rules import LIBRARY, Preset, ProductPlan
from registration.catalog.rules import Channel
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    OptionText,
    PlaceText,
    PointText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    RefundStep,
    Resources,
    ResourceText,
    SessionDates,
    Terms,
    Text,
    Title,
    Welcome,
)

T = TypeVar("T", bound=Title)
# A sentence of the catalogue: language, key.
Say = Callable[[str, str], str]
PLACES = "places"


@dataclass(frozen=True)
class Basics:
    """What the author says of a new activity."""

    title: Title
    day: date | None
    place: str


def begun(preset: Preset, asked: Basics, zone: str, say: Say) -> Draft:
    """The draft that a preset makes of it."""
    products = tuple(_product(preset, plan, say) for plan in preset.products)
    uses = {plan.key: {PLACES: plan.attendees} for plan in preset.products} if preset.places else {}
    counted = (ResourceText(key=PLACES, capacity=preset.places),) if preset.places else ()
    title = asked.title if asked.title.fr else _words(Title, f"preset.{preset.name}.title", say)
    draft = Draft(
        key="",
        kind=preset.kind,
        timezone=zone,
        essentials=Essentials(
            title=title,
            summary=_words(Text, f"preset.{preset.name}.summary", say),
            place=PlaceText(name=asked.place, online=preset.online),
            members_only=preset.members_only,
            signup_open=preset.signup,
        ),
        prices=Prices(products=products),
        resources=Resources(resources=counted, uses=uses),
        questions=Questions(questions=tuple(library_question(name, say) for name in preset.questions)),
        welcome=Welcome(points=tuple(PointText(key=point) for point in preset.points)),
    )
    dates = _dates(preset, asked.day) if asked.day and preset.dated else Dates()
    return replace(draft, dates=dates, terms=_terms(preset, dates))


def _dates(preset: Preset, day: date) -> Dates:
    """Its own hours on the day; signup ends some days before, at five; a cohort meets every second week."""
    starts = datetime.combine(day, preset.starts)
    several = [
        _session(number, starts + timedelta(weeks=2 * (number - 1)), preset.lasts)
        for number in range(1, preset.sessions + 1)
    ]
    closes = datetime.combine(day - timedelta(days=preset.closes_days), time(17)) if preset.closes_days else starts
    names = datetime.combine(day - timedelta(days=preset.names_days), time(12)) if preset.names_days else None
    last = starts + preset.lasts
    return Dates(
        starts=starts if preset.sessions == 1 else None,
        ends=last if preset.sessions == 1 else None,
        sale_closes=closes,
        names_due=names,
        sessions=tuple(several) if preset.sessions > 1 else (),
    )


def _terms(preset: Preset, dates: Dates) -> Terms:
    first = dates.starts or (dates.sessions[0].span[0] if dates.sessions else None)
    steps: tuple[RefundStep, ...] = ()
    if first and preset.refund_days is not None:
        until = datetime.combine(first.date() - timedelta(days=preset.refund_days), END_OF_DAY)
        steps = (RefundStep(until=until, keep_percent=0),)
    return Terms(methods=() if preset.free else (OrderMethod.CARD, OrderMethod.INVOICE), cancellation=steps)


def _session(number: int, starts: datetime, lasts: timedelta) -> SessionDates:
    ends = starts + lasts
    ends_day = ends.date() if ends.date() != starts.date() else None
    return SessionDates(number=number, day=starts.date(), starts=starts.time(), ends_day=ends_day, ends=ends.time())


def _product(preset: Preset, plan: ProductPlan, say: Say) -> ProductText:
    online = [
        PriceText(
            key=f"{plan.key}-{who.value.replace('_', '-')}",
            label=_words(Title, "preset.free" if preset.free else f"preset.price.{who.value}", say),
            who=who,
            amount=amount,
            gl_account=preset.account,
        )
        for who, amount in plan.prices
    ]
    if plan.at_the_door is not None:
        label = _words(Title, "preset.price.on_site", say)
        door = PriceText(key=f"{plan.key}-porte", label=label, channel=Channel.ON_SITE, amount=plan.at_the_door)
        online.append(door.model_copy(update={"gl_account": preset.account}))
    label = _words(Title, f"preset.product.{plan.key}", say)
    return ProductText(key=plan.key, label=label, attendees=plan.attendees, prices=tuple(online))


def library_question(name: str, say: Say) -> QuestionText:
    """A question of the library, in both languages."""
    plan = LIBRARY[name]
    return QuestionText(
        key=name,
        per=plan.per,
        type=plan.type,
        required=plan.required,
        label=_words(Title, f"library.{name}", say),
        options=tuple(
            OptionText(id=option, label=_words(Title, f"library.{name}.{option}", say)) for option in plan.options
        ),
        sensitive=plan.sensitive,
        purge_days=plan.purge_days,
    )


def _words(shape: type[T], key: str, say: Say) -> T:
    return shape(fr=say("fr", key), en=say("en", key))

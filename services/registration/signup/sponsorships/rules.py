"""What a sponsorship adds to a signup: a line for each spot, what comes with its level at nothing, and what is owed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kit.clock import local_day
from kit.contracts import Bilingual
from kit.contracts.problems import Where
from kit.money import TaxClass
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.rules import Channel, PriceOption, Who
from registration.registrations.rules_rows import LineRow
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_choices import Choice
from registration.signup.schemas import MAX_ATTENDEES, Item
from registration.sponsors.rules import BenefitRow


def sponsorship_problems(offer: Offer, choices: Sequence[Choice]) -> dict[Where, str]:
    """Spots that were not chosen, that the level has not, or that somebody has; what comes with a level and is no
    longer to be had."""
    problems: dict[Where, str] = {
        ("items", number, *place): problem
        for number, choice in enumerate(choices)
        for place, problem in _problems(offer, choice)
    }
    given = sum(product.attendees * units for choice in choices for product, units in _included(offer, choice))
    if given and given + sum(choice.brings for choice in choices) > MAX_ATTENDEES:
        problems |= {"items": "problem.too_many_people"}
    return problems


def _problems(offer: Offer, choice: Choice) -> Iterator[tuple[tuple[str | int, ...], str]]:
    level, item = choice.product.level, choice.item
    if not level.spots and item.spots:
        yield ("spots",), "problem.spot_unknown"
    elif level.spots and (len(item.spots) != item.quantity or len(set(item.spots)) != len(item.spots)):
        yield ("spots",), "problem.spot_needed"
    elif any(level.spot(key) is None for key in item.spots):
        yield ("spots",), "problem.spot_unknown"
    elif any(key in offer.resources and offer.resources[key].left <= 0 for key in item.spots):
        yield ("spots",), "problem.spot_taken"
    for product, units in _included(offer, choice):
        if product.left is not None and product.left < units:
            yield (), "problem.included_not_left"


def _included(offer: Offer, choice: Choice) -> Iterator[tuple[ProductOffer, int]]:
    """What comes with a choice, with its units."""
    for key, units in choice.product.level.includes.items():
        product = offer.product(key)
        if product is not None and units:
            yield product, units * choice.item.quantity


def expanded(offer: Offer, choices: Sequence[Choice]) -> list[Choice]:
    """The same choices with a line for each spot, and what comes with each level after them, at nothing."""
    bought = [one for choice in choices for one in _by_spot(choice)]
    given = [_given(choice, product, units) for choice in choices for product, units in _included(offer, choice)]
    return bought + given


def _by_spot(choice: Choice) -> Iterator[Choice]:
    """One choice for each spot, which says it in its label and takes it as the resource it is."""
    if not choice.item.spots:
        yield choice
    for key in choice.item.spots:
        spot = choice.product.level.spot(key)
        if spot is not None:
            item = choice.item.model_copy(update={"quantity": 1})
            said = _beside(choice.label, spot.label)
            product = replace(choice.product, label=said, uses={**choice.product.uses, key: 1})
            price = replace(choice.price, key=f"{choice.price.key}+{key}", label=said)
            yield replace(choice, item=item, product=product, price=price)


def _given(choice: Choice, product: ProductOffer, units: int) -> Choice:
    """What comes with a level: places like any other, which nothing is asked for."""
    label = _beside(product.label, choice.product.label)
    price = PriceOption(
        key=f"{choice.price.key}+{product.key}",
        who=Who.ANYONE,
        channel=Channel.ONLINE,
        amount=0,
        tax_class=TaxClass.OUT_OF_SCOPE,
        label=label,
        until=None,
        min_quantity=1,
        components={},
        gl_account=choice.price.gl_account,
    )
    item = Item(product=product.key, who="anyone", quantity=units)
    return Choice(item, replace(product, label=label), price, 0)


def _beside(first: Bilingual, second: Bilingual) -> Bilingual:
    """« Commandite de trou – Trou 7 »."""
    english = f"{first.in_('en')} – {second.in_('en')}" if first.en and second.en else ""
    return Bilingual(fr=f"{first.fr} – {second.fr}", en=english)


def with_benefits(offer: Offer, planned: Plan, circumstances: Circumstances) -> Plan:
    """The same with what its sponsorships are owed."""
    return replace(planned, benefits=benefits_owed(offer, planned.lines, circumstances.new_id))


def benefits_owed(offer: Offer, lines: Sequence[LineRow], new_id: Callable[[], UUID]) -> list[BenefitRow]:
    """The benefits that these lines promise: each level's, once a line, in the words of today."""
    levels: Mapping[UUID, ProductOffer] = {one.id: one for one in offer.products if one.level.is_level}
    activity = offer.activity
    day = local_day(activity.starts_at, activity.timezone) if activity.starts_at else None
    return [
        BenefitRow(
            id=new_id(),
            registration_id=line.registration_id,
            line_id=line.id,
            position=position,
            label_fr=promise.label.fr,
            label_en=promise.label.en,
            due_on=promise.due_on(day),
        )
        for line in lines
        if line.product_id in levels
        for position, promise in enumerate(levels[line.product_id].level.benefits)
    ]

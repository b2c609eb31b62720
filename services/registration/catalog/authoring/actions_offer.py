"""Writing what is for sale: products and prices, what is counted, what is asked. Rows keep their keys for good."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, col, select

from kit.contracts import Bilingual
from registration.catalog.authoring.actions_levels import write_levels
from registration.catalog.authoring.actions_writing import Writing
from registration.catalog.levels.rules import is_spot
from registration.catalog.models import Activity, Price, Product, Question, Resource
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.offers.rules_questions import Option, ShowIf
from registration.catalog.sections.rules import (
    AnsweredAlready,
    CapacityBelowReserved,
    CapacityBelowTaken,
    StillHeld,
    slug_of,
)
from registration.catalog.sections.rules_taxes import first_taxes
from registration.catalog.sections.schemas import (
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    Resources,
    ResourceText,
)

Keyed = TypeVar("Keyed", ProductText, PriceText, ResourceText, QuestionText)


def write_prices(session: Session, row: Activity, section: Prices, writing: Writing) -> None:
    """Products and prices in order. Raises StillHeld for one that registrations hold and the section lacks."""
    products = {one.key: one for one in session.exec(select(Product).where(Product.activity_id == row.id)).all()}
    ids = [product.id for product in products.values()]
    prices = {one.key: one for one in session.exec(select(Price).where(col(Price.product_id).in_(ids))).all()}
    written = keyed(section.products, products)
    gone = products.keys() - {one.key for one in written}
    kept_prices: set[str] = set()
    for position, product in enumerate(written):
        known = products.get(product.key) or _new_product(row, product, writing)
        standing = _product(session, known, product, position)
        for place, price in enumerate(keyed(product.prices, {*prices, *kept_prices})):
            priced = prices.get(price.key)
            if product.level is not None and priced is None:
                price = first_taxes(price)
            price_id = priced.id if priced else writing.new_id("price", price.key)
            _price(session, standing, price_id, price, Priced(place, row.timezone))
            kept_prices.add(price.key)
    dropped = prices.keys() - kept_prices
    if writing.held.products & gone or writing.held.prices & dropped:
        raise StillHeld()
    for key in dropped:
        session.delete(prices[key])
    session.flush()
    write_levels(session, row.id, [(product.key, product.level) for product in written], writing.new_id)
    session.flush()  # Prices name their product.
    for key in gone:
        session.delete(products[key])


def keyed(written: Iterable[Keyed], taken: Iterable[str]) -> list[Keyed]:
    """The same, each with a key: one that has none gets one from its French label that nothing here has."""
    listed = list(written)
    known = {one.key for one in listed if one.key} | set(taken)
    result = []
    for one in listed:
        if not one.key:
            stem, number = slug_of(one.label.fr)[:50] or "x", 1
            key = stem
            while key in known:
                number += 1
                key = f"{stem}-{number}"
            known.add(key)
            one = one.model_copy(update={"key": key})
        result.append(one)
    return result


def _new_product(row: Activity, written: ProductText, writing: Writing) -> Product:
    product_id = writing.new_id("product", written.key)
    return Product(id=product_id, activity_id=row.id, key=written.key, position=0, label_fr=written.label.fr)


def _product(session: Session, standing: Product, written: ProductText, position: int) -> Product:
    standing.position = position
    standing.label_fr, standing.label_en = written.label.fr, written.label.en
    standing.attendees, standing.add_on = written.attendees, written.add_on
    standing.max_per_attendee, standing.on_request = written.max_per_attendee, written.on_request
    session.add(standing)
    return standing


@dataclass(frozen=True)
class Priced:
    """Where a price stands among those of its product, and on whose wall clock it ends."""

    position: int
    zone: str


def _price(session: Session, product: Product, price_id: uuid.UUID, written: PriceText, priced: Priced) -> None:
    session.merge(
        Price(
            id=price_id,
            product_id=product.id,
            key=written.key,
            position=priced.position,
            label_fr=written.label.fr or product.label_fr,
            label_en=written.label.en or (product.label_en if not written.label.fr else ""),
            who=written.who,
            channel=written.channel,
            amount=written.amount,
            until=last_moment(written.until, priced.zone),
            min_quantity=written.min_quantity,
            tax_class=written.tax_class,
            tax_review=dict(written.tax_review),
            gl_account=written.gl_account,
            components=dict(written.components),
        )
    )


def write_resources(session: Session, row: Activity, section: Resources, writing: Writing) -> None:
    """What is counted, and what each product takes of it.

    Raises CapacityBelowTaken, with how many are taken, CapacityBelowReserved, and StillHeld for one that the section
    lacks and any registration ever named: an ended hold that is paid late takes its units again. The rows are locked
    and read anew first, so that nobody takes a unit in between; the database refuses what would oversell anyway.
    """
    mine = select(Resource).where(Resource.activity_id == row.id).order_by(col(Resource.id)).with_for_update()
    rows = session.exec(mine.execution_options(populate_existing=True)).all()
    standing = {one.key: one for one in rows if not is_spot(one.key)}
    written = keyed(section.resources, standing)
    for key in standing.keys() - {one.key for one in written}:
        if standing[key].taken or standing[key].reserved or key in writing.held.resources:
            raise StillHeld()
        session.delete(standing[key])
    for position, one in enumerate(written):
        known = standing.get(one.key) or _new_resource(row, one, writing)
        if one.capacity < known.taken:
            raise CapacityBelowTaken(f"resources[{position}].capacity", taken=known.taken)
        if one.capacity < known.taken + known.reserved:
            where, reserved = f"resources[{position}].capacity", known.reserved
            raise CapacityBelowReserved(where, taken=known.taken, reserved=reserved)
        known.position, known.capacity = position, one.capacity
        known.label_fr, known.label_en = one.label.fr, one.label.en
        session.add(known)
    for product in session.exec(select(Product).where(Product.activity_id == row.id)).all():
        product.uses = {key: units for key, units in section.uses.get(product.key, {}).items() if units}
        session.add(product)


def _new_resource(row: Activity, written: ResourceText, writing: Writing) -> Resource:
    resource_id = writing.new_id("resource", written.key)
    return Resource(id=resource_id, activity_id=row.id, key=written.key, capacity=written.capacity)


def write_questions(session: Session, row: Activity, section: Questions, writing: Writing) -> None:
    """What is asked, in order. One that was answered and is no longer in the section is retired: its answers stay
    readable. One that was answered and is asked otherwise from now on is kept as an earlier version, with its answers.
    Raises AnsweredAlready when it would change of whom it is asked, or what was promised about its answers."""
    rows = session.exec(select(Question).where(Question.activity_id == row.id)).all()
    standing = {one.key: one for one in rows}
    written = keyed(section.questions, standing)
    for key in standing.keys() - {one.key for one in written}:
        if writing.held.answered.get(key) or standing[key].replaced_by:
            standing[key].retired = True
            session.add(standing[key])
        else:
            session.delete(standing[key])
    for position, one in enumerate(written):
        known = standing.get(one.key)
        version = known.version if known else 1
        if known and writing.held.answered.get(one.key):
            if (known.per, known.sensitive) != (one.per, one.sensitive):
                raise AnsweredAlready(f"questions[{position}].type", count=writing.held.answered[one.key])
            if is_another_question(known, one):
                _kept_as_answered(session, known)
                known = None
                version += 1
        question_id = known.id if known else writing.new_id("question", one.key, *_versioned(version))
        _question(session, row.id, question_id, one, Placed(position, version))


@dataclass(frozen=True)
class Placed:
    """Where a question stands in the form, and which wording of it this is."""

    position: int
    version: int


def _versioned(version: int) -> tuple[str, ...]:
    """A later version of a question is another row than the first."""
    return (str(version),) if version > 1 else ()


def is_another_question(known: Question, written: QuestionText) -> bool:
    """Whether who answered was asked something else: another kind, other words, other options. English that was still
    to come, and comes, changes nothing."""
    options = [(option.id, option.label) for option in known.options]
    offered = [(option.id, option.label) for option in _options(written)]
    same_options = len(options) == len(offered) and all(
        before[0] == after[0] and _says_the_same(before[1], after[1])
        for before, after in zip(options, offered, strict=True)
    )
    return known.type != written.type or not _says_the_same(known.label, written.label.said) or not same_options


def _says_the_same(before: Bilingual, after: Bilingual) -> bool:
    return before.fr == after.fr and before.en in ("", after.en)


def _kept_as_answered(session: Session, known: Question) -> None:
    """Keep the row that answers point to, under a key that no author can write: its own is the next version's."""
    known.replaced_by, known.key, known.retired = known.key, f"{known.key}~{known.version}", True
    session.add(known)
    session.flush()  # The key is free before the next version takes it.


def _question(
    session: Session, activity_id: uuid.UUID, question_id: uuid.UUID, written: QuestionText, placed: Placed
) -> None:
    session.merge(
        Question(
            id=question_id,
            activity_id=activity_id,
            key=written.key,
            position=placed.position,
            version=placed.version,
            per=written.per,
            type=written.type,
            required=written.required,
            label_fr=written.label.fr,
            label_en=written.label.en,
            options=_options(written),
            max_choices=written.max_choices,
            show_if=ShowIf(written.for_products, written.if_question, written.if_answers),
            sensitive=written.sensitive,
            purge_days=written.purge_days,
        )
    )


def _options(written: QuestionText) -> tuple[Option, ...]:
    """The options, each with an id of its own among them."""
    ids = {option.id for option in written.options if option.id}
    made = []
    for option in written.options:
        stem, number = option.id or slug_of(option.label.fr)[:50] or "x", 1
        chosen = stem
        while not option.id and chosen in ids:
            number += 1
            chosen = f"{stem}-{number}"
        ids.add(chosen)
        made.append(Option(chosen, option.label.said))
    return tuple(made)

"""What is wrong with prices and questions as an author writes them."""

from collections.abc import Iterator
from datetime import datetime

from kit.contracts.problems import Where
from registration.catalog.levels.rules_writing import level_problems
from registration.catalog.offers.rules_questions import QuestionType
from registration.catalog.sections.rules import Draft, repeated, span
from registration.catalog.sections.schemas import Prices, PriceText, ProductText, Questions, QuestionText, Section

CHOSEN = (QuestionType.CHOICE, QuestionType.CHOICES)


def offer_problems(section: Section, draft: Draft) -> dict[Where, str]:
    """What is wrong with prices or questions; nothing for another section."""
    match section:
        case Prices():
            return _prices(section, draft)
        case Questions():
            return _questions(section, draft)
        case _:
            return {}


def _prices(section: Prices, draft: Draft) -> dict[Where, str]:
    """Products without a name, prices alike, parts that do not add up, early prices after signup closes."""
    problems = dict(
        [
            *(problem for index, product in enumerate(section.products) for problem in _product(index, product, draft)),
            *_prices_twice(section),
        ]
    )
    bringing = {one.key for one in section.products if one.attendees and not one.level}
    levels = (problem for index, one in enumerate(section.products) for problem in _level(index, one, bringing))
    return problems | dict(levels)


def _prices_twice(section: Prices) -> Iterator[tuple[Where, str]]:
    """Keys that stand twice: of a product, and of a price, whichever its product."""
    for index in repeated(product.key for product in section.products):
        yield ("products", index, "key"), "problem.key_taken"
    places = [(index, n) for index, product in enumerate(section.products) for n in range(len(product.prices))]
    for at in repeated(price.key for product in section.products for price in product.prices):
        index, number = places[at]
        yield ("products", index, "prices", number, "key"), "problem.key_taken"


def _product(index: int, product: ProductText, draft: Draft) -> Iterator[tuple[Where, str]]:
    if not product.label.fr:
        yield ("products", index, "label", "fr"), "problem.name_needed"
    if product.attendees == 0 and not (product.add_on or product.on_request or product.level):
        yield ("products", index, "attendees"), "problem.brings_nobody"
    if product.attendees and product.add_on:
        yield ("products", index, "attendees"), "problem.add_on_brings_nobody"
    seen: set[tuple[object, ...]] = set()
    closes = draft.dates.sale_closes or span(draft.dates)[1]
    for number, price in enumerate(product.prices):
        place = ("products", index, "prices", number)
        who = (price.who, price.channel, price.until, price.min_quantity, price.key if price.who == "code" else "")
        if who in seen:
            yield (*place, "who"), "problem.two_prices_alike"
        seen.add(who)
        for field, problem in _price(price, closes):
            yield (*place, field), problem


def _level(index: int, product: ProductText, bringing: set[str]) -> Iterator[tuple[Where, str]]:
    """A level brings nobody but who comes with it, and is taken by itself."""
    if product.level is None:
        return
    if product.attendees or product.add_on:
        yield ("products", index, "attendees"), "problem.level_brings_nobody"
    for place, problem in level_problems(product.level, bringing):
        yield ("products", index, *place), problem


def _price(price: PriceText, closes: datetime | None) -> Iterator[tuple[str, str]]:
    if price.components and sum(price.components.values()) != price.amount:
        yield "components", "problem.parts_do_not_add_up"
    if any(part < 0 for part in price.components.values()):
        yield "components", "problem.amount"
    if price.until and closes and price.until > closes:
        yield "until", "problem.price_after_signup"


def _questions(section: Questions, draft: Draft) -> dict[Where, str]:
    """Questions without words or without options, conditions on what is not there."""
    keys = {question.key: question for question in section.questions if question.key}
    products = {product.key for product in draft.prices.products}
    twice = repeated(question.key for question in section.questions)
    problems: dict[Where, str] = {("questions", index, "key"): "problem.key_taken" for index in twice}
    return problems | {
        ("questions", index, *place): problem
        for index, question in enumerate(section.questions)
        for place, problem in _question(question, keys, products)
    }


def _question(
    question: QuestionText, keys: dict[str, QuestionText], products: set[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not question.label.fr:
        yield ("label", "fr"), "problem.text_needed"
    if question.type in CHOSEN and len(question.options) < 2:
        yield ("options",), "problem.two_options_needed"
    for number, option in enumerate(question.options):
        if not option.label.fr:
            yield ("options", number, "label", "fr"), "problem.text_needed"
    for number in repeated(option.id for option in question.options):
        yield ("options", number, "id"), "problem.key_taken"
    if set(question.for_products) - products:
        yield ("for_products",), "problem.unknown_product"
    if question.if_question:
        other = keys.get(question.if_question)
        known = {option.id for option in other.options} if other else set()
        if other is None or other is question or not set(question.if_answers) <= known or not question.if_answers:
            yield ("if_question",), "problem.unknown_question"

"""Products with their prices, sponsorships, questions and codes of an activity."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kit.money import TaxClass, cents
from registration.catalog.codes.rules import CodeLimits, NewCode
from registration.catalog.offers.rules_questions import Per, QuestionType
from registration.catalog.rules import Channel, Who
from registration.catalog.sections.schemas import (
    OptionText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    Resources,
    ResourceText,
    Title,
)
from registration.seed.levels import sponsor_level
from registration.seed.source import Node, Source, components

# The resource that counts the people of an activity with a capacity, or of a cohort.
PLACES = "places"
# Products of the file that are arranged with staff: shown with their price and whom to write to.
ON_REQUEST = {"expo"}
# The invitation that opens the prices marked `invitation_code` in the sample (docs/guides/development.md).
INVITATION = "HONNEUR"
# The file's own words for some types of question; the others are called as here.
TYPES = {"multichoice": QuestionType.CHOICES, "consent": QuestionType.YES_NO}
# Types that come with the features that need them.
LATER = {"scale_0_10", "person_picker"}
PLACE = {"fr": "Place", "en": "Place"}
# What a price's label adds to its product's: for whom, until when, from how many.
NOT_THE_PRODUCT = re.compile(
    r"\s*\((hâtif|early bird|par personne|per person)\)|,? (3 personnes et plus|3 or more)"
    r"|,? ?\b(non-membre|non-member|membre|member)\b",
    re.IGNORECASE,
)
# Labels that say only who pays or how much, and so nothing of the product.
BARE = re.compile(r"|par personne|per person|gratuit|free|gratuit pour les membres|free for members|,", re.IGNORECASE)


def product_key(price: Node) -> str:
    """A price names its product; one that does not is its own."""
    return str(price.get("product", price["id"]))


def prices(source: Source, node: Node) -> Prices:
    """What is for sale: products in the order of their first prices, then sponsorships."""
    of_product: dict[str, list[Node]] = {}
    for price in node["prices"]:
        of_product.setdefault(product_key(price), []).append(price)
    products = [_product(source, key, priced) for key, priced in of_product.items()]
    return Prices(products=(*products, *(_sponsorship(source, level) for level in node.get("sponsorships", ()))))


def _product(source: Source, key: str, priced: Sequence[Node]) -> ProductText:
    first, on_request = priced[0], key in ON_REQUEST
    add_on = first.get("add_on", False)
    return ProductText(
        key=key,
        label=Title(**{lang: _product_label(first["label"][lang], lang) for lang in ("fr", "en")}),
        attendees=0 if add_on or on_request else first.get("seats", 1),
        add_on=add_on,
        max_per_attendee=first.get("max_per_attendee"),
        on_request=on_request,
        prices=tuple(_price(source, price) for price in priced),
    )


def _sponsorship(source: Source, level: Node) -> ProductText:
    return ProductText(
        key=level["id"],
        label=Title(**level["label"]),
        attendees=0,
        prices=(_price(source, {**level, "who": Who.ANYONE}),),
        level=sponsor_level(level),
    )


def resources(node: Node) -> Resources:
    """What the file counts, the places of the activity, how many of each sponsorship there are; and what each product
    takes of it."""
    counted = dict(node.get("resources", {}))
    if "capacity" in node:
        counted[PLACES] = node["capacity"]
    levels = node.get("sponsorships", ())
    counted |= {level["id"]: level["quantity"] for level in levels}
    # Of a product's prices, the first says what a unit takes.
    uses = {product_key(price): _uses(node, price) for price in reversed(node["prices"])}
    return Resources(
        resources=tuple(ResourceText(key=key, capacity=capacity) for key, capacity in counted.items()),
        uses=uses | {level["id"]: {level["id"]: 1} for level in levels},
    )


def _product_label(label: str, lang: str) -> str:
    """What the labels of a product's prices have in common; the plain word when they only say who pays."""
    bare = NOT_THE_PRODUCT.sub("", label).strip(" ,")
    return PLACE[lang] if BARE.fullmatch(bare) or BARE.fullmatch(label) else bare


def _uses(node: Node, price: Node) -> dict[str, int]:
    """The file's own list, or one of the activity's places for each person."""
    if "uses" in price:
        return dict(price["uses"])
    counted = "capacity" in node and not price.get("add_on")
    return {PLACES: price.get("seats", 1)} if counted else {}


def _price(source: Source, price: Node) -> PriceText:
    return PriceText(
        key=price["id"],
        label=Title(**price["label"]),
        who=Who.CODE if price["who"] == "invitation_code" else Who(price["who"]),
        channel=Channel(price.get("channel", Channel.ONLINE)),
        amount=cents(price["amount"]),
        tax_class=TaxClass(price["tax_class"]),
        tax_review=dict(price.get("tax_review", {})),
        until=source.wall_or_none(price.get("until")),
        min_quantity=price.get("min_quantity", 1),
        components=components(price),
        gl_account=price["gl_account"],
    )


def questions(source: Source, node: Node) -> Questions:
    """What is asked, but for what comes with the features that need it."""
    asked = (question for question in node["questions"] if question["type"] not in LATER)
    return Questions(questions=tuple(_question(source, node, question) for question in asked))


def _question(source: Source, node: Node, question: Node) -> QuestionText:
    condition = question.get("show_if", {})
    asks_first = "question" in condition
    return QuestionText(
        key=question["id"],
        per=Per.ATTENDEE if question.get("per") == "attendee" else Per.REGISTRATION,
        type=TYPES.get(question["type"]) or QuestionType(question["type"]),
        required=question["required"],
        label=Title(**question["label"]),
        options=_options(source, node, question.get("options", [])),
        max_choices=question.get("max"),
        for_products=() if asks_first else _for_products(node, condition),
        if_question=condition.get("question", ""),
        if_answers=tuple(condition["is"]) if asks_first else (),
        sensitive=question.get("sensitive", False) or question.get("confidential") == "staff_only",
        purge_days=question.get("purge_days_after_event"),
    )


def _options(source: Source, node: Node, listed: Any) -> tuple[OptionText, ...]:
    """Options of the question itself, or the name of a list of the activity or of the file."""
    nodes = (node.get(listed) or source.list(listed)) if isinstance(listed, str) else listed
    words = ((option["id"], option.get("label", option)) for option in nodes)
    return tuple(OptionText(id=key, label=Title(fr=said["fr"], en=said.get("en", ""))) for key, said in words)


def _for_products(node: Node, condition: Node) -> tuple[str, ...]:
    """The file names a price, the beginning of prices, or a resource; the question remembers the products."""
    if not condition:
        return ()
    shown = {
        product_key(price): None
        for price in node["prices"]
        if price["id"] == condition.get("price")
        or price["id"].startswith(condition.get("price_prefix", "\0"))
        or condition.get("uses") in price.get("uses", {})
    }
    return tuple(shown)


def codes(source: Source, node: Node) -> Iterator[NewCode]:
    """The invitations, and the words of the activity's own `codes`: each opens a price or lowers prices."""
    for code in node.get("codes", ()):
        limits = CodeLimits(code["max_units"], until=source.until(code.get("until")))
        yield NewCode(code["word"], code.get("opens", ""), code.get("percent_off", 0), limits=limits)
    for price in node["prices"]:
        if price["who"] == "invitation_code":
            yield NewCode(INVITATION, price["id"], limits=CodeLimits(price["max_per_code"]))

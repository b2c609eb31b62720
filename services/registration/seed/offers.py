"""Products with their prices, sponsorships, questions and codes of an activity."""

import re
from collections.abc import Iterator
from typing import Any

from kit.money import TaxClass, cents
from registration.catalog.codes.models import Code
from registration.catalog.models import Price, Product, Question
from registration.catalog.offers.rules_questions import Option, Per, QuestionType, ShowIf
from registration.catalog.rules import Channel, CodeEffect, Who, normal_code
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


def products(source: Source, node: Node) -> Iterator[Product]:
    first: dict[str, Node] = {}
    for price in node["prices"]:
        first.setdefault(product_key(price), price)
    activity_id = source.id("activity", node["id"])
    for position, (key, price) in enumerate(first.items()):
        on_request, add_on = key in ON_REQUEST, price.get("add_on", False)
        label = {lang: _product_label(price["label"][lang], lang) for lang in ("fr", "en")}
        yield Product(
            id=source.id("product", node["id"], key),
            activity_id=activity_id,
            key=key,
            position=position,
            label_fr=label["fr"],
            label_en=label["en"],
            attendees=0 if add_on or on_request else price.get("seats", 1),
            add_on=add_on,
            max_per_attendee=price.get("max_per_attendee"),
            on_request=on_request,
            uses=_uses(node, price),
        )
    for position, level in enumerate(node.get("sponsorships", ()), start=len(first)):
        yield Product(
            id=source.id("product", node["id"], level["id"]),
            activity_id=activity_id,
            key=level["id"],
            position=position,
            label_fr=level["label"]["fr"],
            label_en=level["label"]["en"],
            attendees=0,
            level=sponsor_level(level),
            uses={level["id"]: 1},
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


def prices(source: Source, node: Node) -> Iterator[Price]:
    for price in [*node["prices"], *({**level, "who": "anyone"} for level in node.get("sponsorships", ()))]:
        yield Price(
            id=source.id("price", node["id"], price["id"]),
            product_id=source.id("product", node["id"], product_key(price)),
            key=price["id"],
            label_fr=price["label"]["fr"],
            label_en=price["label"]["en"],
            who=Who.CODE if price["who"] == "invitation_code" else Who(price["who"]),
            channel=Channel(price.get("channel", Channel.ONLINE)),
            amount=cents(price["amount"]),
            tax_class=TaxClass(price["tax_class"]),
            tax_review=dict(price.get("tax_review", {})),
            until=source.until(price.get("until")),
            min_quantity=price.get("min_quantity", 1),
            components=components(price),
            gl_account=price["gl_account"],
        )


def questions(source: Source, node: Node) -> Iterator[Question]:
    for position, question in enumerate(node["questions"]):
        if question["type"] in LATER:
            continue
        yield Question(
            id=source.id("question", node["id"], question["id"]),
            activity_id=source.id("activity", node["id"]),
            key=question["id"],
            position=position,
            per=Per.ATTENDEE if question.get("per") == "attendee" else Per.REGISTRATION,
            type=TYPES.get(question["type"]) or QuestionType(question["type"]),
            required=question["required"],
            label_fr=question["label"]["fr"],
            label_en=question["label"]["en"],
            options=_options(source, node, question.get("options", [])),
            max_choices=question.get("max"),
            show_if=_show_if(node, question.get("show_if", {})),
            sensitive=question.get("sensitive", False) or question.get("confidential") == "staff_only",
            purge_days=question.get("purge_days_after_event"),
        )


def _options(source: Source, node: Node, listed: Any) -> tuple[Option, ...]:
    """Options of the question itself, or the name of a list of the activity or of the file."""
    nodes = (node.get(listed) or source.list(listed)) if isinstance(listed, str) else listed
    return tuple(Option.of({"id": option["id"], **option.get("label", option)}) for option in nodes)


def _show_if(node: Node, condition: Node) -> ShowIf:
    """The file names a price, the beginning of prices, or a resource; the question remembers the products."""
    if not condition or "question" in condition:
        return ShowIf.of(condition)
    shown = {
        product_key(price): None
        for price in node["prices"]
        if price["id"] == condition.get("price")
        or price["id"].startswith(condition.get("price_prefix", "\0"))
        or condition.get("uses") in price.get("uses", {})
    }
    return ShowIf(products=tuple(shown))


def codes(source: Source, node: Node) -> Iterator[Code]:
    """The invitations, and the words of the activity's own `codes`: each opens a price or lowers prices."""
    for code in node.get("codes", ()):
        effect = CodeEffect(code.get("opens", ""), code.get("percent_off", 0))
        yield Code(
            id=source.id("code", node["id"], code["word"]),
            activity_id=source.id("activity", node["id"]),
            word=normal_code(code["word"]),
            opens=effect.opens or None,
            percent_off=effect.percent_off,
            max_units=code["max_units"],
            until=source.until(code.get("until")),
        )
    for price in node["prices"]:
        if price["who"] == "invitation_code":
            yield Code(
                id=source.id("code", node["id"], price["id"]),
                activity_id=source.id("activity", node["id"]),
                word=normal_code(INVITATION),
                opens=price["id"],
                max_units=price["max_per_code"],
                used=0,
            )

"""The posted form, field by field, as a signup request. Nothing typed is lost: the raw fields come back to the page."""

import uuid
from collections.abc import Sequence
from typing import Any, Literal

from kit.contracts import OrderMethod
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.offers.rules_questions import Per
from registration.catalog.rules import CodeEffect, Visitor, groups
from registration.forms import FormValues, whole
from registration.signup.schemas import MAX_ATTENDEES, AttendeeIn, BillTo, Contact, Item, SignupRequest

# In cents: what a form says that is more was shown to nobody.
MOST_TOTAL = 99_999_999_999


def sale_options(
    offer: Offer, visitor: Visitor, now: Any, channel: str, code: CodeEffect
) -> list[tuple[ProductOffer, str]]:
    """Every product with whom it can be taken for, in the order of the page."""
    return [
        (product, who)
        for product in offer.products
        if not product.on_request
        for who in groups(product.prices, visitor, now, channel, code)
    ]


def signup_request(
    form: FormValues, registration_id: uuid.UUID, lang: str, offer: Offer, choices: Sequence[tuple[ProductOffer, str]]
) -> SignupRequest:
    """The request behind the fields. Only what is offered is read; everything else is ignored."""
    shown_total = form.one("shown_total")
    # What costs nothing needs no box; nor is the box of what costs something ever ticked by what came before.
    for_free = form.one("free_terms") == "yes" and shown_total == "0"
    return SignupRequest(
        registration_id=registration_id,
        lang="en" if lang == "en" else "fr",
        contact=Contact(**{name: form.one(f"contact.{name}") for name in Contact.model_fields}),
        company=form.one("company"),
        items=tuple(item for product, who in choices if (item := _item(form, product, who, offer)) is not None),
        answers=_answers(form, "answers.", offer, Per.REGISTRATION),
        contact_attends=form.one("contact_attends") == "yes",
        method=_method(form.one("method")),
        bill_to=BillTo(**{name: form.one(f"bill_to.{name}") for name in BillTo.model_fields}),
        code=form.one("code"),
        terms_accepted=for_free or form.one("terms_accepted") == "yes",
        expected_total=whole(shown_total, MOST_TOTAL) if shown_total.isdecimal() else None,
    )


def _method(value: str) -> OrderMethod | Literal[""]:
    return OrderMethod(value) if value in set(OrderMethod) else ""


def _item(form: FormValues, product: ProductOffer, who: str, offer: Offer) -> Item | None:
    # What is sold by spots is as many units as were ticked.
    spots = tuple(form.all(f"s.{product.key}.{who}"))[:MAX_ATTENDEES] if product.level.spots else ()
    quantity = len(spots) or form.count(f"q.{product.key}.{who}", MAX_ATTENDEES)
    if quantity == 0:
        return None
    places = 0 if product.add_on else min(product.attendees * quantity, MAX_ATTENDEES)
    prefixes = [f"a.{product.key}.{who}.{n}" for n in range(places)]
    # `who` is one of the four that `groups` answers.
    return Item(
        product=product.key,
        who=who,
        quantity=quantity,
        spots=spots,
        attendees=tuple(_attendee(form, prefix, offer) for prefix in prefixes),
    )


def _attendee(form: FormValues, prefix: str, offer: Offer) -> AttendeeIn:
    names = {name: form.one(f"{prefix}.{name}") for name in ("first_name", "last_name", "email", "company")}
    return AttendeeIn(
        **names, answers=_answers(form, f"{prefix}.answer.", offer, Per.ATTENDEE), add_ons=_add_ons(form, prefix, offer)
    )


def _add_ons(form: FormValues, prefix: str, offer: Offer) -> dict[str, int]:
    """Units of each add-on, where the page asked whom they are for."""
    fields = {product.key: f"{prefix}.add_on.{product.key}" for product in offer.products if product.add_on}
    return {key: form.count(name, MAX_ATTENDEES) for key, name in fields.items() if form.one(name)}


def _answers(form: FormValues, prefix: str, offer: Offer, per: Per) -> dict[str, str | list[str]]:
    answers: dict[str, str | list[str]] = {}
    for question in offer.questions:
        if question.per == per:
            name = prefix + question.key
            value = form.answer(name, several=question.takes_several)
            if value:
                answers[question.key] = value
    return answers

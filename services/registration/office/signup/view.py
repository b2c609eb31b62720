"""What the form of a telephone signup sends, and what it shows, worked out beforehand."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kit.contracts import OrderMethod
from kit.db import new_id
from kit.errors import InvalidInput, Refusal
from registration.catalog.offers.rules import ProductOffer
from registration.catalog.rules import NotOffered
from registration.forms import FormValues, with_values
from registration.service import RegistrationService
from registration.signup.rules_choices import Choice
from registration.signup.rules_plan import choose, total
from registration.signup.schemas import SignupRequest
from registration.signup.telephone.flows import Sale
from registration.signup.telephone.schemas import TelephoneSignup
from registration.signup.typed import view, view_errors
from registration.signup.typed.schemas import sale_options, signup_request
from registration.signup.typed.view_sponsors import level_fields

# What staff have in hand already, by a way that is no coin.
IN_HAND = ("cheque", "transfer", "reader")
OWN_FIELDS = ("method", "reference", "reason")


@dataclass(frozen=True)
class Screen:
    """One showing of the form: what can be sold, and what was typed."""

    sale: Sale
    form: FormValues
    lang: str
    registration_id: uuid.UUID

    @property
    def options(self) -> list[tuple[ProductOffer, str]]:
        of = self.sale.circumstances
        return sale_options(self.sale.sold, of.visitor, of.now, of.channel, of.code)

    @property
    def request(self) -> SignupRequest:
        return signup_request(self.form, self.registration_id, self.form.one("lang"), self.sale.sold, self.options)

    @property
    def asked(self) -> TelephoneSignup:
        """The form as a request. What came otherwise is a way of paying like the others on the page."""
        request, method = self.request, self.form.one("method")
        own = {
            "terms_accepted": True,
            "method": OrderMethod.RECEIVED if method in IN_HAND else request.method,
            "received": method if method in IN_HAND else "",
            "reference": self.form.one("reference"),
            "reason": self.form.one("reason"),
            "send": self.form.one("send") == "yes",
        }
        return TelephoneSignup.model_validate(vars(request) | own)

    @property
    def choices(self) -> list[Choice]:
        try:
            return choose(self.sale.sold, self.request.items, self.sale.circumstances)
        except NotOffered:
            return []

    @property
    def prefilled(self) -> "Screen":
        """A first visit: one place where it is obvious, and the letters ticked."""
        values = {"contact_attends": "yes", "send": "yes", "lang": self.lang}
        places = [(product, who) for product, who in self.options if not product.add_on]
        if places and places[0][0].attendees == 1:
            values[f"q.{places[0][0].key}.{places[-1][1] if len(places) == 1 else places[0][1]}"] = "1"
        return replace(self, form=with_values(self.form, values))

    @property
    def again(self) -> "Screen":
        """The same under an id of its own, for the next person."""
        return replace(self, registration_id=new_id())


def form_id(text: str) -> uuid.UUID:
    """The id the form was made with; another for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_id()


def shown(here: RegistrationService, screen: Screen, refusal: Refusal | None) -> dict[str, Any]:
    """Everything the form shows."""
    say, choices = partial(here.pages.catalogue.say, screen.lang), screen.choices
    offer, of = screen.sale.offer, screen.sale.circumstances
    products = view.product_fields(screen.options, screen.form, of, screen.lang)
    people = view.person_fields(screen.sale.sold, screen.request, choices, screen.form, screen.lang)
    questions = view.registration_questions(screen.sale.sold, screen.request, choices, screen.form, screen.lang)
    labels = view.field_labels(say, products, people, questions)
    labels |= {name: say(f"telephone.{name}") for name in OWN_FIELDS}
    errors, summed = problems(here, screen, refusal, labels)
    return {
        **view.total_figures(total(choices, of)),
        "registration_id": screen.registration_id,
        "activity_title": offer.activity.title.in_(screen.lang),
        "address": f"{here.home}/staff/activities/{offer.activity.id}",
        "products": products,
        "levels": level_fields(screen.sale.sold, screen.options, screen.form, screen.lang),
        "people": people,
        "questions": questions,
        "summary_lines": view.summary_lines(choices, screen.lang),
        "methods": ways(say, card=of.card_offered),
        "rates": offer.rates(of.now),
        "typed": screen.form,
        "errors": view.in_order(errors, labels),
        "labels": summed,
    }


def ways(say: view.Say, card: bool) -> Sequence[Mapping[str, str]]:
    """How it can be paid, with what each does."""
    every = ("invoice", *(("card",) if card else ()), "cash", *IN_HAND)
    return [
        {"value": one, "label": say(f"method.{one}"), "help": say(f"telephone.help_{'had' if one in IN_HAND else one}")}
        for one in every
    ]


def problems(
    here: RegistrationService, screen: Screen, refusal: Refusal | None, labels: Mapping[str, str]
) -> tuple[dict[str, str], Mapping[str, str]]:
    """What is wrong in words, by field; and the labels that the summary puts before a sentence."""
    say = partial(here.pages.catalogue.say, screen.lang)
    if isinstance(refusal, InvalidInput):
        name = view.field_names(screen.request.items)
        found = {name(where): problem for where, problem in refusal.places.items()}
        return view_errors.sentences(say, found, labels), view_errors.summed_up(found, labels)
    return here.errors(refusal, screen.lang), labels

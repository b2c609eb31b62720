"""The contact's page that adds people or options to a confirmed registration."""

import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from kit.app import language, page, see
from kit.auth import allow
from kit.db import new_id
from kit.errors import InvalidInput, Refusal
from registration.amendments import flows_contact
from registration.amendments.flows import AmendmentSale
from registration.amendments.schemas import ContactAmendment
from registration.catalog.offers.rules import ProductOffer
from registration.catalog.rules import NotOffered
from registration.forms import FormValues, PostedForm
from registration.letters.flows import letter_context
from registration.letters.view import cancel_rule
from registration.plans.covering.rules import refuse_covering
from registration.public.personal import view as personal
from registration.public.personal.pages import Mine
from registration.registrations.rules import NotInThisState, TooLate
from registration.service import Here, RegistrationService
from registration.signup import flows as signup_flows
from registration.signup.rules import DifferentForm, SignupClosed
from registration.signup.rules_choices import Choice
from registration.signup.rules_plan import choose, total
from registration.signup.schemas import SignupRequest
from registration.signup.typed import view, view_errors
from registration.signup.typed.schemas import sale_options, signup_request
from registration.strangers.flows import stranger_at

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)
ADDRESS = "/r/{registration_id}/{token}/add"


@dataclass(frozen=True)
class Adding:
    """One showing of the form: what can be added, and what was typed."""

    of: AmendmentSale
    form: FormValues
    lang: str
    amendment_id: uuid.UUID

    @property
    def options(self) -> list[tuple[ProductOffer, str]]:
        now = self.of.sale.circumstances
        return sale_options(self.of.sale.sold, now.visitor, now.now, now.channel, now.code)

    @property
    def request(self) -> SignupRequest:
        return signup_request(self.form, self.amendment_id, self.lang, self.of.sale.sold, self.options)

    @property
    def choices(self) -> list[Choice]:
        try:
            return choose(self.of.sale.sold, self.request.items, self.of.sale.circumstances)
        except NotOffered:
            return []

    @property
    def added(self) -> ContactAmendment:
        request = self.request
        places = (one for one in self.form.all("places") if one.isdecimal() and len(one) < 4)
        return ContactAmendment(
            amendment_id=self.amendment_id,
            items=request.items,
            places=tuple(int(one) for one in places),
            method=request.method,
            terms_accepted=request.terms_accepted,
            expected_total=request.expected_total,
        )


@router.get(ADDRESS)
def ask_adding(request: Request, here: Here, whole: Mine) -> Response:
    """What can be added now."""
    refuse_covering(whole.offer.activity)
    lang = language(request, whole.registration.lang)
    return _show(request, here, Adding(flows_contact.contact_sale(here, whole), FormValues(), lang, new_id()))


@router.post(ADDRESS)
def add(request: Request, here: Here, whole: Mine, form: PostedForm) -> Response:
    """Add it, or show the form again with everything still in it."""
    refuse_covering(whole.offer.activity)
    lang, of = language(request, whole.registration.lang), flows_contact.contact_sale(here, whole)
    adding = Adding(of, form, lang, _id_of(form.one("amendment_id")))
    over = view_errors.too_many(form, adding.options)
    if form.one("action") == "update" or over:
        return _show(request, here, adding, InvalidInput(over) if over else None)
    try:
        row = flows_contact.amend_by_contact(here, of, adding.added, stranger_at(here, request))
    except DifferentForm as refusal:
        return _show(request, here, replace(adding, amendment_id=new_id()), refusal)
    except (NotInThisState, SignupClosed, TooLate):
        raise
    except Refusal as refusal:
        return _show(request, here, adding, refusal)
    return see(signup_flows.next_address(here, row))


def _id_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_id()


def _show(request: Request, here: RegistrationService, adding: Adding, refusal: Refusal | None = None) -> Response:
    lang, say, choices = adding.lang, partial(here.pages.catalogue.say, adding.lang), adding.choices
    whole, sold, now = adding.of.whole, adding.of.sale.sold, adding.of.sale.circumstances
    products = view.product_fields(adding.options, adding.form, now, lang)
    people = view.person_fields(sold, adding.request, choices, adding.form, lang)
    labels = view.field_labels(say, products, people, ()) | {"places": say("adding.places")}
    errors = here.errors(refusal, lang)
    if isinstance(refusal, InvalidInput):
        name = view.field_names(adding.request.items)
        found = {name(where): problem for where, problem in refusal.places.items()}
        errors = view_errors.sentences(say, found, labels)
    context: dict[str, Any] = {
        **personal.common(here, whole, lang),
        **view.total_figures(total(choices, now)),
        "amendment_id": adding.amendment_id,
        "products": products,
        "people": people,
        "places": [
            {"value": str(one.position), "label": f"{one.position}. {one.full_name or say('personal.to_name')}"}
            for one in whole.active
        ],
        "summary_lines": view.summary_lines(choices, lang),
        "methods": [one for one in sold.activity.methods if one != "card" or now.card_offered],
        "rates": whole.offer.rates(now.now),
        "rule": cancel_rule(letter_context(here, whole.offer), lang),
        "typed": adding.form,
        "errors": view.in_order(errors, labels),
        "labels": labels,
        "page_title": say("adding.title"),
    }
    return page(request, "personal/adding.html", lang, refusal.status if refusal else 200, **context)

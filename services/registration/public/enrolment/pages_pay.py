"""What the list comes to, and how it is paid."""

import uuid
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from kit.app import page, see
from kit.auth import allow
from kit.contracts import OrderMethod
from kit.db import new_id
from kit.errors import Refusal
from registration.forms import FormValues, PostedForm, with_values
from registration.letters.flows import letter_context
from registration.letters.view import cancel_rule
from registration.plans.buying.flows import Bought
from registration.plans.lists.flows import cover_list, list_prepared, list_priced
from registration.plans.lists.schemas import ListPurchase
from registration.plans.rules import ListChanged, NobodyChosen
from registration.public.enrolment.pages import Mine
from registration.public.enrolment.schemas import bill_to_typed
from registration.public.plan.queries import Hr
from registration.public.plan.view import common, words_of
from registration.registrations.rules import RegistrationStatus
from registration.service import Here, RegistrationService
from registration.signup.flows import next_address

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)
# What is paid by cheque or by transfer is invoiced first.
METHODS: dict[str, Literal[OrderMethod.CARD, OrderMethod.INVOICE]] = {
    "card": OrderMethod.CARD,
    "invoice": OrderMethod.INVOICE,
    "cheque": OrderMethod.INVOICE,
    "transfer": OrderMethod.INVOICE,
}
# How a company pays as a rule, as its file says it.
USUAL = {"card": "card", "cheque": "cheque", "e_transfer": "transfer"}


@router.get("/plans/{plan_key}/pay")
def ask(request: Request, here: Here, hr: Mine) -> Response:
    """The price with its taxes, the purchase order, how it is paid."""
    company = hr.company
    usual = {"bill_to.email": company.billing_email, "registration_id": str(new_id())}
    return _show(request, here, hr, with_values(FormValues(), usual))


@router.post("/plans/{plan_key}/pay")
def pay(request: Request, here: Here, hr: Mine, form: PostedForm) -> Response:
    """Cover everybody on the list, or show the form again with everything still in it."""
    try:
        bought = cover_list(here, hr.enrolled, hr.buyer, _asked(form, hr, words_of(request, here, hr).lang), hr.caller)
    except (NobodyChosen, ListChanged):
        return see(f"{here.home}/plans/{hr.key}/list")
    except Refusal as refusal:
        return _show(request, here, hr, form, refusal)
    return see(_next(here, hr, bought))


def _next(here: RegistrationService, hr: Hr, bought: Bought) -> str:
    """Where it goes on: to pay by card, else to the people covered."""
    row = bought.registration
    if row is not None and row.status is RegistrationStatus.HELD:
        return next_address(here, row)
    done = "kept" if bought.kept else "held" if bought.held else "covered"
    return f"{here.home}/plans/{hr.key}?done={done}"


def _asked(form: FormValues, hr: Hr, lang: str) -> ListPurchase:
    """The form as a purchase. A company in arrears chooses nothing: it is invoiced when its fee is paid."""
    shown = form.one("shown_total")
    return ListPurchase(
        registration_id=_id_of(form.one("registration_id")),
        lang="en" if lang == "en" else "fr",
        method=OrderMethod.INVOICE if hr.enrolled.visitor.in_arrears else METHODS.get(form.one("method"), ""),
        bill_to=bill_to_typed(form),
        terms_accepted=form.one("terms_accepted") == "yes",
        expected_total=int(shown) if shown.isdecimal() and len(shown) < 12 else None,
    )


def _id_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_id()


def _show(
    request: Request, here: RegistrationService, hr: Hr, form: FormValues, refusal: Refusal | None = None
) -> Response:
    words, listed = words_of(request, here, hr), list_prepared(here, hr.enrolled)
    price = list_priced(here, hr.enrolled, listed)
    if price is None:
        return see(f"{here.home}/plans/{hr.key}/add")
    offered = hr.enrolled.offer.activity.methods
    card = "card" in offered and here.billing.card_offered()
    methods = [one for one in METHODS if (card if one == "card" else "invoice" in offered)]
    context: dict[str, Any] = {
        **common(here, hr, words),
        "page_title": words.say("pay.title"),
        "listed": listed,
        "price": price,
        "rates": hr.enrolled.offer.rates(here.clock()),
        "methods": methods,
        "chosen": USUAL.get(hr.company.usual_payment, "invoice"),
        "po_required": hr.company.po_required,
        "rule": cancel_rule(letter_context(here, hr.enrolled.offer), words.lang),
        "typed": form,
        "errors": here.errors(refusal, words.lang),
    }
    return page(request, "enrolment/pay.html", words.lang, refusal.status if refusal else 200, **context)

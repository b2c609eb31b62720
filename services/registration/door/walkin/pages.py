"""The walk-in's pages: one small form, then one clear answer with what to collect."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from kit import app as kit_app
from kit import text
from kit.contracts.callers import Caller
from kit.db import new_id
from kit.errors import Refusal
from kit.qr import qr_svg
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.door.checkin.queries import read_door
from registration.forms import FormValues, PostedForm
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.view import question_field
from registration.service import Door, Here, RegistrationService
from registration.signup.rules import DifferentForm
from registration.walkin import flows as walkin_flows
from registration.walkin.rules import DoorPrice
from registration.walkin.schemas import WalkIn

router = APIRouter(include_in_schema=False)
Point = Annotated[str, Query(max_length=40)]
NAMES = ("first_name", "last_name", "company", "email")


def _walk_in(form: FormValues, questions: Sequence[QuestionOffer]) -> WalkIn:
    """The form as it came; what makes no sense is refused by the signup's own checks."""
    product, _, who = form.one("choice").partition(":")
    return WalkIn(
        registration_id=_id_of(form.one("registration_id")),
        **{name: form.one(name) for name in NAMES},
        product=product,
        who=who if who in ("member", "non_member", "anyone") else "anyone",
        method=form.one("method") if form.one("method") in walkin_flows.METHODS else "",
        lang="en" if form.one("lang") == "en" else "fr",
        answers={question.key: _answer(form, question) for question in questions},
        point=form.one("point"),
    )


def _answer(form: FormValues, question: QuestionOffer) -> AnswerValue:
    return form.answer(f"answers.{question.key}", several=question.takes_several)


def _id_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return new_id()


@router.get("/staff/check-in/{activity_id}/walk-in")
def form(request: Request, activity_id: uuid.UUID, here: Here, caller: Door, point: Point = "") -> Response:
    """One person, one place, one way to pay."""
    return _form(request, here, caller, activity_id, FormValues({"point": [point]}))


@router.post("/staff/check-in/{activity_id}/walk-in")
def submit(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Door,
    form: PostedForm,
) -> Response:
    """Sign up and let in; a card goes to its payment first."""
    walk_in = _walk_in(form, walkin_flows.door_offer(here, activity_id).questions)
    try:
        try:
            done = walkin_flows.let_in(here, activity_id, walk_in, caller)
        except DifferentForm:
            # The back button: the same form, filled in for the next person.
            next_walk_in = walk_in.model_copy(update={"registration_id": new_id()})
            done = walkin_flows.let_in(here, activity_id, next_walk_in, caller)
    except Refusal as refusal:
        return _form(request, here, caller, activity_id, form, refusal)
    address = f"{here.home}/staff/check-in/{activity_id}/walk-in/{done.registration_id}"
    return kit_app.see(f"{address}?point={walk_in.point}")


def _form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues,
    refusal: Refusal | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    sale = walkin_flows.door_offer(here, activity_id)
    with here.db.read() as session:
        door = read_door(session, here, lang, activity_id, form.one("point"))
    prices = sale.prices
    methods = sale.methods if any(price.total for price in prices) else []
    # Cash comes first, ready to be taken; where a place may be free, nothing is chosen for it.
    first_method = methods[0] if methods and all(price.total for price in prices) else ""
    fields = [
        question_field(question, f"answers.{question.key}", _answer(form, question), lang)
        for question in sale.questions
    ]
    context: dict[str, Any] = {
        "door": door,
        "prices": prices,
        "price_options": [_price_option(here, price, lang) for price in prices],
        "methods": methods,
        "must_pay": all(price.total for price in prices),
        "method_options": [_method_option(here, method, lang) for method in methods],
        "questions": fields,
        "values": {name: form.one(name) for name in NAMES} | {"method": form.one("method") or first_method},
        "choice": form.one("choice") or (prices[0].value if len(prices) == 1 else ""),
        "guest_lang": form.one("lang") or lang,
        "registration_id": new_id(),
        "errors": here.errors(refusal, lang),
        "page_title": here.pages.catalogue.say(lang, "walkin.title"),
    }
    return kit_app.page(request, "walkin/form.html", lang, refusal.status if refusal else 200, **context)


def _price_option(here: RegistrationService, price: DoorPrice, lang: str) -> dict[str, str]:
    say = here.pages.catalogue.say
    if not price.total:
        return {"value": price.value, "label": price.label.in_(lang), "aside": say(lang, "walkin.free")}
    amounts = {"amount": text.money(price.amount, lang), "cash": text.money(price.in_cash, lang)}
    return {
        "value": price.value,
        "label": price.label.in_(lang),
        "aside": say(lang, "walkin.price", total=text.money(price.total, lang)),
        "help": say(lang, "walkin.price_help", **amounts),
    }


def _method_option(here: RegistrationService, method: str, lang: str) -> dict[str, str]:
    catalogue, key = here.pages.catalogue, f"walkin.method_{method}"
    note = f"{key}_help"
    help_text = {"help": catalogue.say(lang, note)} if catalogue.has(note) else {}
    return {"value": method, "label": catalogue.say(lang, key), **help_text}


@router.get("/staff/check-in/{activity_id}/walk-in/{registration_id}")
def answer(
    request: Request, activity_id: uuid.UUID, registration_id: uuid.UUID, here: Here, caller: Door, point: Point = ""
) -> Response:
    """Welcome, with what to collect; or the card's payment, for the guest's own phone."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        done = walkin_flows.walk_in_state(here, session, activity_id, registration_id)
        door = read_door(session, here, lang, activity_id, point)
    context: dict[str, Any] = {
        "door": door,
        "done": done,
        "label": done.label.in_(lang),
        "qr_code": qr_svg(done.pay_url) if done.pay_url else "",
        "page_title": here.pages.catalogue.say(lang, "walkin.title"),
    }
    template = "walkin/welcome.html" if done.check_in_id else "walkin/card.html"
    return kit_app.page(request, template, lang, **context)

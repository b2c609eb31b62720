"""Signup on one screen, in French and English: the form, and the way on to payment."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from kit.app import page, see
from kit.auth import allow
from kit.contracts.callers import ANYONE
from kit.contracts.texts import LINE, seen
from kit.db import new_id
from kit.errors import BadToken, InvalidInput, NotFound, Refusal
from registration.catalog import view as addresses
from registration.catalog import view_words
from registration.catalog.allotments.queries import open_to
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import NotOffered, SaleState
from registration.catalog.view_words import Words
from registration.forms import FormValues, PostedForm, with_values
from registration.letters import view as letters_view
from registration.letters.flows import letter_context
from registration.links import Signed
from registration.members import queries as members
from registration.members.flows import beneficiary, visitor_code
from registration.members.rules import MEMBER_COOKIE
from registration.public.form.view import code_problem, member_line
from registration.public.form.view_paste import pasted
from registration.service import Here, PageLang, RegistrationService
from registration.signup import flows
from registration.signup.recording.actions import DateChanged
from registration.signup.rules import Circumstances, DifferentForm
from registration.signup.rules_choices import Choice
from registration.signup.rules_plan import choose, total
from registration.signup.schemas import SignupRequest
from registration.signup.typed import view, view_errors
from registration.signup.typed.schemas import sale_options, signup_request
from registration.signup.typed.view_sponsors import level_fields
from registration.strangers.flows import stranger_at

router = APIRouter()
FORM_LIFE = timedelta(days=2)
UNKNOWN_CODE = "problem.code"


@dataclass(frozen=True)
class Screen:
    """One showing of the form: what is offered, to whom, what was typed (`left_over`: pasted lines without a place).
    A trial is sent to an address of its own in each language (`tried_at`)."""

    offer: Offer
    circumstances: Circumstances
    form: FormValues
    lang: str
    registration_id: uuid.UUID
    person: Any = None
    left_over: int = 0
    tried_at: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> list[Any]:
        circumstances = self.circumstances
        return sale_options(
            self.offer, circumstances.visitor, circumstances.now, circumstances.channel, circumstances.code
        )

    @property
    def request(self) -> SignupRequest:
        return signup_request(self.form, self.registration_id, self.lang, self.offer, self.options)


@router.get("/fr/activites/{slug}/inscription", dependencies=[allow("public")], include_in_schema=False)
@router.get("/en/activities/{slug}/registration", dependencies=[allow("public")], include_in_schema=False)
def form(request: Request, here: Here, lang: PageLang, slug: str) -> Response:
    # A link of an invitation has its code in it.
    typed = FormValues({"code": [seen(request.query_params.get("code", ""))[:LINE]]})
    screen = _screen(request, here, slug, lang, typed, new_id())
    return show_form(request, here, replace(screen, form=prefilled(screen)))


@router.post("/fr/activites/{slug}/inscription", dependencies=[allow("public")], include_in_schema=False)
@router.post("/en/activities/{slug}/registration", dependencies=[allow("public")], include_in_schema=False)
def submit(request: Request, here: Here, lang: PageLang, slug: str, form: PostedForm) -> Response:
    """Take the signup, or show the form again with everything still in it."""
    try:
        registration_id = _form_id(here, form.one("form"))
    except BadToken:
        registration_id, form = new_id(), with_values(form, {"action": "update"})
    screen = _screen(request, here, slug, lang, form, registration_id)
    over = view_errors.too_many(form, screen.options)
    if form.one("action") == "update":
        return updated(request, here, screen, over)
    if over:
        return show_form(request, here, screen, problems=over, status=422)
    try:
        _refuse_another_date(form, screen.offer)
        proposal = flows.propose(here, screen.offer, screen.request, screen.circumstances)
        registration = flows.sign_up(here, proposal, ANYONE, stranger_at(here, request))
    except InvalidInput as refusal:
        name = view.field_names(screen.request.items)
        problems = {name(where): problem for where, problem in refusal.places.items()}
        return show_form(request, here, screen, problems=problems, status=422)
    except DifferentForm as refusal:
        # The places of the first sending are held: this one goes on under a form of its own.
        return show_form(request, here, replace(screen, registration_id=new_id()), refusal, earlier=registration_id)
    except Refusal as refusal:
        form = with_values(form, {"shown_date": ""})  # The page that comes back shows the date as it is now.
        return show_form(request, here, _screen(request, here, slug, lang, form, registration_id), refusal)
    return see(flows.next_address(here, registration))


def _refuse_another_date(form: FormValues, offer: Offer) -> None:
    """Whoever saw another date than today's is shown the new one before anything is taken. Raises DateChanged."""
    if form.one("shown_date") not in ("", _date_mark(offer)):
        raise DateChanged()


def _date_mark(offer: Offer) -> str:
    starts_at = offer.activity.starts_at
    return starts_at.isoformat() if starts_at else "none"


def updated(request: Request, here: RegistrationService, screen: Screen, over: dict[str, str]) -> Response:
    """The form with what was chosen since, and with people pasted into their places."""
    people = _people(screen, _choices(screen))
    filled = pasted(screen.form, people)
    return show_form(request, here, replace(screen, form=filled.form, left_over=filled.left_over), problems=over)


def _screen(
    request: Request, here: RegistrationService, slug: str, lang: str, form: FormValues, registration_id: uuid.UUID
) -> Screen:
    terms = here.member_terms()
    with here.db.read() as session:
        offer = here.offers.by_slug(session, lang, slug)
        if offer is None:
            raise NotFound()
        cookie = request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
        visitor, person = members.visitor_by_cookie(session, here.settings.session_secret, cookie, here.clock(), terms)
    code = visitor_code(here, request, form.one("code"), offer.activity.id)
    with here.db.read() as session:
        offer = open_to(session, offer, beneficiary(code.visitor or visitor, code))
    circumstances = flows.circumstances_now(here, offer, code.visitor or visitor, code)
    return Screen(offer, circumstances, form, lang, registration_id, person)


def prefilled(screen: Screen) -> FormValues:
    """A first visit: one place where it is obvious, and what a member's link already says."""
    values = {"contact_attends": "yes", "shown_total": ""}
    places = [(product, who) for product, who in screen.options if not product.add_on]
    if places and places[0][0].attendees == 1:
        values[f"q.{places[0][0].key}.{places[0][1]}"] = "1"
    if screen.person is not None:
        person = screen.person
        values |= {"contact.first_name": person.first_name, "contact.last_name": person.last_name}
        values |= {"contact.email": person.email}
    if person := screen.circumstances.code_person:
        values |= {"contact.first_name": person.first_name, "contact.last_name": person.last_name}
        values |= {"contact.email": person.email}
    if screen.circumstances.visitor.company_name:
        values |= {"company": screen.circumstances.visitor.company_name}
    return with_values(screen.form, values)


def _form_id(here: RegistrationService, token: str) -> uuid.UUID:
    """The registration id this form was minted with. Raises BadToken for any other."""
    claims = Signed(here.settings.session_secret, "form").read(token, here.clock())
    return uuid.UUID(claims["id"])


def show_form(
    request: Request,
    here: RegistrationService,
    screen: Screen,
    refusal: Refusal | None = None,
    problems: dict[str, str] | None = None,
    status: int = 200,
    earlier: uuid.UUID | None = None,
) -> Response:
    choices = _choices(screen)
    state = screen.offer.state(screen.circumstances.now)
    sent = request.method == "POST"
    say = partial(here.pages.catalogue.say, screen.lang)
    context = _context(here, screen, choices)
    labels = view.field_labels(say, context["products"], context["people"], context["questions"])
    problems = problems or {}
    errors = view_errors.sentences(say, problems, labels)
    if screen.circumstances.code_unknown and problems.get("code", UNKNOWN_CODE) == UNKNOWN_CODE:
        errors |= {"code": code_problem(say, screen.lang, choices, screen)}
    if (refused := screen.circumstances.code_refusal) and refusal is None:
        errors |= {"code": say(f"refusal.{refused.code}", **refused.values)}
    if screen.left_over:
        errors |= {"paste": say("signup.paste_left", n=screen.left_over)}
    if refusal is not None:
        errors[refusal.field or ""] = say(f"refusal.{refusal.code}", **refusal.values)
        status = refusal.status
    title = say("signup.page_title", title=context["title"])
    return page(
        request,
        "form/signup.html" if state is SaleState.OPEN or (state is SaleState.SOLD_OUT and sent) else "form/closed.html",
        screen.lang,
        status,
        **context,
        page_title=f"{say('form.error')} {title}" if errors else title,
        errors=view.in_order(errors, labels),
        labels=view_errors.summed_up(problems, labels),
        names_open=view.names_open(context["people"], errors),
        earlier=flows.address_of(here, earlier) if earlier else "",
    )


def _choices(screen: Screen) -> list[Choice]:
    try:
        return choose(screen.offer, screen.request.items, screen.circumstances)
    except NotOffered:
        return []


def _token(here: RegistrationService, screen: Screen) -> str:
    """The registration id of this form, signed: sent twice, it is one registration."""
    claims = {"id": str(screen.registration_id)}
    return Signed(here.settings.session_secret, "form").make(claims, screen.circumstances.now + FORM_LIFE)


def _sent_to(screen: Screen, lang: str) -> str:
    """The address of the form in a language."""
    return screen.tried_at.get(lang) or addresses.form(screen.offer.activity, lang)


def _back_to(screen: Screen, lang: str) -> str:
    """The page that the form was opened from: the activity's, or its preview."""
    return screen.tried_at.get(lang, "").rpartition("/")[0] or addresses.page(screen.offer.activity, lang)


def _people(screen: Screen, choices: list[Choice]) -> list[view.PersonFields]:
    return view.person_fields(screen.offer, screen.request, choices, screen.form, screen.lang)


def _context(here: RegistrationService, screen: Screen, choices: list[Choice]) -> dict[str, Any]:
    offer, form, lang, circumstances = screen.offer, screen.form, screen.lang, screen.circumstances
    request = screen.request
    methods = [m for m in offer.activity.methods if m != "card" or circumstances.card_offered]
    return {
        **view.total_figures(total(choices, circumstances)),
        "state": offer.state(circumstances.now).value,
        "state_detail": view_words.state_detail(Words(here.pages.catalogue, lang), offer, circumstances.now),
        "form_token": _token(here, screen),
        "date_mark": form.one("shown_date") or _date_mark(offer),
        "other_url": _sent_to(screen, "en" if lang == "fr" else "fr"),
        "trial": bool(screen.tried_at),
        "offer": offer,
        "activity": offer.activity,
        "title": offer.activity.title.in_(lang),
        "here_url": _sent_to(screen, lang),
        "activity_url": _back_to(screen, lang),
        "products": view.product_fields(screen.options, form, circumstances, lang),
        "levels": level_fields(offer, screen.options, form, lang),
        "people": _people(screen, choices),
        "member_line": member_line(partial(here.pages.catalogue.say, lang), lang, choices, screen),
        "questions": view.registration_questions(offer, request, choices, form, lang),
        "summary_lines": view.summary_lines(choices, lang),
        "visitor": circumstances.visitor,
        "methods": methods,
        "confirm_above": offer.activity.confirm_above if circumstances.stranger else 0,
        "rates": offer.rates(circumstances.now),
        "rule": letters_view.cancel_rule(letter_context(here, offer), lang),
        "typed": form,
        "noindex": True,
    }

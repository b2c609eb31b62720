"""Personal pages: behind a link that only its owner knows. The contact's shows everything, an attendee's their own."""

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit import text
from kit.app import language, page, see
from kit.auth import allow
from kit.clock import local
from kit.errors import InvalidInput, NotFound
from registration.changes import actions
from registration.changes.actions_answers import BY_LINK, change_answers
from registration.changes.flows import (
    change_place,
    place_change,
    quote_of,
    refuse_if_late,
    refuse_if_started,
    registration_answers,
)
from registration.changes.rules import is_open, may_change_until
from registration.forms import FormValues, PostedForm
from registration.letters import view as letters_view
from registration.letters.flows import letter_context
from registration.plans.covering.rules import refuse_covering
from registration.privacy.queries import opened
from registration.public.personal import view
from registration.public.personal.queries import added_to, behind_contact_link
from registration.rearrangements.queries import open_choice
from registration.registrations.actions import end_hold_now
from registration.registrations.queries import Whole
from registration.registrations.rules_rows import AttendeeRow
from registration.service import Here, RegistrationService
from registration.signup import flows as signup_flows
from registration.signup.typed.view import in_order, person_labels
from registration.strangers.flows import stranger_at

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _behind(here: Here, registration_id: uuid.UUID, token: str) -> Whole:
    """The registration behind the contact's link."""
    with here.db.read() as session:
        return opened(
            session, behind_contact_link(session, here.offers, here.links, registration_id, token), here.vault
        )


Mine = Annotated[Whole, Depends(_behind)]


@router.get("/r/{registration_id}/{token}")
def show(request: Request, here: Here, whole: Mine) -> Response:
    """The contact's page, in every state of the registration."""
    return _show(request, here, whole)


@router.get("/r/{registration_id}/{token}/pay")
def pay(here: Here, whole: Mine) -> Response:
    """On to the payment page, of an invoice too; back here when billing cannot be reached (the places stay held)."""
    return see(signup_flows.pay_address(here, whole.registration.id))


@router.post("/r/{registration_id}/{token}/let-go")
def let_go(here: Here, whole: Mine) -> Response:
    """The contact no longer wants the places held."""
    with here.db.write() as session:
        end_hold_now(session, whole.registration.id, BY_LINK, here.clock())
    return see(view.address(here, whole))


@router.get("/r/{registration_id}/{token}/calendar.ics")
def calendar(here: Here, whole: Mine) -> Response:
    """The activity for the contact's own calendar."""
    return view.calendar_of(here, whole)


@router.post("/r/{registration_id}/{token}/attendees/{attendee_id}")
def name(request: Request, here: Here, whole: Mine, attendee_id: uuid.UUID, form: PostedForm) -> Response:
    """Name or replace an attendee, and change their answers, until the deadline."""
    place = next((attendee for attendee in whole.active if attendee.id == attendee_id), None)
    if place is None:
        raise NotFound()
    try:
        person, answers = view.person_from(form, place), view.answers_from(whole, form, place)
        change = place_change(here, whole, place, person, answers)
        change_place(here, whole, place, change.sent_by(stranger_at(here, request)))
    except InvalidInput as refusal:
        return _show(request, here, whole, Correction(refusal, form, place))
    return see(view.address(here, whole) + f"?done=named&place={place.position}#place-{place.position}")


@router.post("/r/{registration_id}/{token}/answers")
def answers(request: Request, here: Here, whole: Mine, form: PostedForm) -> Response:
    """Change what was answered for the whole registration."""
    try:
        values = registration_answers(here, whole, view.answers_from(whole, form, None))
    except InvalidInput as refusal:
        return _show(request, here, whole, Correction(refusal, form))
    refuse_if_late(here, whole)
    with here.db.write() as session:
        change_answers(session, values, BY_LINK, here.clock())
    return see(view.address(here, whole) + "?done=answers")


@router.get("/r/{registration_id}/{token}/cancel")
def ask_cancel(request: Request, here: Here, whole: Mine, place: str = "") -> Response:
    """Says what cancelling will do, before it is done."""
    refuse_covering(whole.offer.activity)
    leaving = _leaving(whole, place)
    with here.db.read() as session:
        context = letter_context(here, whole.offer)
        outcome = actions.preview(session, whole.registration.id, context, here.clock(), leaving)
    quote = quote_of(here, whole.registration.id, outcome)
    lang = language(request, whole.registration.lang)
    return page(
        request,
        "personal/cancel.html",
        lang,
        page_title=here.pages.catalogue.say(lang, "cancel.title" if outcome.whole else "cancel.title_some"),
        **view.common(here, whole, lang),
        outcome=outcome,
        said=view.outcome_sentences(here, whole, outcome, quote, lang),
        place=place,
        rule=letters_view.cancel_rule(context, lang),
        people=[a.full_name for a in whole.active if leaving is None or a.id in leaving],
    )


@router.post("/r/{registration_id}/{token}/cancel")
def cancel(here: Here, whole: Mine, form: PostedForm) -> Response:
    """Cancel everything, or one place, under the activity's rule."""
    refuse_covering(whole.offer.activity)
    refuse_if_started(here, whole)
    leaving = _leaving(whole, form.one("place"))
    context = letter_context(here, whole.offer)
    with here.db.write() as session:
        actions.cancel(session, whole.registration.id, BY_LINK, here.clock(), context, leaving)
    return see(view.address(here, whole) + "?done=cancelled")


@dataclass(frozen=True)
class Correction:
    """A form that was refused: its problems, what was typed, and (when it is of one place) whose it is."""

    refusal: InvalidInput
    form: FormValues
    place: AttendeeRow | None = None


def _show(request: Request, here: RegistrationService, whole: Whole, correction: Correction | None = None) -> Response:
    lang, say = language(request, whole.registration.lang), here.pages.catalogue.say
    activity, now = whole.offer.activity, here.clock()
    with here.db.read() as session:
        others, chosen = added_to(session, whole), open_choice(session, whole.registration.id, now)
    until = may_change_until(activity.names_due_at, activity.starts_at)
    wrong = correction.place.id if correction and correction.place else None
    form = correction.form if correction else None
    places = [view.place_fields(here, whole, a, lang, form if a.id == wrong else None) for a in whole.active]
    questions = view.question_fields(whole, None, lang, form if wrong is None else None)
    labels = {question.name: question.label for question in questions}
    for place in places:
        labels |= person_labels(partial(say, lang), place.prefix, place.questions, place.number)
    return page(
        request,
        "personal/registration.html",
        lang,
        correction.refusal.status if correction else 200,
        page_title=say(lang, view.title_key(whole, now), n=max(len(whole.attendees), 1)),
        leaving=view.is_leaving(whole, now),
        **view.common(here, whole, lang),
        chosen=chosen,
        places=places,
        others=[(one, here.links.registration(one.id, one.link_version)) for one in others],
        line_rows=view.line_rows(here, whole, lang),
        sums=view.sum_rows(here, whole.registration, lang),
        back=view.back_sentence(here, whole.registration, lang),
        held_until=_hour(whole, lang),
        questions=questions,
        errors=in_order(_errors(here, correction, lang), labels),
        labels=labels,
        wrong=wrong,
        payment=request.query_params.get("payment", ""),
        done=request.query_params.get("done", ""),
        done_at=request.query_params.get("place", ""),
        changes_open=is_open(until, now) and not activity.covers_people,
        changes_until=until,
        cancel_open=is_open(activity.starts_at, now) and not activity.covers_people,
        rule=letters_view.cancel_rule(letter_context(here, whole.offer), lang),
    )


def _hour(whole: Whole, lang: str) -> str:
    """Until when the places are held, on the wall clock of the activity."""
    until = whole.registration.hold_until
    return text.hour(local(until, whole.offer.activity.timezone).time(), lang) if until else ""


def _errors(here: RegistrationService, correction: Correction | None, lang: str) -> dict[str, str]:
    problems = view.problems_by_field(correction.refusal, correction.place) if correction else {}
    return {field: here.pages.catalogue.say(lang, key) for field, key in problems.items()}


def _leaving(whole: Whole, place: str) -> set[uuid.UUID] | None:
    """The attendee at a place (1, 2, …), or None for everybody."""
    if not place:
        return None
    chosen = {a.id for a in whole.active if str(a.position) == place}
    if not chosen:
        raise NotFound()
    return chosen

"""Personal pages: behind a link that only its owner knows. The contact's shows everything, an attendee's their own."""

import uuid
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit import text
from kit.app import language, page, see
from kit.auth import allow
from kit.clock import local
from kit.errors import InvalidInput, NotFound
from kit.web.typed import Posted, Typed
from registration.changes import actions
from registration.changes import actions_people as changes_actions_people
from registration.changes.rules import is_open, may_change_until
from registration.letters import flows as letters_flows
from registration.letters import view as letters
from registration.public.form.view import in_order, person_labels
from registration.public.personal import view
from registration.public.personal.view import BY_LINK
from registration.registrations import actions as registrations_actions
from registration.registrations.queries import Whole, whole
from registration.registrations.rules import TooLate
from registration.service import Here, RegistrationService
from registration.signup import flows as take

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def behind(here: Here, registration_id: uuid.UUID, token: str) -> Whole:
    """The registration behind the contact's link."""
    with here.db.read() as session:
        found = whole(session, registration_id, here.offers)
    if found is None:
        raise NotFound()
    letters_flows.links_of(here).check("registration", registration_id, found.registration["link_version"], token)
    return found


Mine = Annotated[Whole, Depends(behind)]


@router.get("/r/{registration_id}/{token}")
def show(request: Request, here: Here, found: Mine) -> Response:
    """The contact's page, in every state of the registration."""
    return _show(request, here, found)


@router.get("/r/{registration_id}/{token}/pay")
def pay(here: Here, found: Mine) -> Response:
    """On to the payment page; back here when billing cannot be reached (the places stay held)."""
    return see(take.pay_address(here, found.registration["id"]))


@router.post("/r/{registration_id}/{token}/let-go")
def let_go(here: Here, found: Mine) -> Response:
    """The contact no longer wants the places held."""
    with here.db.write() as session:
        registrations_actions.end_hold_now(session, found.registration["id"], BY_LINK, here.clock())
    return see(view.address(here, found) + "?done=let-go")


@router.get("/r/{registration_id}/{token}/calendar.ics")
def calendar(here: Here, found: Mine) -> Response:
    """The activity for the contact's own calendar."""
    return view.calendar_of(here, found)


@router.post("/r/{registration_id}/{token}/attendees/{attendee_id}")
def name(request: Request, here: Here, found: Mine, attendee_id: uuid.UUID, typed: Posted) -> Response:
    """Name or replace an attendee, and change their answers, until the deadline."""
    row = next((a for a in found.active if a["id"] == attendee_id), None)
    if row is None:
        raise NotFound()
    try:
        view.change_place(here, found, row, typed)
    except InvalidInput as refusal:
        return _show(request, here, found, refusal, typed, attendee_id)
    return see(view.address(here, found) + f"?done=named#place-{row['position']}")


@router.post("/r/{registration_id}/{token}/answers")
def answers(request: Request, here: Here, found: Mine, typed: Posted) -> Response:
    """Change what was answered for the whole registration."""
    try:
        given = view.read_answers(found, typed, None)
    except InvalidInput as refusal:
        return _show(request, here, found, refusal, typed)
    view.refuse_if_late(found, here)
    with here.db.write() as session:
        changes_actions_people.change_answers(session, found.registration["id"], None, given, BY_LINK, here.clock())
    return see(view.address(here, found) + "?done=answers")


@router.get("/r/{registration_id}/{token}/cancel")
def ask_cancel(request: Request, here: Here, found: Mine, place: str = "") -> Response:
    """Says what cancelling will do, before it is done."""
    leaving = _leaving(found, place)
    with here.db.read() as session:
        desk = letters_flows.desk_of(here, found.offer)
        outcome = actions.preview(session, found.registration["id"], desk, here.clock(), leaving)
    lang = language(request, found.registration["lang"])
    return page(
        request,
        "personal/cancel.html",
        lang,
        page_title=here.pages.catalogue.say(lang, "cancel.title" if outcome.whole else "cancel.title_some"),
        **view.common(here, found, lang),
        outcome=outcome,
        place=place,
        rule=letters.cancel_rule(desk, lang),
        people=[letters.full_name(a) for a in found.active if leaving is None or a["id"] in leaving],
    )


@router.post("/r/{registration_id}/{token}/cancel")
def cancel(here: Here, found: Mine, typed: Posted) -> Response:
    """Cancel everything, or one place, under the activity's rule."""
    refuse_if_started(here, found)
    leaving = _leaving(found, typed.one("place"))
    desk = letters_flows.desk_of(here, found.offer)
    with here.db.write() as session:
        actions.cancel(session, found.registration["id"], BY_LINK, here.clock(), desk, leaving)
    return see(view.address(here, found) + "?done=cancelled")


def _show(
    request: Request,
    here: RegistrationService,
    found: Whole,
    refusal: InvalidInput | None = None,
    typed: Typed | None = None,
    wrong: uuid.UUID | None = None,
) -> Response:
    lang = language(request, found.registration["lang"])
    say = here.pages.catalogue.say
    until = may_change_until(found.offer.activity.names_due_at, found.offer.activity.starts_at)
    problems = {field: say(lang, key) for field, key in (refusal.problems if refusal else {}).items()}
    places = [view.place_of(here, found, a, lang, typed if a["id"] == wrong else None) for a in found.active]
    questions = view.questions_of(found, None, lang, typed if wrong is None else None)
    labels = {question.name: question.label for question in questions}
    for place in places:
        labels |= person_labels(partial(say, lang), place["prefix"], place["questions"], place["number"])
    return page(
        request,
        "personal/registration.html",
        lang,
        refusal.status if refusal else 200,
        page_title=say(lang, f"personal.title.{found.registration['status']}"),
        **view.common(here, found, lang),
        places=places,
        lines=found.lines,
        held_until=text.hour(local(found.registration["hold_until"], found.offer.activity.timezone).time(), lang)
        if found.registration["hold_until"]
        else "",
        questions=questions,
        errors=in_order(problems, labels),
        labels=labels,
        wrong=wrong,
        payment=request.query_params.get("payment", ""),
        done=request.query_params.get("done", ""),
        changes_open=is_open(until, here.clock()),
        changes_until=until,
        cancel_open=is_open(found.offer.activity.starts_at, here.clock()),
        rule=letters.cancel_rule(letters_flows.desk_of(here, found.offer), lang),
    )


def refuse_if_started(here: RegistrationService, found: Whole) -> None:
    """Raises TooLate: from then on, staff decide."""
    if not is_open(found.offer.activity.starts_at, here.clock()):
        raise TooLate()


def _leaving(found: Whole, place: str) -> set[uuid.UUID] | None:
    """The attendee at a place (1, 2, …), or None for everybody."""
    if not place:
        return None
    chosen = {a["id"] for a in found.active if str(a["position"]) == place}
    if not chosen:
        raise NotFound()
    return chosen

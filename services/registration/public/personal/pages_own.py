"""An attendee's own page and the address of a ticket: nothing of the others, never an amount."""

import uuid
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit.app import language, page, see
from kit.auth import allow
from kit.errors import InvalidInput
from registration.changes.flows import change_place, place_change
from registration.changes.rules import is_open, may_change_until
from registration.forms import FormValues, PostedForm
from registration.privacy.queries import opened
from registration.public.personal import view
from registration.public.personal.queries import behind_own_link
from registration.registrations.queries import Whole, attendee, place
from registration.registrations.rules_rows import AttendeeRow
from registration.service import Here, RegistrationService
from registration.signup.typed.view import in_order, person_labels
from registration.strangers.flows import stranger_at

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _behind(here: Here, attendee_id: uuid.UUID, token: str) -> tuple[Whole, AttendeeRow]:
    """One attendee's place behind their own link."""
    with here.db.read() as session:
        whole, row = behind_own_link(session, here.offers, here.links, attendee_id, token)
        return opened(session, whole, here.vault), row


Own = Annotated[tuple[Whole, AttendeeRow], Depends(_behind)]


@router.get("/a/{attendee_id}/{token}")
def show_own(request: Request, here: Here, own: Own) -> Response:
    """One attendee's page: their ticket, their name, their answers; nothing of the others, no amount."""
    return _show_own(request, here, own)


@router.post("/a/{attendee_id}/{token}")
def change_own(request: Request, here: Here, own: Own, form: PostedForm) -> Response:
    """An attendee corrects their name or answers."""
    whole, row = own
    try:
        person, answers = view.person_from(form, row), view.answers_from(whole, form, row)
        change = place_change(here, whole, row, person, answers)
        change_place(here, whole, row, change.sent_by(stranger_at(here, request)))
    except InvalidInput as refusal:
        return _show_own(request, here, own, refusal, form)
    with here.db.read() as session:
        version = attendee(session, row.id).link_version
    return see(here.links.attendee(row.id, version) + "?done=named")


@router.get("/a/{attendee_id}/{token}/calendar.ics")
def own_calendar(here: Here, own: Own) -> Response:
    """The activity for an attendee's own calendar."""
    return view.calendar_of(here, own[0])


@router.get("/T/{code}")
def ticket(request: Request, here: Here, code: str) -> Response:
    """What a phone's camera opens from a ticket: which activity, whether it is valid. No name, no change."""
    attendee_id, version = here.links.read_ticket(code)
    with here.db.read() as session:
        whole, row = place(session, attendee_id, here.offers)
    lang = language(request, whole.registration.lang)
    valid = row.status == "active" and row.ticket_version == version
    return page(
        request,
        "personal/ticket.html",
        lang,
        page_title=here.pages.catalogue.say(lang, "ticket.title"),
        **view.common(here, whole, lang),
        valid=valid and whole.registration.status == "confirmed",
        place=view.place_fields(here, whole, row, lang, None),
    )


def _show_own(
    request: Request,
    here: RegistrationService,
    own: tuple[Whole, AttendeeRow],
    refusal: InvalidInput | None = None,
    form: FormValues | None = None,
) -> Response:
    whole, row = own
    lang = language(request, whole.registration.lang)
    say = here.pages.catalogue.say
    until = may_change_until(whole.offer.activity.names_due_at, whole.offer.activity.starts_at)
    place = view.place_fields(here, whole, row, lang, form)
    labels = person_labels(partial(say, lang), place.prefix, place.questions)
    problems = view.problems_by_field(refusal, row) if refusal else {}
    return page(
        request,
        "personal/attendee.html",
        lang,
        refusal.status if refusal else 200,
        page_title=say(lang, "personal.own_title"),
        **view.common(here, whole, lang),
        place=place,
        labels=labels,
        errors=in_order({field: say(lang, key) for field, key in problems.items()}, labels),
        own_url=request.url.path,
        done=request.query_params.get("done", ""),
        changes_open=is_open(until, here.clock()) and row.status == "active",
        changes_until=until,
    )

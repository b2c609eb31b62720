"""Staff's pages: activities, an activity's people, one registration with everything that happened to it."""

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from kit import app as kit_app
from kit import text
from kit.contracts.callers import Caller
from registration.catalog.offers.rules_activity import keep_percent
from registration.changes import actions as changes_actions
from registration.changes import actions_people as people_actions
from registration.changes.flows import quote_of
from registration.changes.view import answers_by_key, questions_of_place
from registration.checkin.view import point_label
from registration.history import actions as history_actions
from registration.letters import view as letters_view
from registration.letters.flows import letter_context
from registration.office.activities.view import STATUS_KINDS
from registration.office.registrations import queries as file_queries
from registration.office.registrations import view, view_edits
from registration.office.registrations.api import cancel_for_office, read_whole
from registration.office.registrations.schemas import Cancellation
from registration.office.registrations.view_answers import answers_in_words, has_sensitive
from registration.privacy.queries import opened
from registration.registrations.queries import Whole
from registration.service import Coordinator, Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)


@router.get("/staff/registrations/{registration_id}")
def registration(request: Request, registration_id: uuid.UUID, here: Here, caller: Reader) -> Response:
    """One registration, whole."""
    with here.db.read() as session:
        file = file_queries.file_of(session, read_whole(here, session, registration_id))
    return registration_page(request, here, caller, file, editing=_asked(request, here, caller, file))


@router.post("/staff/registrations/{registration_id}/answers")
def answers(request: Request, registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """The same page with what was told in confidence; history remembers who asked."""
    with here.db.write() as session:
        whole = read_whole(here, session, registration_id)
        history_actions.show_sensitive(session, registration_id, caller, here.clock())
        file = file_queries.file_of(session, whole)
        readable = opened(session, whole, here.vault)
    editing = _asked(request, here, caller, file, readable)
    return registration_page(request, here, caller, replace(file, whole=readable), editing=editing, reveal=True)


@router.post("/staff/registrations/{registration_id}/resend")
def resend(registration_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Send the confirmation and every ticket again."""
    with here.db.write() as session:
        context = letter_context(here, read_whole(here, session, registration_id).offer)
        people_actions.resend(session, registration_id, caller, here.clock(), context)
    return kit_app.see(f"{here.home}/staff/registrations/{registration_id}?done=resent")


def _asked(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    file: file_queries.File,
    revealed: Whole | None = None,
) -> view_edits.Editing | None:
    """The part that the address asks to open, for whoever may change it."""
    part = view_edits.part_named(file.whole, request.query_params.get("edit", "")) if may_act(caller) else None
    page = view_edits.Page(here, file.whole, file.note, kit_app.language(request, caller.lang))
    return view_edits.opened_part(page, part, revealed) if part else None


def may_act(caller: Caller) -> bool:
    return caller.may("director", "coordinator")


def registration_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    file: file_queries.File,
    *,
    editing: view_edits.Editing | None = None,
    reveal: bool = False,
    status: int = 200,
) -> Response:
    """The page, with the part that is open; `reveal` shows what was told in confidence."""
    lang = kit_app.language(request, caller.lang)
    file = view.with_order(here, file)
    whole, row, acts = file.whole, file.whole.registration, may_act(caller)
    covers = whole.offer.activity.covers_people
    people = {place.id: answers_in_words(here, whole, attendee, lang, reveal) for place, attendee in _pairs(file)}
    context: dict[str, Any] = {
        **_head(here, whole, lang),
        "billing": file.billing,
        "order": file.order,
        "money_rows": view.money_rows(here, file, lang),
        "line_rows": view.line_rows(here, whole.lines, lang),
        "places": view.places_of(file),
        "place_answers": people,
        "answers": answers_in_words(here, whole, None, lang, reveal),
        "has_sensitive": acts and not reveal and has_sensitive(whole),
        "history": view.history_lines(here, file, lang),
        "may_act": acts,
        "waits": row.waits_for_contact,
        "amendments": file.amendments,
        "owed_in_all": file.owed_in_all,
        "may_add": acts and row.status == "confirmed" and row.amends_id is None and not covers,
        "covers": covers,
        "may_choose": acts and row.status == "confirmed" and len(whole.active) > 1,
        "point": lambda key: point_label(here.pages.catalogue, lang, key),
        "personal_url": here.links.registration(row.id, row.link_version) if acts else "",
        "done": request.query_params.get("done", ""),
        **_edited(request, file, acts, editing),
    }
    return kit_app.page(request, "registrations/registration.html", lang, status, **context)


def _edited(
    request: Request, file: file_queries.File, acts: bool, editing: view_edits.Editing | None
) -> dict[str, Any]:
    """What of the page may be changed, what is open, and what has just been written."""
    closed = view_edits.closed_because(file.whole)
    return {
        "note": file.note,
        "editing": editing,
        "closed": closed,
        "may_edit": acts and closed is None,
        "may_note": acts and view_edits.part_named(file.whole, "note") is not None,
        "edited": request.query_params.get("part", ""),
        "asks_everybody": bool(questions_of_place(file.whole, None, answers_by_key(file.whole, None))),
    }


def _pairs(file: file_queries.File) -> list[tuple[Any, Any]]:
    return list(zip(view.places_of(file), file.whole.attendees, strict=True))


def _head(here: RegistrationService, whole: Whole, lang: str) -> dict[str, Any]:
    row = whole.registration
    return {
        "registration": row,
        "activity": whole.offer.activity,
        "activity_title": letters_view.title(whole.offer, lang),
        "address": f"{here.home}/staff/registrations/{row.id}",
        "status_kinds": STATUS_KINDS,
        "page_title": row.contact_name,
    }


@router.get("/staff/registrations/{registration_id}/cancel")
def ask_cancel(
    request: Request,
    registration_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    place: Annotated[list[uuid.UUID], Query()] = [],  # noqa: B006 (FastAPI copies it.)
    percent: Annotated[int | None, Query(ge=0, le=100)] = None,
) -> Response:
    """Says what cancelling will do, and to whom, before it is done."""
    lang, now = kit_app.language(request, caller.lang), here.clock()
    with here.db.read() as session:
        whole = read_whole(here, session, registration_id)
        context = letter_context(here, whole.offer)
        outcome = changes_actions.preview(session, registration_id, context, now, set(place) or None, percent)
    quote = quote_of(here, registration_id, outcome)
    leaving = [row for row in whole.active if not place or row.id in place]
    contact = whole.registration.contact_email
    addressees = [row for row in leaving if row.email and row.email != contact]
    percent_kept = keep_percent(whole.offer.activity.cancellation, now) if percent is None else percent
    values: dict[str, Any] = {
        **_head(here, whole, lang),
        "outcome": outcome,
        "quote": quote,
        "leaving": [row.full_name or row.code for row in leaving],
        "chosen": place,
        "percent": percent_kept,
        "percent_text": text.percent(Decimal(percent_kept) / 100, lang),
        "by_rule": percent is None,
        "rule": letters_view.cancel_rule(context, lang),
        "letters": len(addressees) + 1,
        "paid": whole.registration.paid_at is not None,
        "page_title": here.pages.catalogue.say(lang, "office.cancel_title"),
    }
    return kit_app.page(request, "registrations/cancel.html", lang, **values)


@router.post("/staff/registrations/{registration_id}/cancel")
def cancel(
    registration_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    place: Annotated[list[uuid.UUID], Form()] = [],  # noqa: B006
    percent: Annotated[int | None, Form(ge=0, le=100)] = None,
) -> Response:
    """Cancel what the screen before said."""
    with here.db.write() as session:
        cancel_for_office(here, session, registration_id, Cancellation(attendees=place, keep_percent=percent), caller)
    return kit_app.see(f"{here.home}/staff/registrations/{registration_id}?done=cancelled")

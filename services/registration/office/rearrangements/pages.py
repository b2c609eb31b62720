"""Postpone, cancel, move online: one form, what it will do to whom, and how far it is."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit import text
from kit.contracts.callers import Caller
from kit.contracts.texts import day as typed_day
from kit.db import new_id
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.moves.queries import standing
from registration.catalog.moves.rules import next_start
from registration.catalog.sections.rules import wall_of
from registration.forms import FormValues, PostedForm
from registration.office.rearrangements import queries
from registration.office.rearrangements.api import begin_for_office, choose_for_office, undo_for_office
from registration.office.rearrangements.schemas import (
    ChoiceIn,
    RearrangementPreview,
    RearrangementRequest,
    RearrangementView,
    UndoRequest,
)
from registration.office.rearrangements.view import WHAT, RearrangeWords
from registration.rearrangements.queries import SHOWN, rearrangements_of
from registration.rearrangements.rules import OFFERED
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/rearrange"
ONE = "/staff/rearrangements/{rearrangement_id}"
# Where the form shows what is wrong with a part of the request.
FIELD_OF = {f"{part}.{lang}": f"{part}_{lang}" for part in ("subject", "text") for lang in ("fr", "en")}
DONE = {"chosen", "undone"}
# Digits of the greatest number a version may have.
LONGEST = 9


@dataclass(frozen=True)
class _Asked:
    """The form as it came, what was wrong with it, and what it would do."""

    form: FormValues
    refusal: Refusal | None = None
    preview: RearrangementPreview | None = None

    @property
    def what(self) -> str:
        what = self.form.one("what", "postpone")
        return what if what in WHAT else "postpone"


@router.get(ADDRESS)
def form(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, what: str = "") -> Response:
    """What is to become of the activity."""
    return _form(request, here, caller, activity_id, _Asked(FormValues({"what": [what]} if what else {})))


@router.post(ADDRESS)
def rearrange(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Show what it will do; confirmed, do it."""
    if form.one("do") == "edit":
        return _form(request, here, caller, activity_id, _Asked(form))
    try:
        asked = _asked(here, activity_id, form)
        if form.one("do") == "confirm":
            with here.db.write() as session:
                begun = begin_for_office(here, session, activity_id, asked, caller)
            return kit_app.see(f"{here.home}/staff/rearrangements/{begun}")
        with here.db.read() as session:
            preview = queries.preview(here, session, activity_id, asked)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form(request, here, caller, activity_id, _Asked(form, refusal))
    return _form(request, here, caller, activity_id, _Asked(form, preview=preview))


def _asked(here: RegistrationService, activity_id: uuid.UUID, form: FormValues) -> RearrangementRequest:
    """The form as a request. Raises InvalidInput for what is no day or no hour."""
    what = _Asked(form).what
    starts = _starts(here, activity_id, form) if what == "postpone" else None
    said: dict[str, Any] = {
        "kind": WHAT[what],
        "starts": starts,
        "move_sale": bool(form.one("move_sale")),
        "move_early_bird": bool(form.one("move_early_bird")),
        "default": form.one("default", "keep"),
        "decide_by": typed_day(form.one("decide_by")),
        "reason": form.one("reason"),
        "subject": {"fr": form.one("subject_fr"), "en": form.one("subject_en")},
        "text": {"fr": form.one("text_fr"), "en": form.one("text_en")},
        "id": form.one("id") or None,
        "version": int(version) if (version := form.one("version")).isdecimal() and len(version) < LONGEST else None,
    }
    try:
        return RearrangementRequest.model_validate(said)
    except ValidationError as error:
        names = {str(one.get("loc", ("",))[0]) for one in error.errors()}
        raise InvalidInput(dict.fromkeys(names, "problem.not_understood")) from error


def _starts(here: RegistrationService, activity_id: uuid.UUID, form: FormValues) -> datetime:
    """The new beginning; the hour stays unless another is given. Raises InvalidInput, NotFound."""
    try:
        day = datetime.fromisoformat(form.one("day"))
        hour = time.fromisoformat(form.one("hour")) if form.one("hour") else None
    except ValueError as error:
        raise InvalidInput({"day": "problem.day_needed"}) from error
    with here.db.read() as session:
        stand = standing(session, activity_id)
    present = _first(here, stand)
    kept = present.time() if present else time()
    return datetime.combine(day.date(), hour or kept)


def _first(here: RegistrationService, found: Any) -> datetime | None:
    """When the next thing of it begins, as it stands."""
    zone = found.draft.timezone
    since = wall_of(found.stand.moved_at or here.clock(), zone)
    return next_start(found.stand.dates, since) if since else None


def _form(
    request: Request, here: RegistrationService, caller: Caller, activity_id: uuid.UUID, asked: _Asked
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        found = standing(session, activity_id)
        earlier = rearrangements_of(session, activity_id)
    words, essentials = RearrangeWords(here.pages.catalogue, lang), found.draft.essentials
    problems = {FIELD_OF.get(name, name): said for name, said in here.errors(asked.refusal, lang).items()}
    context: dict[str, Any] = {
        "values": words.filled(asked.form, asked.what),
        "what": asked.what,
        "kinds": list(WHAT),
        "errors": problems,
        "preview": asked.preview,
        "dates": words.dates(asked.preview) if asked.preview else [],
        "warnings": words.warnings(asked.preview) if asked.preview else [],
        "last_day": text.day(day, lang) if (day := _last_day(asked)) else "",
        "new_id": asked.form.one("id") or str(new_id()),
        "first": _first(here, found),
        "earlier": earlier,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": essentials.title.said.in_(lang),
        "offered": [{"value": one.value, "label": say(lang, f"rearrange.default_{one}")} for one in OFFERED],
        "zone": found.draft.timezone,
        "page_title": say(lang, f"rearrange.title_{asked.what}"),
    }
    status = asked.refusal.status if asked.refusal else 200
    return kit_app.page(request, "rearrangements/form.html", lang, status, **context)


def _last_day(asked: _Asked) -> date | None:
    """The day by which each registration chooses, of what is shown before it is done; None: nothing is asked."""
    asks = asked.preview is not None and WHAT[asked.what] == "postpone"
    return typed_day(asked.form.one("decide_by")) if asks else None


@router.get(ONE)
def progress(
    request: Request,
    rearrangement_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    show: Annotated[str, Query()] = "",
    done: str = "",
) -> Response:
    """How far it is, and what registrations chose."""
    shown = _Shown(show if show in SHOWN else "", done if done in DONE else "")
    return _progress(request, here, caller, rearrangement_id, shown)


@dataclass(frozen=True)
class _Shown:
    """Which choices are listed, what was just done or refused, and what was typed to take it back."""

    show: str = ""
    done: str = ""
    refusal: Refusal | None = None
    form: FormValues = field(default_factory=FormValues)


@router.post(f"{ONE}/choices/{{registration_id}}")
def record_choice(
    request: Request,
    rearrangement_id: uuid.UUID,
    registration_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    form: PostedForm,
) -> Response:
    """What a contact chose by telephone."""
    try:
        answer = ChoiceIn.model_validate({"answer": form.one("answer")}).answer
        with here.db.write() as session:
            choose_for_office(here, session, rearrangement_id, (registration_id, answer), caller)
    except ValidationError:
        refusal: Refusal = InvalidInput({"": "problem.choose_one"})
        return _progress(request, here, caller, rearrangement_id, _Shown(refusal=refusal))
    except NotFound:
        raise
    except Refusal as refused:
        return _progress(request, here, caller, rearrangement_id, _Shown(refusal=refused))
    return kit_app.see(f"{here.home}/staff/rearrangements/{rearrangement_id}?done=chosen")


@router.post(f"{ONE}/undo")
def undo(request: Request, rearrangement_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Take it back, and tell those who were told."""
    texts = {part: {lang: form.one(f"{part}_{lang}") for lang in ("fr", "en")} for part in ("subject", "text")}
    try:
        asked = UndoRequest.model_validate(texts)
        with here.db.write() as session:
            undo_for_office(here, session, rearrangement_id, asked, caller)
    except NotFound:
        raise
    except (ValidationError, Refusal) as error:
        refusal = error if isinstance(error, Refusal) else InvalidInput({"text_fr": "problem.not_understood"})
        return _progress(request, here, caller, rearrangement_id, _Shown(refusal=refusal, form=form))
    return kit_app.see(f"{here.home}/staff/rearrangements/{rearrangement_id}?done=undone")


def _progress(
    request: Request, here: RegistrationService, caller: Caller, rearrangement_id: uuid.UUID, shown: _Shown
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        view = queries.rearrangement_view(here, session, rearrangement_id, shown.show)
        offer = here.offer(session, view.activity_id)
    words = RearrangeWords(here.pages.catalogue, lang)
    problems = {FIELD_OF.get(name, name): said for name, said in here.errors(shown.refusal, lang).items()}
    context: dict[str, Any] = {
        "view": view,
        "values": words.filled(shown.form, "undo"),
        "errors": problems,
        "lines": [words.line(line) for line in view.choices],
        "show": shown.show,
        "done": shown.done,
        "at_work": _at_work(view),
        "address": f"{here.home}/staff/rearrangements/{view.id}",
        "activity_address": f"{here.home}/staff/activities/{view.activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "zone": offer.activity.timezone,
        "page_title": say(lang, f"rearrange.done_{view.kind}"),
    }
    status = shown.refusal.status if shown.refusal else 200
    return kit_app.page(request, "rearrangements/progress.html", lang, status, **context)


def _at_work(view: RearrangementView) -> bool:
    return bool(view.waiting) or view.letters > view.letters_sent + view.letters_left_out

"""The editor: an activity begun from a preset or an older one, written section by section, published."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.copies.rules import NEXT_EDITION
from registration.catalog.presets.rules import LIBRARY, PRESETS
from registration.catalog.presets.view import library_question
from registration.catalog.sections.rules import NotADraft, OnceUsed, SectionChanged
from registration.catalog.sections.schemas import SectionName
from registration.catalog.templates import actions as house
from registration.catalog.templates.queries import templates as house_templates
from registration.editions.queries import last_figures
from registration.editions.view import LastWords
from registration.forms import EditedForm, FormValues, PostedForm
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.authoring import queries
from registration.office.authoring.api import (
    begin_for_office,
    draft_view,
    publish_for_office,
    save_for_office,
    withdraw_for_office,
)
from registration.office.authoring.schemas import DraftView, NewActivity, PublishRequest
from registration.office.authoring.view import (
    Choices,
    Totals,
    first_incomplete,
    section_states,
    section_summaries,
    warning_lines,
)
from registration.office.authoring.view_typed import is_written, section_of, shown
from registration.registrations.held.queries import standing_registrations
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}"
# How the page names a template of the house among the presets.
OF_TEMPLATE = "template-"
# What the page says was done.
DONE = {"begun", "kept", "copied", "saved", "published", "scheduled", "withdrawn"}


@router.get("/staff/new-activity")
def new(request: Request, here: Here, caller: Coordinator, copy: str = "") -> Response:
    """Presets, and the activities that can be copied."""
    return _new(request, here, caller, FormValues({"copy_of": [copy]} if copy else {}))


@router.post("/staff/new-activity")
def begin(request: Request, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Begin the draft and open it, or show the form again with everything still in it."""
    said = {name: form.one(name) for name in ("preset", "title_fr", "place")}
    if form.one("preset").startswith(OF_TEMPLATE):
        said |= {"preset": "", "template": form.one("preset").removeprefix(OF_TEMPLATE)}
    said |= {name: form.one(name) for name in ("copy_of", "day") if form.one(name)}
    try:
        with here.db.write() as session:
            begun = begin_for_office(here, session, NewActivity.model_validate(said), caller)
    except ValidationError:
        return _new(request, here, caller, form, InvalidInput({"day": "problem.not_understood"}))
    except InvalidInput as refusal:
        return _new(request, here, caller, form, refusal)
    done = "copied" if form.one("copy_of") else "begun"
    return kit_app.see(f"{here.home}/staff/activities/{begun.id}/edit?done={done}")


def _new(
    request: Request, here: RegistrationService, caller: Caller, form: FormValues, refusal: Refusal | None = None
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        sources, templates = queries.sources(session), house_templates(session)
    chosen = next((row for row in sources if str(row.id) == form.one("copy_of")), None)
    context: dict[str, Any] = {
        "values": form,
        "errors": here.errors(refusal, lang),
        "presets": list(PRESETS.values()),
        "templates": templates,
        "removed": request.query_params.get("done") == "removed",
        "sources": sources,
        "chosen": chosen,
        "next_day": chosen.day + NEXT_EDITION if chosen and chosen.day else None,
        "page_title": here.pages.catalogue.say(lang, "author.new"),
    }
    return kit_app.page(request, "authoring/new.html", lang, 422 if refusal else 200, **context)


@router.get(f"{ADDRESS}/edit")
def editor(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    at: str = "",
    done: str = "",
) -> Response:
    """Every section with its state, the one that is worked `at` open, and the way to publish."""
    name = SectionName(at) if at in set(SectionName) else None
    return _editor(request, here, caller, activity_id, OpenSection(name, done=done if done in DONE else ""))


@router.post(f"{ADDRESS}/edit/{{name}}")
def save(
    request: Request, activity_id: uuid.UUID, name: SectionName, here: Here, caller: Coordinator, form: PostedForm
) -> Response:
    """Save a section; or change its rows, work out its totals, and show it again unsaved."""
    typed = EditedForm.of(form)
    changed = _rows_changed(here, typed, form, kit_app.language(request, caller.lang))
    if changed is not None:
        return _editor(request, here, caller, activity_id, OpenSection(name, changed, unsaved=True))
    typed = typed.filled(is_written)
    section, problems = section_of(name, typed)
    try:
        if section is None:
            raise InvalidInput(problems)
        with here.db.write() as session:
            save_for_office(here, session, activity_id, section, form.one("mark"), caller)
    except SectionChanged as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(name, typed, refusal, unsaved=True))
    except Refusal as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(name, typed, refusal, form.one("mark")))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/edit?done=saved&at={name.value}#{name.value}")


def _rows_changed(here: RegistrationService, typed: EditedForm, form: FormValues, lang: str) -> EditedForm | None:
    """The form with the rows that a button asked for; None when it asks to save."""
    if form.one("add"):
        return typed.with_row(form.one("add"))
    if form.one("remove"):
        return typed.without_row(form.one("remove"))
    if form.one("up"):
        return typed.with_row_before(form.one("up"))
    if form.one("library") in LIBRARY and form.one("do") == "library":
        question = library_question(form.one("library"), here.pages.catalogue.say)
        if question.key in {typed.one(f"{row}.key") for row in typed.rows("questions")}:
            question = question.model_copy(update={"key": ""})  # Asked twice, it is another question.
        return typed.with_filled_row("questions", shown(question, lang).tree)
    return typed if form.one("do") == "calculate" else None


@dataclass(frozen=True)
class OpenSection:
    """The section somebody works at (none: at none), as it was typed, with what was wrong.

    `mark` is that of the text it began from, `unsaved` that nothing of it is kept yet, `done` what was just done,
    `template` the name for a template that was refused.
    """

    name: SectionName | None = None
    form: EditedForm | None = None
    refusal: Refusal | None = None
    mark: str = ""
    unsaved: bool = False
    done: str = ""
    template: str = ""


def _editor(
    request: Request, here: RegistrationService, caller: Caller, activity_id: uuid.UUID, edited: OpenSection
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        view = draft_view(here, session, activity_id)
        entries = history.of(session, activity_id)
        standing = queries.standing(session, activity_id)
        registered = standing_registrations(session, activity_id)
        last = last_figures(session, standing.copied_from if standing else None)
    forms = {name: shown(getattr(view, name.value), lang) for name in SectionName}
    if edited.name and edited.form:
        forms[edited.name] = edited.form
    say, zone, states = here.pages.catalogue.say, view.timezone, section_states(view)
    context: dict[str, Any] = {
        "view": view,
        "forms": forms,
        "differences": _differences(view, edited, lang),
        "edited": edited,
        "errors": here.errors(edited.refusal, lang),
        "states": states,
        "open": edited.name or first_incomplete(states),
        "summaries": section_summaries(view, here.pages.catalogue, lang),
        "warnings": warning_lines(view, here.pages.catalogue, lang),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "public_address": f"{here.home}/{'en/activities' if lang == 'en' else 'fr/activites'}/",
        "preview": here.links.preview(activity_id, lang),
        "last": LastWords(last, here.pages.catalogue, lang),
        "copied_from": standing.copied_from if standing else None,
        "registered": registered,
        "totals": Totals(here, view, lang),
        "choices": Choices(here, view, lang),
        "entries": history_view.lines(entries, here.pages.catalogue, zone, lang),
        "page_title": view.essentials.title.said.in_(lang) or say(lang, "author.untitled"),
    }
    return kit_app.page(
        request, "authoring/editor.html", lang, edited.refusal.status if edited.refusal else 200, **context
    )


def _differences(view: DraftView, edited: OpenSection, lang: str) -> list[tuple[str, str]]:
    """What somebody else saved and what was typed here, field by field, where the two differ."""
    if not edited.name or not edited.form:
        return []
    return shown(getattr(view, edited.name.value), lang).differences(edited.form)


@router.post(f"{ADDRESS}/publish")
def publish(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    at: Annotated[str, Form()] = "",
    when: Annotated[str, Form()] = "now",
) -> Response:
    """Show it to everybody, now or at a time."""
    try:
        asked = PublishRequest.model_validate({"at": at if when == "later" else None})
        with here.db.write() as session:
            published = publish_for_office(here, session, activity_id, asked, caller)
    except ValidationError:
        return _editor(request, here, caller, activity_id, OpenSection(refusal=InvalidInput({"at": "problem.time"})))
    except Refusal as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(refusal=refusal))
    done = "scheduled" if published.publish_at else "published"
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/edit?done={done}#publication")


@router.post(f"{ADDRESS}/withdraw")
def withdraw(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Make it a draft again, while nobody is registered."""
    try:
        with here.db.write() as session:
            withdraw_for_office(here, session, activity_id, caller)
    except Refusal as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(refusal=refusal))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/edit?done=withdrawn#publication")


@router.post(f"{ADDRESS}/delete")
def delete(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Delete a draft."""
    try:
        with here.db.write() as session:
            actions.delete(session, activity_id, Author(caller, here.clock()))
    except (NotADraft, OnceUsed) as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(refusal=refusal))
    return kit_app.see(f"{here.home}/staff/activities?done=deleted")


@router.post(f"{ADDRESS}/template")
def keep_template(
    request: Request,
    activity_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    template: Annotated[str, Form()] = "",
) -> Response:
    """Keep the activity as a template of the house, to begin others from."""
    try:
        with here.db.write() as session:
            house.keep(session, activity_id, template, Author(caller, here.clock()))
    except NotFound:
        raise
    except Refusal as refusal:
        return _editor(request, here, caller, activity_id, OpenSection(refusal=refusal, template=template))
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/edit?done=kept#publication")


@router.post("/staff/templates/{template_id}/remove")
def remove_template(template_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Remove a template; what was made from it stays."""
    with here.db.write() as session:
        house.remove(session, template_id, Author(caller, here.clock()))
    return kit_app.see(f"{here.home}/staff/new-activity?done=removed")

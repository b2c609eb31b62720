"""Member lists brought in: the file, its columns, its rows before they are written, and how far it is."""

import uuid
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from kit.paging import ListAddress
from registration.forms import FormValues, PostedForm
from registration.members.imports import actions, queries
from registration.members.imports.rules import ImportState
from registration.members.lists.rules_judging import RowKind
from registration.members.writing import actions_undo, flows
from registration.office.imports.view import NOTICES, STATES, ImportWords, decisions, places_chosen
from registration.service import Coordinator, Here, RegistrationService
from registration.uploads import PostedFile

router = APIRouter(include_in_schema=False)
ALL = "/staff/imports"
ONE = f"{ALL}/{{import_id}}"


@router.get(ALL)
def imports(request: Request, here: Here, caller: Coordinator, done: str = "") -> Response:
    """The lists brought in, and the form that brings one in."""
    return _imports_page(request, here, caller, done=done)


@router.post(ALL)
def upload(request: Request, here: Here, caller: Coordinator, posted: PostedFile) -> Response:
    """Read a file; refused, the page comes back and says why."""
    try:
        import_id = flows.take(here, posted.file, posted.values.one("origin"), caller)
    except NotFound:
        raise
    except Refusal as refusal:
        return _imports_page(request, here, caller, posted.values, refusal)
    return kit_app.see(f"{here.home}{ALL}/{import_id}")


@router.get(ONE)
def one_import(
    request: Request,
    here: Here,
    caller: Coordinator,
    import_id: uuid.UUID,
    kind: str = "",
    after: int = 0,
    columns: str = "",
    done: str = "",
) -> Response:
    """The import: its columns to be said, its rows to be decided of, or how far it is."""
    with here.db.read() as session:
        state = queries.import_of(session, import_id).state
    if state is ImportState.READ or (state is ImportState.PREVIEWED and columns):
        return _columns_page(request, here, caller, import_id)
    of_kind = RowKind(kind) if kind in set(RowKind) else None
    return _rows_page(request, here, caller, import_id, Beside(of_kind, max(after, 0), done))


@router.post(f"{ONE}/columns")
def choose_columns(
    request: Request, here: Here, caller: Coordinator, import_id: uuid.UUID, form: PostedForm
) -> Response:
    """Say what the columns are, and look at the rows."""
    places = places_chosen(form)
    try:
        if places is None:
            raise InvalidInput({"places": "problem.import_places"})
        flows.choose(here, import_id, places)
    except InvalidInput as refusal:
        return _columns_page(request, here, caller, import_id, form, refusal)
    return kit_app.see(f"{here.home}{ALL}/{import_id}")


@router.post(f"{ONE}/rows")
def decide(here: Here, _caller: Coordinator, import_id: uuid.UUID, form: PostedForm) -> Response:
    """Keep what was decided of the rows of a page, or of all of them."""
    every = form.one("every")
    with here.db.write() as session:
        if every in ("take", "keep"):
            actions.decide_all(session, import_id, every == "take")
            anew = False
        else:
            anew = actions.decide(session, import_id, decisions(form))
    if anew:
        flows.judge(here, import_id)
    link = ListAddress(f"{here.home}{ALL}/{import_id}", {"kind": form.one("kind"), "after": form.one("after")})
    return kit_app.see(link(done="saved"))


@router.post(f"{ONE}/write")
def write(request: Request, here: Here, caller: Coordinator, import_id: uuid.UUID) -> Response:
    """Write it: the first rows at once, the rest by the worker."""
    try:
        with here.db.write() as session:
            actions.start(session, import_id, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _rows_page(request, here, caller, import_id, Beside(refusal=refusal))
    flows.begin(here, import_id)
    return kit_app.see(f"{here.home}{ALL}/{import_id}")


@router.post(f"{ONE}/undo")
def undo(request: Request, here: Here, caller: Coordinator, import_id: uuid.UUID) -> Response:
    """Take it back as a whole; refused, the page says what is in use."""
    try:
        with here.db.write() as session:
            actions_undo.ask_undo(session, queries.import_of(session, import_id), caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _rows_page(request, here, caller, import_id, Beside(refusal=refusal))
    flows.begin(here, import_id)
    return kit_app.see(f"{here.home}{ALL}/{import_id}")


@router.post(f"{ONE}/discard")
def discard(here: Here, _caller: Coordinator, import_id: uuid.UUID) -> Response:
    """Forget a list that was not written."""
    with here.db.write() as session:
        actions.discard(session, import_id)
    return kit_app.see(f"{here.home}{ALL}?done=discarded")


@dataclass(frozen=True)
class Beside:
    """Which rows a page shows, and what it says beside them."""

    kind: RowKind | None = None
    after: int = 0
    done: str = ""
    refusal: Refusal | None = None


def _imports_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        found = queries.imports(session)
    errors = here.errors(refusal, lang)
    context: dict[str, Any] = {
        "imports": found,
        "marks": STATES,
        "form": form or FormValues(),
        "errors": {"origin": errors.get("origin", ""), "file": errors.get("", "") or errors.get("file", "")},
        "zone": here.association().timezone,
        "done": done if done in NOTICES else "",
    }
    return kit_app.page(request, "imports/imports.html", lang, refusal.status if refusal else 200, **context)


def _columns_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    import_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: InvalidInput | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    words = ImportWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        view = queries.import_view(session, import_id, here.clock())
        rows = queries.first_rows(session, view.it)
    context: dict[str, Any] = {
        "view": view,
        "columns": words.columns(view, rows),
        "choices": words.column_choices(),
        "form": form,
        "errors": here.errors(refusal, lang),
        "address": f"{here.home}{ALL}/{import_id}",
    }
    return kit_app.page(request, "imports/columns.html", lang, 422 if refusal else 200, **context)


def _rows_page(
    request: Request, here: RegistrationService, caller: Caller, import_id: uuid.UUID, asked: Beside
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        view = queries.import_view(session, import_id, here.clock())
        page = queries.rows_page(session, import_id, asked.kind, asked.after)
        left = queries.left_rows(session, import_id)
        names = queries.company_names(session, [row.match_id for row in page.rows])
        words = ImportWords(here.pages.catalogue, lang, queries.groupings(session))
    link = ListAddress(f"{here.home}{ALL}/{import_id}", {"kind": asked.kind or ""})
    context: dict[str, Any] = {
        "view": view,
        "lines": words.lines(page.rows, names),
        "left": words.lines(left, {}),
        "next": link(after=str(page.next)) if page.next else "",
        "kind_tabs": words.tabs(view, link, asked.kind),
        "kind": asked.kind or "",
        "after": asked.after,
        "mark": STATES[view.it.state],
        "errors": here.errors(asked.refusal, lang),
        "zone": here.association().timezone,
        "address": f"{here.home}{ALL}/{import_id}",
        "done": asked.done if asked.done in NOTICES else "",
    }
    status = asked.refusal.status if asked.refusal else 200
    return kit_app.page(request, "imports/import.html", lang, status, **context)

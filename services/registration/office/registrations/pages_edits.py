"""Staff change one part of a registration, in its place on the page."""

import uuid

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.errors import InvalidInput, NotFound
from registration.changes.edits.flows import apply_edit, checked
from registration.changes.edits.rules import EditedMeanwhile
from registration.forms import PostedForm
from registration.notes.queries import note_of
from registration.office.registrations import queries as file_queries
from registration.office.registrations import view_edits
from registration.office.registrations.api import read_whole
from registration.office.registrations.pages import registration_page
from registration.office.registrations.view_edits import Editing, Page, edit_from, part_named
from registration.registrations.rules import NotInThisState
from registration.service import Coordinator, Here

router = APIRouter(include_in_schema=False)


@router.post("/staff/registrations/{registration_id}/edit/{part}")
def edit(
    request: Request, registration_id: uuid.UUID, part: str, here: Here, caller: Coordinator, form: PostedForm
) -> Response:
    """Write it, or show it again with everything still in it: beside its problems, or beside what somebody else wrote
    meanwhile."""
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        whole, note = read_whole(here, session, registration_id), note_of(session, registration_id)
    named = part_named(whole, part)
    if named is None:
        raise NotInThisState()

    def shown_again(editing: Editing, status: int) -> Response:
        with here.db.read() as session:
            file = file_queries.file_of(session, read_whole(here, session, registration_id))
        return registration_page(request, here, caller, file, editing=editing, status=status)

    try:
        wanted = checked(here, whole, edit_from(whole, named, form))
        with here.db.write() as session:
            letters = apply_edit(here, session, wanted, caller)
    except InvalidInput as refusal:
        return shown_again(view_edits.typed_part(Page(here, whole, note, lang), named, form, refusal.places), 422)
    except EditedMeanwhile:
        with here.db.read() as session:
            fresh = Page(here, read_whole(here, session, registration_id), note_of(session, registration_id), lang)
        now = part_named(fresh.whole, part)
        if now is None:
            raise NotFound() from None
        typed = view_edits.typed_part(fresh, now, form, {})
        return shown_again(view_edits.faced_with(fresh, typed), EditedMeanwhile.status)
    done = "corrected-sent" if letters else "corrected"
    address = f"{here.home}/staff/registrations/{registration_id}"
    return kit_app.see(f"{address}?part={named.name}&done={done}#{named.name}")

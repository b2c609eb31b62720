"""Staff's page of the lists by which companies are told apart: sectors, territories, categories."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound
from registration.forms import FormValues, PostedForm, typed
from registration.members.models import Grouping
from registration.members.queries_list import members_by_sector
from registration.members.records import actions_lists
from registration.members.records.queries import company_lists
from registration.members.records.rules_lists import entry_details
from registration.members.records.schemas import EntryForm
from registration.members.rules import GroupingKind
from registration.office.records.view import ListWords
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]


@router.get("/staff/company-lists")
def lists(request: Request, here: Here, caller: Staff, done: str = "") -> Response:
    """Sectors, territories and categories."""
    return _lists(request, here, caller, done=done if done in ("added", "changed") else "")


@router.get("/staff/company-lists/{entry_id}")
def entry_form(request: Request, here: Here, caller: Staff, entry_id: uuid.UUID) -> Response:
    """The form filled in with an entry of a list."""
    with here.db.read() as session:
        row = session.get(Grouping, entry_id)
        if row is None:
            raise NotFound()
        form = EntryForm.of(row)
    return _lists(request, here, caller, form, entry_id)


@router.post("/staff/company-lists")
def add_entry(request: Request, here: Here, caller: Staff, values: PostedForm) -> Response:
    """One more entry of a list."""
    form = typed(EntryForm, values, kind=_kind(values))
    try:
        details = entry_details(form)
        with here.db.write() as session:
            actions_lists.add_entry(session, details, caller, here.clock())
    except InvalidInput as refusal:
        return _lists(request, here, caller, form, None, refusal)
    return kit_app.see(f"{here.home}/staff/company-lists?done=added")


@router.post("/staff/company-lists/{entry_id}")
def change_entry(request: Request, here: Here, caller: Staff, entry_id: uuid.UUID, values: PostedForm) -> Response:
    """Write an entry anew, or show again what was typed."""
    form = typed(EntryForm, values, kind=_kind(values))
    try:
        details = entry_details(form)
        with here.db.write() as session:
            actions_lists.change_entry(session, entry_id, details, caller, here.clock())
    except InvalidInput as refusal:
        return _lists(request, here, caller, form, entry_id, refusal)
    return kit_app.see(f"{here.home}/staff/company-lists?done=changed")


def _kind(values: FormValues) -> GroupingKind:
    """Which list is written. Raises NotFound."""
    kind = values.one("kind")
    if kind not in set(GroupingKind):
        raise NotFound()
    return GroupingKind(kind)


def _lists(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    form: EntryForm | None = None,
    entry_id: uuid.UUID | None = None,
    refusal: InvalidInput | None = None,
    done: str = "",
) -> Response:
    lang, terms = kit_app.language(request, caller.lang), here.member_terms()
    with here.db.read() as session:
        lists = company_lists(session)
        members = members_by_sector(session, terms, lists)
    words = ListWords(here.pages.catalogue, lang, lists, terms.day)
    return kit_app.page(
        request,
        "records/lists.html",
        lang,
        422 if refusal else 200,
        words=words,
        members=members,
        all_members=sum(members.values()),
        kinds=list(GroupingKind),
        form=form,
        entry_id=entry_id,
        errors=here.errors(refusal, lang),
        done=done,
    )

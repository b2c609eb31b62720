"""Companies, people, periods and lists written through the API: what the staff's pages do."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.members.records import actions, actions_lists, actions_people
from registration.members.records.actions_people import Editing
from registration.members.records.queries import list_rows
from registration.members.records.rules import AlreadyActing, ChangedMeanwhile, person_details
from registration.members.records.rules_lists import entry_details
from registration.office.records.schemas import (
    CompanyIn,
    CompanyReference,
    EntryIn,
    EntryOut,
    PeriodIn,
    PeriodReference,
    PersonRecordIn,
    PersonReference,
)
from registration.renewals.actions import refuse_beside_notice
from registration.service import Here

router = APIRouter(tags=["members"])
Staff = Annotated[Caller, allow("director", "coordinator")]
COMPANY = "/api/companies/{company_id}"
PERSON = f"{COMPANY}/people/{{person_id}}"


@router.post("/api/companies", response_model=CompanyReference, status_code=201, openapi_extra=refusals(InvalidInput))
def create_company(here: Here, caller: Staff, body: CompanyIn, key: Key) -> Response:
    """A new company: a prospect until it has a period of membership."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> CompanyReference:
            made = actions.create_company(session, body.form(), caller, now, here.settings.reach)
            return CompanyReference.of(made)

        return once(session, key, now, act, 201)


@router.post(
    COMPANY,
    response_model=CompanyReference,
    openapi_extra=refusals(NotFound, InvalidInput, ChangedMeanwhile),
)
def change_company(here: Here, caller: Staff, company_id: uuid.UUID, body: CompanyIn, key: Key) -> Response:
    """Write a company anew, whole."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> CompanyReference:
            changed = actions.change_company(session, company_id, body.form(), caller, now, here.settings.reach)
            return CompanyReference.of(changed)

        return once(session, key, now, act)


@router.post(
    f"{COMPANY}/people",
    response_model=PersonReference,
    status_code=201,
    openapi_extra=refusals(NotFound, InvalidInput, AlreadyActing),
)
def add_person(here: Here, caller: Staff, company_id: uuid.UUID, body: PersonRecordIn, key: Key) -> Response:
    """Somebody who acts for the company from today on; known by their address, they act for both."""
    details, editing = person_details(body.form(), here.settings.reach), _editing(here, caller)
    with here.db.write() as session:

        def act() -> PersonReference:
            return PersonReference.of(actions_people.add_person(session, company_id, details, editing))

        return once(session, key, editing.now, act, 201)


@router.post(PERSON, response_model=PersonReference, openapi_extra=refusals(NotFound, InvalidInput, ChangedMeanwhile))
def change_person(
    here: Here, caller: Staff, company_id: uuid.UUID, person_id: uuid.UUID, body: PersonRecordIn, key: Key
) -> Response:
    """Their name, address and language everywhere, and what they do for this company."""
    details, editing = person_details(body.form(), here.settings.reach), _editing(here, caller)
    with here.db.write() as session:

        def act() -> PersonReference:
            return PersonReference.of(actions_people.change_person(session, person_id, company_id, details, editing))

        return once(session, key, editing.now, act)


@router.post(f"{PERSON}/leave", response_model=PersonReference, openapi_extra=refusals(NotFound))
def leave_company(here: Here, caller: Staff, company_id: uuid.UUID, person_id: uuid.UUID, key: Key) -> Response:
    """They act for this company no more; their link opens it no more."""
    editing = _editing(here, caller)
    with here.db.write() as session:

        def act() -> PersonReference:
            return PersonReference.of(actions_people.leave(session, person_id, company_id, editing))

        return once(session, key, editing.now, act)


@router.post(
    f"{COMPANY}/memberships",
    response_model=PeriodReference,
    status_code=201,
    openapi_extra=refusals(NotFound, InvalidInput),
)
def add_membership(here: Here, caller: Staff, company_id: uuid.UUID, body: PeriodIn, key: Key) -> Response:
    """One more period of membership; it shares no day with another."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> PeriodReference:
            period = actions.add_period(session, company_id, body.form(), caller, now)
            refuse_beside_notice(session, period)
            return PeriodReference.of(period)

        return once(session, key, now, act, 201)


@router.post(
    "/api/memberships/{period_id}", response_model=PeriodReference, openapi_extra=refusals(NotFound, InvalidInput)
)
def change_membership(here: Here, caller: Staff, period_id: uuid.UUID, body: PeriodIn, key: Key) -> Response:
    """Write a period anew: other days, a fee, paid, or left."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> PeriodReference:
            period = actions.change_period(session, period_id, body.form(), caller, now)
            refuse_beside_notice(session, period)
            return PeriodReference.of(period)

        return once(session, key, now, act)


@router.get("/api/company-lists")
def list_company_lists(here: Here, _caller: Staff) -> list[EntryOut]:
    """Sectors, territories and categories, those that ended too."""
    with here.db.read() as session:
        return [EntryOut.of(row) for row in list_rows(session)]


@router.post("/api/company-lists", response_model=EntryOut, status_code=201, openapi_extra=refusals(InvalidInput))
def add_list_entry(here: Here, caller: Staff, body: EntryIn, key: Key) -> Response:
    """One more entry of a list."""
    now, details = here.clock(), entry_details(body.form())
    with here.db.write() as session:

        def act() -> EntryOut:
            return EntryOut.of(actions_lists.add_entry(session, details, caller, now))

        return once(session, key, now, act, 201)


@router.post("/api/company-lists/{entry_id}", response_model=EntryOut, openapi_extra=refusals(NotFound, InvalidInput))
def change_list_entry(here: Here, caller: Staff, entry_id: uuid.UUID, body: EntryIn, key: Key) -> Response:
    """Write an entry anew; its key and its list stay."""
    now, details = here.clock(), entry_details(body.form())
    with here.db.write() as session:

        def act() -> EntryOut:
            return EntryOut.of(actions_lists.change_entry(session, entry_id, details, caller, now))

        return once(session, key, now, act)


def _editing(here: Here, caller: Caller) -> Editing:
    return Editing(caller, here.clock(), here.member_terms().day)

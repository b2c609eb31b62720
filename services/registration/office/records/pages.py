"""Staff's forms of a company, its people and its periods."""

import uuid
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.forms import PostedForm, typed
from registration.members.models import Company, Membership, Person
from registration.members.queries_people import acting
from registration.members.records import actions, actions_people
from registration.members.records.actions_people import Editing
from registration.members.records.queries import company_lists
from registration.members.records.rules import person_details
from registration.members.records.schemas import CompanyForm, PeriodForm, PersonForm
from registration.members.rules import Role
from registration.office.records.view import ListWords
from registration.renewals.actions import refuse_beside_notice
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]
COMPANY = "/staff/members/{company_id}"
Kept = TypeVar("Kept", Company, Membership, Person)


@router.get("/staff/new-company")
def new_company(request: Request, here: Here, caller: Staff) -> Response:
    """An empty form."""
    return _company_form(Shown(request, here, caller), None, CompanyForm())


@router.post("/staff/new-company")
def create_company(request: Request, here: Here, caller: Staff, values: PostedForm) -> Response:
    """Write a new company, or show again what was typed."""
    form = typed(CompanyForm, values)
    try:
        with here.db.write() as session:
            company_id = actions.create_company(session, form, caller, here.clock(), here.settings.reach).id
    except InvalidInput as refusal:
        return _company_form(Shown(request, here, caller), None, form, refusal)
    return _done(here, company_id, "created")


@router.get(f"{COMPANY}/edit")
def company_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """The form filled in with the company."""
    with here.db.read() as session:
        form = CompanyForm.of(_found(session, Company, company_id))
    return _company_form(Shown(request, here, caller), company_id, form)


@router.post(f"{COMPANY}/edit")
def change_company(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, values: PostedForm) -> Response:
    """Write the company anew, or show again what was typed."""
    form = typed(CompanyForm, values)
    try:
        with here.db.write() as session:
            actions.change_company(session, company_id, form, caller, here.clock(), here.settings.reach)
    except NotFound:
        raise
    except Refusal as refusal:
        return _company_form(Shown(request, here, caller), company_id, form, refusal)
    return _done(here, company_id, "changed")


@router.get(f"{COMPANY}/new-person")
def new_person(request: Request, here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """An empty form."""
    return _person_form(Shown(request, here, caller), company_id, None, PersonForm())


@router.post(f"{COMPANY}/new-person")
def add_person(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, values: PostedForm) -> Response:
    """Somebody who acts for the company from today on."""
    form = typed(PersonForm, values)
    try:
        details = person_details(form, here.settings.reach)
        with here.db.write() as session:
            actions_people.add_person(session, company_id, details, _editing(here, caller))
    except NotFound:
        raise
    except Refusal as refusal:
        return _person_form(Shown(request, here, caller), company_id, None, form, refusal)
    return _done(here, company_id, "person")


@router.get(f"{COMPANY}/people/{{person_id}}")
def person_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, person_id: uuid.UUID) -> Response:
    """The form filled in with somebody of the company."""
    today = here.member_terms().day
    with here.db.read() as session:
        person, roles = _found(session, Person, person_id), acting(session, person_id, company_id, today)
        form = PersonForm.of(person, sorted(roles))
    if not roles:
        raise NotFound()
    return _person_form(Shown(request, here, caller), company_id, person_id, form)


@router.post(f"{COMPANY}/people/{{person_id}}")
def change_person(
    request: Request,
    here: Here,
    caller: Staff,
    company_id: uuid.UUID,
    person_id: uuid.UUID,
    values: PostedForm,
) -> Response:
    """Write somebody anew, or show again what was typed."""
    form = typed(PersonForm, values)
    try:
        details = person_details(form, here.settings.reach)
        with here.db.write() as session:
            actions_people.change_person(session, person_id, company_id, details, _editing(here, caller))
    except NotFound:
        raise
    except Refusal as refusal:
        return _person_form(Shown(request, here, caller), company_id, person_id, form, refusal)
    return _done(here, company_id, "person_changed")


@router.post(f"{COMPANY}/people/{{person_id}}/leave")
def leave_company(here: Here, caller: Staff, company_id: uuid.UUID, person_id: uuid.UUID) -> Response:
    """They act for this company no more."""
    with here.db.write() as session:
        actions_people.leave(session, person_id, company_id, _editing(here, caller))
    return _done(here, company_id, "left")


@router.get(f"{COMPANY}/new-period")
def new_period(request: Request, here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """An empty form, with the category that the company has."""
    with here.db.read() as session:
        form = PeriodForm(category=_found(session, Company, company_id).category)
    return _period_form(Shown(request, here, caller), company_id, None, form)


@router.post(f"{COMPANY}/new-period")
def add_period(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, values: PostedForm) -> Response:
    """One more period of membership."""
    form = typed(PeriodForm, values)
    try:
        with here.db.write() as session:
            refuse_beside_notice(session, actions.add_period(session, company_id, form, caller, here.clock()))
    except InvalidInput as refusal:
        return _period_form(Shown(request, here, caller), company_id, None, form, refusal)
    return _done(here, company_id, "period")


@router.get(f"{COMPANY}/periods/{{period_id}}")
def period_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, period_id: uuid.UUID) -> Response:
    """The form filled in with a period of the company."""
    with here.db.read() as session:
        period = _found(session, Membership, period_id)
        if period.company_id != company_id:
            raise NotFound()
        form = PeriodForm.of(period)
    return _period_form(Shown(request, here, caller), company_id, period_id, form)


@router.post(f"{COMPANY}/periods/{{period_id}}")
def change_period(
    request: Request,
    here: Here,
    caller: Staff,
    company_id: uuid.UUID,
    period_id: uuid.UUID,
    values: PostedForm,
) -> Response:
    """Write a period anew, or show again what was typed."""
    form = typed(PeriodForm, values)
    try:
        with here.db.write() as session:
            period = actions.change_period(session, period_id, form, caller, here.clock())
            if period.company_id != company_id:
                raise NotFound()
            refuse_beside_notice(session, period)
    except InvalidInput as refusal:
        return _period_form(Shown(request, here, caller), company_id, period_id, form, refusal)
    return _done(here, company_id, "period_changed")


def _editing(here: RegistrationService, caller: Caller) -> Editing:
    return Editing(caller, here.clock(), here.member_terms().day)


def _found(session: Session, model: type[Kept], key: uuid.UUID) -> Kept:
    """Raises NotFound; so it does for a company that was merged, and of which nothing is written any more."""
    row = session.get(model, key)
    if row is None or (isinstance(row, Company) and row.merged_into_id is not None):
        raise NotFound()
    return row


@dataclass(frozen=True)
class Shown:
    """Whoever is shown a form, or shown it again with what they typed and what was wrong with it."""

    request: Request
    here: RegistrationService
    caller: Caller

    @property
    def lang(self) -> str:
        return kit_app.language(self.request, self.caller.lang)

    def words(self, session: Session) -> ListWords:
        return ListWords(self.here.pages.catalogue, self.lang, company_lists(session), self.here.member_terms().day)

    def page(self, template: str, form: BaseModel, refusal: Refusal | None, **context: object) -> Response:
        status, errors = refusal.status if refusal else 200, self.here.errors(refusal, self.lang)
        return kit_app.page(self.request, f"records/{template}", self.lang, status, form=form, errors=errors, **context)


def _company_form(
    shown: Shown, company_id: uuid.UUID | None, form: CompanyForm, refusal: Refusal | None = None
) -> Response:
    with shown.here.db.read() as session:
        words = shown.words(session)
        name = _found(session, Company, company_id).name if company_id else ""
    choices = {"provinces": words.provinces(form.province), "payments": words.payments()}
    return shown.page("edit.html", form, refusal, company_id=company_id, name=name, words=words, **choices)


def _person_form(
    shown: Shown,
    company_id: uuid.UUID,
    person_id: uuid.UUID | None,
    form: PersonForm,
    refusal: Refusal | None = None,
) -> Response:
    with shown.here.db.read() as session:
        company = _found(session, Company, company_id)
    return shown.page("person.html", form, refusal, company=company, person_id=person_id, roles=list(Role))


def _period_form(
    shown: Shown,
    company_id: uuid.UUID,
    period_id: uuid.UUID | None,
    form: PeriodForm,
    refusal: Refusal | None = None,
) -> Response:
    with shown.here.db.read() as session:
        company, words = _found(session, Company, company_id), shown.words(session)
    return shown.page("period.html", form, refusal, company=company, period_id=period_id, words=words)


def _done(here: RegistrationService, company_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done={what}")

"""Staff's forms of a company, its people and its periods."""

import uuid
from typing import Annotated, TypeVar

from fastapi import APIRouter, Request, Response
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
from registration.members.records.rules import company_details, person_details
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
    return _company_form(request, here, caller, None, CompanyForm())


@router.post("/staff/new-company")
def create_company(request: Request, here: Here, caller: Staff, values: PostedForm) -> Response:
    """Write a new company, or show again what was typed."""
    form = typed(CompanyForm, values)
    try:
        with here.db.write() as session:
            details = company_details(form, company_lists(session).offered, here.settings.reach)
            company_id = actions.create_company(session, details, caller, here.clock()).id
    except InvalidInput as refusal:
        return _company_form(request, here, caller, None, form, refusal)
    return _done(here, company_id, "created")


@router.get(f"{COMPANY}/edit")
def company_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """The form filled in with the company."""
    with here.db.read() as session:
        form = CompanyForm.of(_found(session, Company, company_id))
    return _company_form(request, here, caller, company_id, form)


@router.post(f"{COMPANY}/edit")
def change_company(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, values: PostedForm) -> Response:
    """Write the company anew, or show again what was typed."""
    form = typed(CompanyForm, values)
    try:
        with here.db.write() as session:
            details = company_details(form, company_lists(session).offered, here.settings.reach)
            actions.change_company(session, company_id, details, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _company_form(request, here, caller, company_id, form, refusal)
    return _done(here, company_id, "changed")


@router.get(f"{COMPANY}/new-person")
def new_person(request: Request, here: Here, caller: Staff, company_id: uuid.UUID) -> Response:
    """An empty form."""
    return _person_form(request, here, caller, company_id, None, PersonForm())


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
        return _person_form(request, here, caller, company_id, None, form, refusal)
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
    return _person_form(request, here, caller, company_id, person_id, form)


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
        return _person_form(request, here, caller, company_id, person_id, form, refusal)
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
    return _period_form(request, here, caller, company_id, None, form)


@router.post(f"{COMPANY}/new-period")
def add_period(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, values: PostedForm) -> Response:
    """One more period of membership."""
    form = typed(PeriodForm, values)
    try:
        with here.db.write() as session:
            refuse_beside_notice(session, actions.add_period(session, company_id, form, caller, here.clock()))
    except InvalidInput as refusal:
        return _period_form(request, here, caller, company_id, None, form, refusal)
    return _done(here, company_id, "period")


@router.get(f"{COMPANY}/periods/{{period_id}}")
def period_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, period_id: uuid.UUID) -> Response:
    """The form filled in with a period of the company."""
    with here.db.read() as session:
        period = _found(session, Membership, period_id)
        if period.company_id != company_id:
            raise NotFound()
        form = PeriodForm.of(period)
    return _period_form(request, here, caller, company_id, period_id, form)


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
        return _period_form(request, here, caller, company_id, period_id, form, refusal)
    return _done(here, company_id, "period_changed")


def _editing(here: RegistrationService, caller: Caller) -> Editing:
    return Editing(caller, here.clock(), here.member_terms().day)


def _found(session: Session, model: type[Kept], key: uuid.UUID) -> Kept:
    row = session.get(model, key)
    if row is None:
        raise NotFound()
    return row


def _company_form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    company_id: uuid.UUID | None,
    form: CompanyForm,
    refusal: Refusal | None = None,
) -> Response:
    lang, today = kit_app.language(request, caller.lang), here.member_terms().day
    with here.db.read() as session:
        words = ListWords(here.pages.catalogue, lang, company_lists(session), today)
        name = _found(session, Company, company_id).name if company_id else ""
    return kit_app.page(
        request,
        "records/edit.html",
        lang,
        refusal.status if refusal else 200,
        form=form,
        errors=here.errors(refusal, lang),
        company_id=company_id,
        name=name,
        words=words,
        provinces=words.provinces(),
        payments=words.payments(),
    )


def _person_form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    company_id: uuid.UUID,
    person_id: uuid.UUID | None,
    form: PersonForm,
    refusal: Refusal | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        company = _found(session, Company, company_id)
    return kit_app.page(
        request,
        "records/person.html",
        lang,
        refusal.status if refusal else 200,
        form=form,
        errors=here.errors(refusal, lang),
        company=company,
        person_id=person_id,
        roles=list(Role),
    )


def _period_form(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    company_id: uuid.UUID,
    period_id: uuid.UUID | None,
    form: PeriodForm,
    refusal: Refusal | None = None,
) -> Response:
    lang, today = kit_app.language(request, caller.lang), here.member_terms().day
    with here.db.read() as session:
        company = _found(session, Company, company_id)
        words = ListWords(here.pages.catalogue, lang, company_lists(session), today)
    return kit_app.page(
        request,
        "records/period.html",
        lang,
        refusal.status if refusal else 200,
        form=form,
        errors=here.errors(refusal, lang),
        company=company,
        period_id=period_id,
        words=words,
    )


def _done(here: RegistrationService, company_id: uuid.UUID, what: str) -> Response:
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done={what}")

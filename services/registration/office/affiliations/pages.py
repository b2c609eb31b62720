"""Staff's pages about affiliations: what a partner is to be told, and what one company agreed to."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import StreamingResponse

from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput, NotFound
from registration.forms import PostedForm, typed
from registration.members.affiliations import actions
from registration.members.affiliations.queries import changes, of_company, plans
from registration.members.affiliations.rules import AffiliationEnded, PartnerListChanged, consent, mark_of
from registration.members.affiliations.schemas import ConsentForm
from registration.members.models import Company
from registration.office.affiliations.api import changes_file, known
from registration.office.affiliations.schemas import ChangesExport
from registration.service import Here, RegistrationService

router = APIRouter(include_in_schema=False)
Staff = Annotated[Caller, allow("director", "coordinator")]
DONE = ("told", "added", "changed", "ended", "reopened")
OF_COMPANY = "/staff/members/{company_id}/affiliations/{plan_id}"


@router.get("/staff/affiliations")
def affiliations(request: Request, here: Here, caller: Staff, since: str = "", done: str = "") -> Response:
    """For each affiliation, what its partner is to be told."""
    return _list(request, here, caller, since, done=done if done in DONE else "")


@router.get("/staff/affiliations/{plan_id}/export")
def export_changes(
    request: Request, here: Here, caller: Staff, plan_id: uuid.UUID, asked: Annotated[ChangesExport, Query()]
) -> StreamingResponse:
    """The same as a file."""
    return changes_file(here, plan_id, asked, kit_app.language(request, caller.lang))


@router.post("/staff/affiliations/{plan_id}/told")
def tell(
    request: Request, here: Here, caller: Staff, plan_id: uuid.UUID, mark: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """The partner was told what was shown; what came since is shown first."""
    terms = here.member_terms()
    try:
        with here.db.write() as session:
            actions.tell(session, plan_id, mark, terms, caller, here.clock())
    except PartnerListChanged as refusal:
        return _list(request, here, caller, "", refusal)
    return kit_app.see(f"{here.home}/staff/affiliations?done=told")


@router.get(OF_COMPANY)
def consent_form(request: Request, here: Here, caller: Staff, company_id: uuid.UUID, plan_id: uuid.UUID) -> Response:
    """What the company agreed to, or an empty form of today."""
    return _consent(request, here, caller, company_id, plan_id)


@router.post(OF_COMPANY)
def agree(
    request: Request, here: Here, caller: Staff, company_id: uuid.UUID, plan_id: uuid.UUID, values: PostedForm
) -> Response:
    """Write down that the company agreed, or show again what was typed."""
    form, today = typed(ConsentForm, values), here.member_terms().day
    try:
        with here.db.write() as session:
            plan = known(session, plan_id)
            actions.agree(session, company_id, plan, consent(form, plan, today), caller, here.clock())
    except (InvalidInput, AffiliationEnded) as refusal:
        return _consent(request, here, caller, company_id, plan_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done=agreed")


@router.post(f"{OF_COMPANY}/withdraw")
def withdraw(here: Here, caller: Staff, company_id: uuid.UUID, plan_id: uuid.UUID) -> Response:
    """The company agrees no more."""
    today = here.member_terms().day
    with here.db.write() as session:
        actions.withdraw(session, company_id, known(session, plan_id), today, caller, here.clock())
    return kit_app.see(f"{here.home}/staff/members/{company_id}?done=disagreed")


def _list(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    since: str,
    refusal: PartnerListChanged | None = None,
    done: str = "",
) -> Response:
    terms, day = here.member_terms(), read_day(since)
    with here.db.read() as session:
        every = [(plan, changes(session, plan.id, day, terms)) for plan in plans(session)]
    return kit_app.page(
        request,
        "affiliations/list.html",
        kit_app.language(request, caller.lang),
        refusal.status if refusal else 200,
        every=[(plan, lines, mark_of(lines)) for plan, lines in every],
        since=day.isoformat() if day else "",
        changed=refusal is not None,
        done=done,
    )


def _consent(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    company_id: uuid.UUID,
    plan_id: uuid.UUID,
    form: ConsentForm | None = None,
    refusal: InvalidInput | AffiliationEnded | None = None,
) -> Response:
    lang, today = kit_app.language(request, caller.lang), here.member_terms().day
    with here.db.read() as session:
        company = session.get(Company, company_id)
        mine = next((one for one in of_company(session, company_id) if one.plan.id == plan_id), None)
    if company is None or mine is None:
        raise NotFound()
    has = mine.affiliated
    return kit_app.page(
        request,
        "affiliations/consent.html",
        lang,
        refusal.status if refusal else 200,
        company=company,
        mine=mine,
        form=form or ConsentForm(given_on=today.isoformat(), wording=has.wording if has else ""),
        today=today,
        errors=here.errors(refusal, lang),
    )

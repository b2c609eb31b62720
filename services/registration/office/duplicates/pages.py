"""Companies and people that are there twice: pairs and why, side by side, merged field by field, taken back."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from kit import app as kit_app
from kit.errors import NotFound
from registration.forms import PostedForm
from registration.members.duplicates import actions, flows, queries
from registration.members.duplicates.rules import Subject
from registration.members.duplicates.rules_fields import CompanyField
from registration.members.mergers.actions import Merge, merge_people
from registration.members.models import Company
from registration.members.queries_list import CompanyFilter, companies
from registration.office.duplicates.queries import company_sides, person_sides
from registration.office.duplicates.view import NOTICES, PairWords, chosen_fields, likely_kept
from registration.registrations.arrears.actions_mergers import merge_companies, undo_merge
from registration.service import Coordinator, Here

router = APIRouter(include_in_schema=False)
ALL = "/staff/duplicates"
COMPANIES = f"{ALL}/companies/{{one}}/{{other}}"
PEOPLE = f"{ALL}/people/{{one}}/{{other}}"


@router.get(ALL)
def duplicates(request: Request, here: Here, caller: Coordinator, done: str = "") -> Response:
    """Pairs that may be one, and merges that can still be undone."""
    flows.refresh(here)
    lang = kit_app.language(request, caller.lang)
    words = PairWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        pairs, people = queries.company_pairs(session), queries.person_pairs(session)
        mergers = queries.mergers(session, here.clock())
    context: dict[str, Any] = {
        "pairs": [(one, words.why(one.why)) for one in pairs],
        "people": people,
        "mergers": mergers,
        "zone": here.association().timezone,
        "done": done if done in NOTICES else "",
    }
    return kit_app.page(request, "duplicates/duplicates.html", lang, **context)


@router.get(f"{ALL}/of/{{company_id}}")
def choose_other(
    request: Request,
    here: Here,
    caller: Coordinator,
    company_id: uuid.UUID,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The company that one is to be merged with, looked for by name."""
    lang, terms = kit_app.language(request, caller.lang), here.member_terms()
    with here.db.read() as session:
        company = session.get(Company, company_id)
        found = companies(session, CompanyFilter(q), terms).rows if q else ()
    if company is None:
        raise NotFound()
    rows = [row.company for row in found if row.company.id != company_id]
    return kit_app.page(request, "duplicates/choose.html", lang, company=company, rows=rows, q=q)


@router.get(COMPANIES)
def two_companies(
    request: Request, here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID, kept: uuid.UUID | None = None
) -> Response:
    """Two companies side by side: what each brings, and what is chosen of each."""
    flows.refresh(here)
    lang = kit_app.language(request, caller.lang)
    words = PairWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        sides = company_sides(session, one, other)
    stays = kept if kept in (one, other) else likely_kept(sides)
    context: dict[str, Any] = {
        "sides": [(side, words.brings(side)) for side in (sides.one, sides.other)],
        "kept": str(stays),
        "why": words.why(sides.why),
        "fields": words.fields(sides, stays),
        "address": f"{here.home}{ALL}/companies/{one}/{other}",
    }
    return kit_app.page(request, "duplicates/companies.html", lang, **context)


@router.post(COMPANIES)
def merge_two_companies(
    here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID, form: PostedForm
) -> Response:
    """Merge them as chosen."""
    kept, gone = (one, other) if form.one("kept") == str(one) else (other, one)
    with here.db.write() as session:
        merge_companies(session, Merge(gone, kept, chosen_fields(form, gone)), caller, here.clock())
    return kit_app.see(f"{here.home}{ALL}?done=merged")


@router.post(f"{COMPANIES}/not-same")
def companies_not_same(here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID) -> Response:
    """They are not the same."""
    with here.db.write() as session:
        actions.say_not_same(session, Subject.COMPANY, one, other, caller, here.clock())
    return kit_app.see(f"{here.home}{ALL}?done=not_same")


@router.get(PEOPLE)
def two_people(request: Request, here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID) -> Response:
    """Two people with one address, side by side."""
    lang = kit_app.language(request, caller.lang)
    words = PairWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        sides = person_sides(session, one, other)
    context: dict[str, Any] = {
        "sides": [(side, words.acts(side)) for side in sides],
        "address": f"{here.home}{ALL}/people/{one}/{other}",
    }
    return kit_app.page(request, "duplicates/people.html", lang, **context)


@router.post(PEOPLE)
def merge_two_people(here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID, form: PostedForm) -> Response:
    """One person with the roles of both, under the name that was chosen. The earlier of the two stays."""
    kept, gone = min(one, other), max(one, other)
    take = frozenset({CompanyField.NAME}) if form.one("named") == str(gone) else frozenset[CompanyField]()
    with here.db.write() as session:
        merge_people(session, Merge(gone, kept, take), caller, here.clock())
    return kit_app.see(f"{here.home}{ALL}?done=merged")


@router.post(f"{PEOPLE}/not-same")
def people_not_same(here: Here, caller: Coordinator, one: uuid.UUID, other: uuid.UUID) -> Response:
    """They share an address and are two people."""
    with here.db.write() as session:
        actions.say_not_same(session, Subject.PERSON, one, other, caller, here.clock())
    return kit_app.see(f"{here.home}{ALL}?done=not_same")


@router.post(f"{ALL}/mergers/{{merger_id}}/undo")
def undo(here: Here, caller: Coordinator, merger_id: uuid.UUID) -> Response:
    """Both are there again."""
    with here.db.write() as session:
        undo_merge(session, merger_id, caller, here.clock())
    return kit_app.see(f"{here.home}{ALL}?done=undone")

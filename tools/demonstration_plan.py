"""A company of the demonstration covers the people of the file that its HR person has, by the plan."""

from typing import Any

from kit.contracts.callers import ANYONE
from kit.db import new_id
from registration.members.queries_standing import standing_of
from registration.plans.actions import list_people
from registration.plans.buying.flows import buy, priced
from registration.plans.flows import act, enrolment
from registration.plans.rules import Newcomer
from registration.plans.schemas import Purchase
from registration.seed.source import Source
from registration.service import RegistrationService
from registration.signup.schemas import Contact

LANGUAGES = {"e": "en"}


def cover(here: RegistrationService, source: Source) -> dict[str, Any]:
    """What the purchase came to, as a signup answers it."""
    sheet = source.content["sample_spreadsheet"]
    company, activity = source.id("company", sheet["buyer"]), source.id("activity", sheet["activity"])
    terms = here.member_terms()
    with here.db.read() as session:
        standing = standing_of(session, terms, company)
        if standing is None:
            raise RuntimeError(f"no company {sheet['buyer']}")
        mine = enrolment(here, session, activity, company, standing.visitor(terms))
    people = [_person(row) for row in sheet["rows"]]
    with here.db.write() as session:
        listed = list_people(session, mine.whose, people, act(here, ANYONE)).new
    bought = buy(
        here,
        mine,
        Purchase(
            registration_id=new_id(),
            contact=_contact(source, sheet["buyer"]),
            coverages=tuple(one.id for one in listed),
            method="invoice",
            terms_accepted=True,
            expected_total=priced(here, mine, len(listed)).amounts.total,
        ),
        ANYONE,
    )
    made = bought.registration
    if made is None:
        raise RuntimeError(f"{sheet['buyer']} bought nothing")
    return {
        "id": str(made.id),
        "total": made.total,
        "activity": sheet["activity"],
        "personal_url": here.links.registration(made.id, made.link_version),
    }


def _person(row: list[str]) -> Newcomer:
    first, last, email, lang, ref = row
    return Newcomer(first, last, email, LANGUAGES.get(lang[:1].lower(), "fr"), ref)


def _contact(source: Source, company: str) -> Contact:
    """Whoever does the company's HR; else whoever acts for it."""
    people = [one for one in source.list("people") if one["company"] == company]
    one = next((person for person in people if "hr" in person["roles"]), people[0])
    return Contact(first_name=one["first_name"], last_name=one["last_name"], email=one["email"])

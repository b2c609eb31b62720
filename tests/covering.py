"""The plan of the sample as tests use it: a company's part of it, people of its list, purchases."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import select

from kit.contracts.callers import ANYONE, Caller
from kit.db import new_id
from kit.text import LANGUAGES
from registration.members.models import Company
from registration.members.queries_standing import standing_of
from registration.plans.actions import Act, list_people
from registration.plans.buying.flows import Bought, buy
from registration.plans.flows import Enrolment, act, enrolment
from registration.plans.queries import coverages_of
from registration.plans.rules import CoverageRow, CoverageState, Newcomer, Whose
from registration.plans.schemas import Purchase
from registration.signup.schemas import BillTo, Contact
from tests import make

PLAN = "pae-2027"
CONTACT = Contact(first_name="Carl", last_name="Vallonbrun", email="carl@example.org")
HR = Caller(frozenset(), "", "Carl Vallonbrun")


def enrolled(service: Any, company: str = "c15", plan: str = PLAN) -> Enrolment:
    """A company's part of the plan, as it stands now."""
    terms = service.member_terms()
    with service.db.read() as session:
        company_id = session.exec(select(Company.id).where(Company.key == company)).one()
        standing = standing_of(session, terms, company_id)
        assert standing is not None
        activity = make.activity_id(session, plan)
        return enrolment(service, session, activity, company_id, standing.visitor(terms))


def renewed(service: Any) -> None:
    """Every company's membership goes on for a year more: the plan lasts longer than a period of membership."""
    with service.db.write() as session:
        session.execute(sa.text("UPDATE membership SET ends = '2030-06-30' WHERE ends = '2027-06-30'"))


def fee_paid(service: Any, company: str) -> None:
    """What the company owed for its membership is paid."""
    with service.db.write() as session:
        mine = "company_id = (SELECT id FROM company WHERE key = :key)"
        paid = sa.text(f"UPDATE membership SET fee_paid_on = fee_due_on WHERE {mine}")
        session.execute(paid, {"key": company})


def person(n: int, **more: Any) -> Newcomer:
    """Somebody invented, with an address."""
    return Newcomer(f"Prénom{n}", f"Fictif{n}", f"personne-{n}@example.org", **more)


def listed(service: Any, enrolled: Enrolment, people: Sequence[Newcomer], by: Caller = HR) -> list[CoverageRow]:
    """People put on the list; those who are new on it."""
    with service.db.write() as session:
        return list(list_people(session, enrolled.whose, people, act(service, by)).new)


def purchase(people: Sequence[CoverageRow], method: str = "invoice", **more: Any) -> Purchase:
    wanted: dict[str, Any] = {
        "registration_id": new_id(),
        "contact": CONTACT,
        "coverages": tuple(one.id for one in people),
        "method": method,
        "bill_to": BillTo(po_number="BC-77"),
        "terms_accepted": True,
        **more,
    }
    return Purchase(**wanted)


def bought(
    service: Any, company: str, people: Sequence[Newcomer], method: str = "invoice", plan: str = PLAN, **more: Any
) -> Bought:
    """These people put on the company's list and covered."""
    mine = enrolled(service, company, plan)
    return buy(service, mine, purchase(listed(service, mine, people), method, **more), HR)


def acting(service: Any) -> Act:
    return act(service, HR)


def everybody(service: Any, whose: Whose, *states: CoverageState) -> list[CoverageRow]:
    with service.db.read() as session:
        return coverages_of(session, whose, *states)


def covered(service: Any, whose: Whose) -> list[CoverageRow]:
    return everybody(service, whose, CoverageState.COVERED)


def sample_spreadsheet() -> list[Newcomer]:
    """The people of HR's file in the sample, in its order, as they are read: the one who comes twice too."""
    content = yaml.safe_load(Path("samples/association.yaml").read_text(encoding="utf-8"))
    rows = content["sample_spreadsheet"]["rows"]
    return [Newcomer(first, last, mail, _lang(lang), ref) for first, last, mail, lang, ref in rows]


def _lang(said: str) -> str:
    short = said.strip().lower()[:2]
    return short if short in LANGUAGES else "fr"


def scalar(service: Any, query: str, **values: Any) -> Any:
    with service.db.read() as session:
        return session.execute(sa.text(query), values).scalar_one()


def ids(people: Sequence[CoverageRow]) -> set[uuid.UUID]:
    return {one.id for one in people}


NOBODY = ANYONE

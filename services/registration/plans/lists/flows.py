"""A company's list becomes people covered: what it comes to is told first, then bought as any other purchase."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kit.contracts import OrderMethod
from kit.contracts.addresses import problem
from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound
from kit.sheets.headings import FIRST_ROWS
from kit.sheets.reading import NotASheet, read
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Visitor
from registration.members.models import Company, Person
from registration.members.queries_people import acting
from registration.members.rules import RIGHTS, May
from registration.plans.buying.flows import Bought, Price, buy, priced
from registration.plans.flows import Enrolment, act, today
from registration.plans.lists.actions import drop_lists, take_list
from registration.plans.lists.queries import Prepared, drafts_left, prepared
from registration.plans.lists.rules_columns import LARGEST, ListRead, ListTooLarge, NotASpreadsheet, entries_of
from registration.plans.lists.schemas import ListPurchase
from registration.plans.rules import LIST_KEPT, MOST, NobodyChosen
from registration.plans.schemas import Purchase
from registration.registrations.models import Registration
from registration.registrations.queries import registration_by_id
from registration.signup.rules import TotalChanged
from registration.signup.schemas import Contact

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class Buyer:
    """Who of a company buys, for whom the invoice is, and whether it must bear a purchase order."""

    person: Person
    company: Company

    @property
    def contact(self) -> Contact:
        person = self.person
        return Contact(first_name=person.first_name, last_name=person.last_name, email=person.email)


def enrolment_url(here: "RegistrationService", offer: Offer, visitor: Visitor, person: Person | None) -> str:
    """Where somebody who may enrols their company's people in what an activity covers; nothing for anybody else."""
    if person is None or not offer.activity.covers_people:
        return ""
    terms = here.member_terms()
    with here.db.read() as session:
        roles = acting(session, person.id, uuid.UUID(visitor.company_id), terms.day)
    return f"{here.base}/plans/{offer.activity.key}" if any(May.PLAN in RIGHTS[role] for role in roles) else ""


def list_read(content: bytes, chosen: Mapping[str, int]) -> ListRead:
    """The people of a file. Its bytes are kept nowhere, and nobody is told what is in it but whoever sent it.

    Raises ListTooLarge, NotASpreadsheet, and what `entries_of` does.
    """
    if len(content) > LARGEST:
        raise ListTooLarge(field="file", most=LARGEST // 1_000_000)
    try:
        # One row more than may be, below as many as may stand before the headings.
        return entries_of(read(content, MOST + FIRST_ROWS + 1), chosen)
    except NotASheet:
        refusal = NotASpreadsheet(field="file")
    raise refusal


def list_prepared(here: "RegistrationService", enrolled: Enrolment) -> Prepared:
    """The list as it stands, beside whom the company covers."""
    day = today(here)
    with here.db.read(one_state=True) as session:
        return prepared(session, enrolled.whose, day, here.settings.reach)


def list_priced(here: "RegistrationService", enrolled: Enrolment, listed: Prepared) -> Price | None:
    """What it comes to, with taxes; None for nobody. Raises what `priced` does."""
    return priced(here, enrolled, listed.people) if listed.people else None


def cover_list(
    here: "RegistrationService", enrolled: Enrolment, buyer: Buyer, asked: ListPurchase, by: Caller
) -> Bought:
    """Cover everybody on the list. No transaction may be open. Said again, nothing is bought twice.

    Raises NobodyChosen, InvalidInput and TotalChanged before anything is done, and what `buy` does: then those on the
    list wait there to be paid.
    """
    with here.db.read() as session:
        if session.get(Registration, asked.registration_id) is not None:
            done = registration_by_id(session, asked.registration_id)
            if done.company_id != enrolled.whose.company_id:
                raise NotFound()
            return Bought(done)
    price = list_priced(here, enrolled, list_prepared(here, enrolled))
    if price is None:
        raise NobodyChosen()
    if problems := _problems(here, buyer, asked, price):
        raise InvalidInput(problems)
    if asked.expected_total is not None and asked.expected_total != price.amounts.total:
        raise TotalChanged()
    now = act(here, by)
    with here.db.write() as session:
        chosen = take_list(session, enrolled.whose, here.settings.reach, now)
    if not chosen:
        raise NobodyChosen()
    purchase = Purchase(
        registration_id=asked.registration_id,
        lang=asked.lang,
        contact=buyer.contact,
        coverages=chosen,
        method=asked.method if price.paid else "",
        bill_to=asked.bill_to,
        terms_accepted=asked.terms_accepted,
        expected_total=asked.expected_total,
    )
    return buy(here, enrolled, purchase, by)


def _problems(here: "RegistrationService", buyer: Buyer, asked: ListPurchase, price: Price) -> dict[Where, str]:
    """What must be mended before the list is taken: where it is, and the key of its sentence."""
    problems: dict[Where, str] = {} if asked.terms_accepted else {"terms_accepted": "problem.terms"}
    if not price.paid:
        return problems
    if asked.method not in (OrderMethod.CARD, OrderMethod.INVOICE):
        problems["method"] = "problem.required"
    if wrong := problem(asked.bill_to.email, here.settings.reach):
        problems["bill_to", "email"] = wrong
    if asked.method == OrderMethod.INVOICE and buyer.company.po_required and not asked.bill_to.po_number:
        problems["bill_to", "po_number"] = "problem.required"
    return problems


def forget_lists(here: "RegistrationService") -> bool:
    """Lists that nobody spoke of for long are dropped, a batch at a time. True when there may be more."""
    with here.db.write() as session:
        late = drafts_left(session, here.clock() - LIST_KEPT)
        drop_lists(session, late)
    return bool(late)

"""Taxes and accounts of an activity's prices, for programs: the part of authoring that is an accountant's."""

import uuid

from fastapi import APIRouter
from sqlmodel import Session

from kit.clock import local_day
from kit.contracts.callers import Caller
from kit.errors import NotFound, refusals
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.sections import queries as sections
from registration.catalog.sections.rules import SectionChanged
from registration.catalog.sections.rules_taxes import decided
from registration.catalog.sections.schemas import SectionName
from registration.office.authoring.schemas import OpenedOn
from registration.office.taxes.schemas import TaxedPrice, TaxesIn, TaxesView
from registration.registrations.held.queries import held_of
from registration.service import READERS, Here, Reader, RegistrationService

router = APIRouter(tags=["authoring"])
ADDRESS = "/api/staff/activities/{activity_id}/taxes"


@router.get(ADDRESS, dependencies=[READERS], openapi_extra=refusals(NotFound))
def read_taxes(activity_id: uuid.UUID, here: Here) -> TaxesView:
    """Every price with how it is taxed, its account, and whether that is settled."""
    with here.db.read() as session:
        return taxes_of(session, activity_id)


@router.put(ADDRESS, openapi_extra=refusals(NotFound, SectionChanged))
def save_taxes(activity_id: uuid.UUID, taxes: TaxesIn, here: Here, caller: Reader, mark: OpenedOn = "") -> TaxesView:
    """Decide how prices are taxed and booked; amounts and names are the coordinator's. Who is registered keeps what
    was agreed."""
    with here.db.write() as session:
        save_for_accountant(here, session, activity_id, taxes, mark, caller)
        return taxes_of(session, activity_id)


def taxes_of(session: Session, activity_id: uuid.UUID) -> TaxesView:
    """The prices as they stand. Raises NotFound."""
    draft = sections.draft(session, activity_id)
    if draft is None:
        raise NotFound()
    prices = [TaxedPrice.of(product, price) for product in draft.prices.products for price in product.prices]
    return TaxesView(prices=prices, mark=sections.mark(draft.prices))


def save_for_accountant(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, taxes: TaxesIn, mark: str, by: Caller
) -> None:
    """Save in this transaction. Raises NotFound, SectionChanged, InvalidInput."""
    draft = sections.draft(session, activity_id)
    if draft is None:
        raise NotFound()
    decisions = {key: price.decision for key, price in taxes.prices.items()}
    prices = decided(draft.prices, decisions, local_day(here.clock(), draft.timezone))
    # Nobody's text is overwritten: what another author saved since this was read is another mark.
    opened_on = mark or sections.mark(draft.prices)
    held = held_of(session, activity_id, SectionName.PRICES)
    actions.save(session, activity_id, prices, opened_on, held, Author(by, here.clock()))

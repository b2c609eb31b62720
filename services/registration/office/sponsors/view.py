"""How the sponsorships of an activity are taxed, in the words of their page."""

import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import Session

from kit.money import TaxClass
from registration.catalog.sections import queries as sections
from registration.catalog.sections.rules_taxes import waits
from registration.sponsors.queries import SponsorshipRow


class Treatment(StrEnum):
    """How sponsorships are taxed (`domain.md` T13): taxed like anything else; without taxes, which the accountant still
    has to confirm, or has confirmed."""

    TAXED = "taxed"
    TO_CONFIRM = "to_confirm"
    SETTLED = "settled"


def treatment(session: Session, activity_id: uuid.UUID, rows: Sequence[SponsorshipRow]) -> Treatment:
    """How an activity's levels are taxed now, or its sponsorships were when they were sold."""
    draft = sections.draft(session, activity_id)
    products = draft.prices.products if draft else ()
    prices = [price for product in products if product.level is not None for price in product.prices]
    untaxed = any(price.tax_class is TaxClass.OUT_OF_SCOPE for price in prices)
    if not untaxed and all(row.tax_class is not TaxClass.OUT_OF_SCOPE for row in rows):
        return Treatment.TAXED
    return Treatment.TO_CONFIRM if any(waits(price) for price in prices) else Treatment.SETTLED

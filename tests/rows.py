"""Rows of a registration for tests of rules: what a test does not care about has a plain value."""

import uuid

from kit.money import TaxClass
from registration.registrations.rules import AttendeeStatus
from registration.registrations.rules_rows import AttendeeRow, LineRow

NOWHERE = uuid.UUID(int=0)


def number(*parts: int) -> uuid.UUID:
    """An id that a test can read: `number(2, 1)` is the second place of the third line."""
    return uuid.UUID(int=sum((part + 1) << (32 * position) for position, part in enumerate(parts)))


def line(n: int, *, quantity: int = 1, cancelled: int = 0, attendees: int = 1, unit_amount: int = 0) -> LineRow:
    """The n-th line of a registration."""
    return LineRow(
        id=number(n),
        registration_id=NOWHERE,
        position=n,
        product_id=NOWHERE,
        price_key=f"price-{n}",
        who="anyone",
        label_fr="Place",
        label_en="",
        quantity=quantity,
        cancelled=cancelled,
        unit_amount=unit_amount,
        tax_class=TaxClass.TAXABLE,
        gl_account="4110",
        components={},
        attendees=attendees,
        uses={},
    )


def attendee(n: int, place: int, brings: int = 1) -> AttendeeRow:
    """The attendee at a place of the n-th line, each unit of which brings so many."""
    return AttendeeRow(
        id=number(n, place),
        registration_id=NOWHERE,
        line_id=number(n),
        activity_id=NOWHERE,
        position=place + 1,
        unit=place // brings,
        code=f"CODE-{n}-{place}",
        status=AttendeeStatus.ACTIVE,
        first_name="",
        last_name="",
        email="",
        company_name="",
        sort_name="",
        search="",
    )

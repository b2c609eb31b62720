"""What is shown of a trial: what would be owed, and the tickets as they would look."""

from dataclasses import dataclass

from kit.qr import qr_svg
from registration.registrations.queries import Whole
from registration.registrations.view import place_label
from registration.service import RegistrationService


@dataclass(frozen=True)
class OwedRow:
    """One row of the `totals` macro; `amount` in cents."""

    label: str
    amount: int
    kind: str


@dataclass(frozen=True)
class TicketShown:
    """One ticket as the `ticket` macro draws it; `qr` is SVG."""

    name: str
    company: str
    label: str
    code: str
    qr: str


def owed_rows(here: RegistrationService, whole: Whole, lang: str) -> list[OwedRow]:
    """What is taken before taxes, the taxes, the total."""
    say, registration = here.pages.catalogue.say, whole.registration
    lines = [
        OwedRow(say(lang, "signup.line", quantity=one.quantity, label=one.label.in_(lang)), one.amount, "line")
        for one in whole.lines
    ]
    return [*lines, OwedRow(say(lang, "amount.total"), registration.total, "total")]


def tickets_shown(here: RegistrationService, whole: Whole, lang: str) -> list[TicketShown]:
    """One for each place; their codes lead to nothing."""
    return [
        TicketShown(
            f"{one.first_name} {one.last_name}".strip(),
            one.company_name,
            place_label(whole.offer, whole.bought.with_added(one)).in_(lang),
            one.code,
            qr_svg(here.links.ticket(one.id, one.ticket_version)),
        )
        for one in whole.attendees
    ]

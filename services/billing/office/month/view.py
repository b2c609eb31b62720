"""What the page of a month shows: the figures, their shares, and which month it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from billing.association.rules import FIRST_YEAR, LAST_YEAR, Period
from billing.checkout.queries import in_sight
from billing.documents.rules import PaperKind
from billing.office.month import queries
from billing.office.month.queries import Age, Means, Move, Receivables, Sum
from billing.office.month.queries_behind import Figure
from billing.office.tasks.queries import refunds_by_hand
from billing.office.taxes import queries as taxes
from billing.office.taxes import queries_documents as documents
from billing.office.taxes.queries import TaxReturn
from billing.office.taxes.queries_documents import DocumentFilter
from billing.service import BillingService
from kit.clock import local_day
from kit.contracts import PaymentMethod

# The bar is drawn so wide; what is there at all is seen.
WIDTH, GAP, LEAST = 1000.0, 3.0, 4.0
# The account of what coins round.
ROUNDING = "cash_rounding"
FIGURES: dict[str, Figure] = {one.value: one for kind in (Move, Age, PaymentMethod) for one in kind}


@dataclass(frozen=True)
class ToConfirm:
    """What somebody must look at first: documents of the month of which a tax is to be confirmed; today, events of
    Stripe that nothing explains, and refunds to be made by hand."""

    taxes: Sum
    events: int
    refunds: Sum

    def __bool__(self) -> bool:
        return bool(self.taxes.count or self.events or self.refunds.count)


@dataclass(frozen=True)
class Month:
    """Everything the page of a month says; `on` is the day at whose end something is owed: the last one, or today."""

    period: Period
    on: date
    today: date
    to_confirm: ToConfirm
    receivables: Receivables
    means: Sequence[Means]
    taxes: TaxReturn

    @property
    def under_way(self) -> bool:
        return self.today <= self.period.until

    @property
    def came(self) -> Sum:
        """All payments, as they came."""
        return sum((Sum(one.count, one.cents) for one in self.means), Sum())

    @property
    def drawer(self) -> Means | None:
        """What came in coins."""
        return next((one for one in self.means if one.method is PaymentMethod.CASH), None)


@dataclass(frozen=True)
class Bar:
    """One part of the bar of ages: what it is, where it is drawn, and its share in whole percents."""

    age: Age
    x: float
    width: float


def chosen(year: str, month: str, today: date) -> Period:
    """The month that was asked for; the one of today when it is none, or has not begun."""
    asked = [int(one) if one.isascii() and one.isdigit() and len(one) <= 4 else 0 for one in (year, month)]
    if FIRST_YEAR <= asked[0] <= LAST_YEAR and 1 <= asked[1] <= 12 and date(asked[0], asked[1], 1) <= today:
        return Period.of_month(asked[0], asked[1])
    return Period.of_month(today.year, today.month)


def today_of(here: BillingService) -> date:
    return local_day(here.clock(), here.association().timezone)


def told(here: BillingService, session: Session, period: Period) -> Month:
    """A month, read in so many statements whatever is in it."""
    today, zone = today_of(here), here.association().timezone
    on = min(period.until, today)
    flagged = documents.sums(session, DocumentFilter(period, PaperKind.INVOICE, review=True))
    return Month(
        period=period,
        on=on,
        today=today,
        to_confirm=ToConfirm(
            taxes=Sum(flagged.count, flagged.total),
            events=len(in_sight(session, here.clock())),
            refunds=Sum(*refunds_by_hand(session)),
        ),
        receivables=queries.receivables(session, period, on),
        means=queries.means(session, period, zone),
        taxes=taxes.returned(session, period),
    )


def owed(ages: dict[Age, Sum]) -> Sum:
    """What is owed to the association: what it holds of others is apart."""
    return sum((one for age, one in ages.items() if age is not Age.HELD), Sum())


def share(part: int, whole: int) -> int:
    """In whole percents; what there is of anything is never shown as none of it."""
    if not part or whole <= 0:
        return 0
    return max(1, round(100 * part / whole))


def bars(ages: dict[Age, Sum]) -> list[Bar]:
    """The bar of ages, drawn from left to right; nothing of what there is none."""
    present = [(age, one.cents) for age, one in ages.items() if age is not Age.HELD and one.cents > 0]
    whole, room = sum(cents for _, cents in present), WIDTH - GAP * (len(present) - 1)
    wide = [max(LEAST, room * cents / whole) for _, cents in present]
    drawn, x = [], 0.0
    for (age, _), width in zip(present, (room * one / sum(wide) for one in wide), strict=True):
        drawn.append(Bar(age, round(x, 1), round(width, 1)))
        x += width + GAP
    return drawn

"""Everything about one order."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from billing.checkout.models import Checkout
from billing.checkout.queries import checkouts_of
from billing.collecting.models import Reversal
from billing.collecting.queries import reversed_of
from billing.disputes.models import Dispute
from billing.disputes.queries import disputes_of
from billing.documents.queries import receipt_versions
from billing.invoices.models import CreditNote, Invoice
from billing.invoices.queries import credit_notes_of, invoice_and_orders
from billing.invoices.rules import payable, state_of
from billing.ledger.models import Entry
from billing.ledger.queries import entries_of
from billing.ledger.rules import Memo
from billing.notices.models import Notice
from billing.notices.queries import notice_of
from billing.notices.rules import NoticeState
from billing.notices.rules import state_of as state_of_notice
from billing.orders.models import Buyer, Order, OrderLine
from billing.orders.queries import amendments_of, lines_of, order
from billing.orders.rules import OrderStatus
from billing.payments.models import Payment
from billing.refunds.models import Refund
from billing.refunds.queries import Share, refunds_of, shares_of
from billing.refunds.rules import waits_for_hand


@dataclass(frozen=True)
class Statement:
    """One order and all that happened to it; `together` are the orders of its invoice, itself among them, `reversed`
    the payments that came to nothing, with what they had paid of it."""

    order: Order
    buyer: Buyer | None
    lines: Sequence[OrderLine]
    invoice: Invoice | None
    credit_notes: Sequence[CreditNote]
    shares: Sequence[Share]
    refunds: Sequence[Refund]
    disputes: Sequence[Dispute]
    entries: Sequence[Entry]
    checkouts: Sequence[Checkout]
    amendments: Sequence[Order]
    together: Sequence[Order]
    notice: Notice | None
    receipt_versions: Mapping[uuid.UUID, int]
    reversed: Sequence[tuple[Payment, Reversal, int]]

    @property
    def notice_state(self) -> NoticeState | None:
        return state_of_notice(self.order.status, self.invoice is not None) if self.notice else None

    @property
    def acceptable(self) -> bool:
        """Whether its notice may still be accepted."""
        return self.notice_state is NoticeState.SENT and not self.order.closing

    @property
    def payments(self) -> list[Payment]:
        """What came for it, alone or for others of its invoice too."""
        return [share.payment for share in self.shares]

    @property
    def shared(self) -> bool:
        """Whether its invoice covers other orders too."""
        return len(self.together) > 1

    @property
    def payable(self) -> int:
        """What is to be paid of its invoice: a cheque for it settles all of its orders."""
        statuses = [one.status for one in self.together]
        waits = state_of(statuses) is OrderStatus.INVOICED or self.acceptable
        return sum(payable(statuses, [one.balance for one in self.together])) if waits else 0

    @property
    def uncredited(self) -> int:
        """What went back of a paid order without us, and that no credit note explains, once no bank looks at it."""
        paid = self.order.status is OrderStatus.PAID and not any(dispute.is_open for dispute in self.disputes)
        return max(0, self.order.balance.owed) if paid else 0

    @property
    def by_hand(self) -> list[Refund]:
        """Refunds that wait for the accountant."""
        held, balance = {share.payment.id: share.refundable for share in self.shares}, self.order.balance
        return [one for one in self.refunds if waits_for_hand(one.status, balance, held[one.payment_id], one.amount)]

    @property
    def returnable(self) -> int:
        """What is left of the money that came."""
        return sum(share.refundable for share in self.shares)

    @property
    def intents(self) -> list[str]:
        """What Stripe knows its payments by."""
        return [payment.payment_intent for payment in self.payments if payment.payment_intent]


def statement(session: Session, order_id: uuid.UUID) -> Statement:
    """Raises NotFound."""
    placed, refunds = order(session, order_id), refunds_of(session, order_id)
    invoice, together = invoice_and_orders(session, order_id)
    shares, entries = shares_of(session, order_id, refunds), entries_of(session, order_id)
    undone = any(entry.memo is Memo.PAYMENT_REVERSED for entry in entries)
    return Statement(
        order=placed,
        buyer=session.get(Buyer, order_id),
        lines=lines_of(session, order_id),
        invoice=invoice,
        credit_notes=credit_notes_of(session, order_id),
        shares=shares,
        receipt_versions=receipt_versions(session, [share.payment.id for share in shares]) if shares else {},
        refunds=refunds,
        disputes=disputes_of(session, order_id),
        entries=entries,
        checkouts=checkouts_of(session, order_id),
        amendments=amendments_of(session, order_id),
        together=together or [placed],
        notice=notice_of(session, order_id) if placed.on_notice else None,
        reversed=reversed_of(session, order_id) if undone else (),
    )

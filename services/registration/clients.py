"""What registration asks billing, while somebody waits for the answer."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from kit.clock import Clock
from kit.contracts import Buyer, CloseAnswer, CreditQuestion, CreditQuote, OrderLine, PlacedAnswer, PlaceOrder
from kit.contracts.finding import FoundOrder, FoundOrders, OrderSearch
from kit.contracts.notices import OrderSeen
from kit.errors import Busy, SiblingDown
from kit.http import Sibling, SiblingRefused
from registration.catalog.offers.rules import Offer
from registration.links import Links
from registration.registrations.rules_rows import LineRow, RegistrationRow


class BillingClient:
    """Calls that cannot be messages: the browser or the hold's end needs the answer now."""

    def __init__(self, sibling: Sibling, clock: Clock) -> None:
        self._sibling, self._clock = sibling, clock
        self._card: tuple[datetime, bool] | None = None

    def place(self, order: PlaceOrder) -> PlacedAnswer:
        """`PUT /orders/{id}`: repeating it changes nothing. SiblingDown, or SiblingRefused with billing's reason."""
        answer = self._sibling.call("PUT", f"/orders/{order.order_id}", order.model_dump(mode="json"))
        return PlacedAnswer.model_validate(answer)

    def place_on_notice(self, order: PlaceOrder) -> str:
        """The number of the notice of an order; the one it has, when it was placed before and said otherwise.
        SiblingDown, or SiblingRefused with billing's reason."""
        try:
            return self.place(order).notice
        except SiblingRefused as refusal:
            notice = self.seen(order.order_id).notice if refusal.sibling_code == "OrderDiffers" else None
            if notice is None:
                raise
            return notice.number

    def seen(self, order_id: uuid.UUID) -> OrderSeen:
        """An order as it stands, with its documents. SiblingDown, or SiblingRefused when billing does not know it."""
        return OrderSeen.model_validate(self._sibling.call("GET", f"/orders/{order_id}"))

    def close_order(self, order_id: uuid.UUID) -> CloseAnswer:
        """No new payment page after this; says whether the order is void, paid, or cannot be told yet."""
        return CloseAnswer.model_validate(self._sibling.call("POST", f"/orders/{order_id}/close"))

    def quote_credit(self, order_id: uuid.UUID, question: CreditQuestion) -> CreditQuote | None:
        """What a credit would come to; None when billing does not answer, or has nothing of it to credit."""
        try:
            answer = self._sibling.call("POST", f"/orders/{order_id}/credit-quote", question.model_dump(mode="json"))
        except (Busy, SiblingRefused):
            return None
        return CreditQuote.model_validate(answer)

    def find_orders(self, words: str, most: int) -> tuple[FoundOrder, ...] | None:
        """Orders that staff look for, newest first; None when billing does not answer."""
        try:
            search = OrderSearch(words=words, most=most)
            answer = self._sibling.call("POST", "/orders/found", search.model_dump(mode="json"))
        except (Busy, SiblingRefused):
            return None
        return FoundOrders.model_validate(answer).orders

    def card_offered(self) -> bool:
        """Whether billing can take cards: not while it refuses us, and as it last said while it is down.

        Remembered a minute.
        """
        now = self._clock()
        if self._card is None or now >= self._card[0] + timedelta(minutes=1):
            try:
                self._card = (now, bool(self._sibling.call("GET", "/card")["offered"]))
            except SiblingDown:
                self._card = (now, self._card[1] if self._card else True)
            except SiblingRefused:
                # Keys that differ halfway through their change: it would refuse the order too.
                self._card = (now, False)
        return self._card[1]


def order_of(registration: RegistrationRow, lines: Sequence[LineRow], offer: Offer, links: Links) -> PlaceOrder:
    """The order behind a registration: the same whether it goes by HTTP (a card) or by the outbox."""
    activity = offer.activity
    return PlaceOrder(
        order_id=registration.id,
        amends=registration.amends_id,
        code=registration.code,
        activity_key=activity.key,
        activity_title=activity.title,
        timezone=activity.timezone,
        ordered_on=registration.ordered_on,
        method=registration.method,
        lang=registration.lang,
        lines=tuple(_order_line(line) for line in lines),
        buyer=buyer_of(registration),
        expected_total=registration.total,
        return_url=links.registration(registration.id, registration.link_version),
        online=activity.kind in ("webinar", "virtual_fair"),
        hold_until=registration.hold_until,
    )


def buyer_of(registration: RegistrationRow) -> Buyer:
    """Who owes: the contact, unless the invoice goes to an address of its own."""
    bill_to = registration.bill_to
    return Buyer(
        company=registration.company_name,
        company_key=str(registration.company_id or ""),
        name=registration.contact_name,
        email=bill_to.email or registration.contact_email,
        address=bill_to.address,
        city=bill_to.city,
        postal_code=bill_to.postal_code,
        po_number=bill_to.po_number,
        province=bill_to.province or "QC",
    )


def _order_line(line: LineRow) -> OrderLine:
    return OrderLine(
        key=line.price_key,
        label=line.label,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        tax_class=line.tax_class,
        gl_account=line.gl_account,
        components=dict(line.components),
    )

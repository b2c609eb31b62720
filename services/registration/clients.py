"""What registration asks billing, while somebody waits for the answer."""

import uuid
from datetime import datetime, timedelta

from kit.clock import Clock
from kit.contracts import CloseAnswer, PlacedAnswer, PlaceOrder
from kit.errors import SiblingDown
from kit.http import Sibling


class BillingClient:
    """Calls that cannot be messages: the browser or the hold's end needs the answer now."""

    def __init__(self, sibling: Sibling, clock: Clock) -> None:
        self._sibling, self._clock = sibling, clock
        self._card: tuple[datetime, bool] | None = None

    def place(self, order: PlaceOrder, request_id: str) -> PlacedAnswer:
        """`PUT /orders/{id}`: repeating it changes nothing. SiblingDown, or SiblingRefused with billing's reason."""
        answer = self._sibling.call("PUT", f"/orders/{order.order_id}", order.model_dump(mode="json"), request_id)
        return PlacedAnswer.model_validate(answer)

    def close(self, order_id: uuid.UUID) -> CloseAnswer:
        """No new payment page after this; says whether the order is void, paid, or cannot be told yet."""
        return CloseAnswer.model_validate(self._sibling.call("POST", f"/orders/{order_id}/close"))

    def card_offered(self) -> bool:
        """Whether billing can take cards. Remembered a minute; the last answer stands while billing is down."""
        now = self._clock()
        if self._card is None or now >= self._card[0] + timedelta(minutes=1):
            try:
                self._card = (now, bool(self._sibling.call("GET", "/card")["offered"]))
            except SiblingDown:
                self._card = (now, self._card[1] if self._card else True)
        return self._card[1]

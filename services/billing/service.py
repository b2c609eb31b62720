"""What a route, a job or a reaction of billing may need."""

import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from billing.gateway import Gateway
from billing.port import CardNotOffered
from billing.settings import BillingSettings
from kit import app as kit_app
from kit.auth import allow
from kit.contracts.callers import Caller
from kit.print import Press


@dataclass(kw_only=True)
class BillingService(kit_app.Service):
    """The kit's service, with Stripe. Without a key there is no gateway and no card is offered.

    `new_events` is set when Stripe has sent an event: it wakes this process's worker. `events_read` is when this
    process last read Stripe's events; another process, or this one after a start, only reads more of them.
    `stopped_at` is the order that was reconciled last.
    """

    settings: BillingSettings
    gateway: Gateway | None
    press: Press = field(default_factory=Press)
    new_events: threading.Event = field(default_factory=threading.Event)
    events_read: datetime | None = None
    stopped_at: uuid.UUID | None = None

    def close(self) -> None:
        self.press.close()
        super().close()

    @property
    def stripe(self) -> Gateway:
        """Raises CardNotOffered."""
        if self.gateway is None:
            raise CardNotOffered()
        return self.gateway


Here = Annotated[BillingService, kit_app.here]
# Who may read what is owed and write money down; who may send it back, and read the books.
MONEY = ("director", "accountant")
Staff = Annotated[Caller, allow("director", "coordinator", "accountant")]
Money = Annotated[Caller, allow(*MONEY)]

"""What each message received causes, in order, in one transaction."""

from typing import Any

from sqlmodel import Session

from kit.auth import ANYONE, Caller
from kit.contracts import DeliveryReported, OrderCredited, OrderInvoiced, OrderPaid, OrderRefunded, SendMessage
from kit.errors import NotFound
from kit.mailbox import Reactions
from registration.history.actions import record
from registration.history.rules import Change
from registration.letters import actions as letters_actions
from registration.letters import view as letters
from registration.letters.flows import desk_of
from registration.registrations import actions as registrations_actions
from registration.registrations.actions import registrations
from registration.service import RegistrationService


def _locked(session: Session, order_id: Any) -> dict[str, Any]:
    registration = registrations_actions.locked(session, order_id)
    if registration is None:
        raise NotFound()
    return registration


def _desk(here: Any, session: Session, registration: dict[str, Any]) -> letters.Desk:
    offer = here.offers.read(session, registration["activity_id"])
    assert offer is not None  # noqa: S101 (a registration's activity is a foreign key.)
    return desk_of(here, offer)


def _change(session: Session, registration: dict[str, Any], **change: Any) -> None:
    session.execute(registrations.update().where(registrations.c.id == registration["id"]).values(change))
    registration.update(change)


def _say(here: Any, session: Session, registration: dict[str, Any], *said: SendMessage) -> None:
    letters_actions.send(session, said, here.clock(), registration["id"])


def paid(here: Any, session: Session, message: OrderPaid) -> None:
    """A card confirms the registration (or is refunded when there is no room); an invoice is marked paid."""
    registration, now = _locked(session, message.order_id), here.clock()
    if registration["paid_at"] is not None:
        return
    was = registration["status"]
    desk = _desk(here, session, registration)
    if not registrations_actions.confirm_paid(session, registration, now):
        _say(here, session, registration, letters.no_room_refunded(desk, registration))
        return
    _change(session, registration, paid_at=message.paid_at, paid_by=message.method)
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(session, "registration", registration["id"], "registration.paid", by, now, {"paid_by": ("", message.method)})
    if was in ("held", "expired"):
        lines = registrations_actions.lines_of(session, registration["id"])
        attendees = registrations_actions.attendees_of(session, registration["id"])
        _say(here, session, registration, *letters.confirmed(desk, registration, lines, attendees))
    elif registration["method"] == "invoice":
        _say(here, session, registration, letters.payment_received(desk, registration, message.amount, message.method))


def invoiced(here: Any, session: Session, message: OrderInvoiced) -> None:
    """The invoice has its number: remembered, and sent to whoever pays by invoice."""
    registration, now = _locked(session, message.order_id), here.clock()
    _change(session, registration, invoice_number=message.number, due_on=message.due_on)
    changes = {"invoice_number": ("", message.number)}
    record(session, "registration", registration["id"], "registration.invoiced", ANYONE, now, changes)
    if registration["method"] == "invoice":
        desk = _desk(here, session, registration)
        _say(here, session, registration, letters.invoice_issued(desk, registration, message.number, message.due_on))


def credited(here: Any, session: Session, message: OrderCredited) -> None:
    """A credit note was issued; its amounts are negative."""
    registration, now = _locked(session, message.order_id), here.clock()
    _change(session, registration, credited=registration["credited"] - message.total)
    changes = {"credit_note": Change("", message.number), "left": Change(message.left - message.total, message.left)}
    by = Caller(frozenset(), "", message.by) if message.by else ANYONE
    record(session, "registration", registration["id"], "registration.credited", by, now, changes)


def refunded(here: Any, session: Session, message: OrderRefunded) -> None:
    """Money went back, or could not: then history says so and staff look."""
    registration, now = _locked(session, message.order_id), here.clock()
    action = "registration.refunded" if message.succeeded else "registration.refund_failed"
    changes = {"refund": (None, message.amount)}
    record(session, "registration", registration["id"], action, ANYONE, now, changes)
    if not message.succeeded:
        return
    _change(session, registration, refunded=registration["refunded"] + message.amount)
    if message.reason != "no_room":
        desk = _desk(here, session, registration)
        letter = letters.refund_made(desk, registration, message.refund_id, message.amount, message.method)
        _say(here, session, registration, letter)


def reported(here: Any, session: Session, message: DeliveryReported) -> None:
    """Only what could not be delivered is worth remembering."""
    if message.outcome == "failed":
        changes = {"message": (None, message.kind)}
        record(session, "message", message.entity, "message.failed", ANYONE, here.clock(), changes)


REACTIONS: Reactions[RegistrationService] = {
    OrderPaid: [paid],
    OrderInvoiced: [invoiced],
    OrderCredited: [credited],
    OrderRefunded: [refunded],
    DeliveryReported: [reported],
}

"""One registration as staff see it: its people, answers, money and history, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from kit import text
from kit.contracts.statement import OrderStatement
from kit.errors import Busy
from kit.http import SiblingRefused
from registration.changes.edits.view import versions_of
from registration.checkin.view import point_label
from registration.history import view as history
from registration.history.schemas import HistoryView
from registration.office.activities.schemas import TakenLine
from registration.office.registrations.queries import File
from registration.office.registrations.schemas import NoteView, PlaceView, RegistrationView
from registration.office.registrations.view_answers import value_of
from registration.registrations.rules_rows import AttendeeRow, LineRow, RegistrationRow
from registration.registrations.view import place_label
from registration.service import RegistrationService

# Fields of history that hold cents.
CENTS = ("credit", "kept", "refund", "left", "payment", "balance", "total")
# A refund that did not leave changes nothing.
FAILED = "failed"


def with_order(here: RegistrationService, file: File) -> File:
    """The file with billing's side of it; `down` when billing does not answer, `no_order` when it has none yet."""
    try:
        path = f"/orders/{file.whole.registration.id}"
        order = here.siblings["billing"].call("GET", path)
    except Busy:
        return file
    except SiblingRefused:
        return replace(file, billing="no_order")
    return replace(file, billing="answered", order=order)


def history_lines(here: RegistrationService, file: File, lang: str) -> list[history.HistoryLine]:
    """The history in words."""
    catalogue = here.pages.catalogue
    words = dict.fromkeys(CENTS, lambda cents: text.money(int(cents), lang))
    words["point"] = lambda point: point_label(catalogue, lang, point)
    questions = {question.key: question for question in file.whole.offer.ever_asked}
    labels = {f"answer.{key}": question.label.in_(lang) for key, question in questions.items()}
    words |= {f"answer.{key}": partial(value_of, here, question, lang=lang) for key, question in questions.items()}
    words["confidential"] = lambda key: questions[key].label.in_(lang) if key in questions else key
    spoken = history.Spoken(words, labels)
    return history.lines(file.entries, catalogue, file.whole.offer.activity.timezone, lang, spoken)


@dataclass(frozen=True)
class MoneyRow:
    """A document, a payment or a refund in words; `amount` in cents, as it changes what is owed or held."""

    label: str
    note: str
    amount: int


def money_rows(here: RegistrationService, file: File, lang: str) -> list[MoneyRow]:
    """Documents, then payments, refunds and disputes, as billing tells them, each as it changes what is owed: the
    column adds up to the balance."""
    if file.order is None:
        return []
    say, order = here.pages.catalogue.say, OrderStatement.model_validate(file.order)

    def row(label: str, day: date, by: str, amount: int) -> MoneyRow:
        return MoneyRow(label, _joined(text.day_short(day, lang), by), amount)

    def paid(method: str) -> str:
        return say(lang, "office.payment_by", by=say(lang, f"paid_by.{method}"))

    documents = [row(say(lang, f"office.{d.kind}", number=d.number), d.issued_on, "", d.total) for d in order.documents]
    payments = [row(paid(p.method), p.received_on, p.by, -p.amount) for p in order.payments]
    refunds = [
        row(say(lang, f"office.refund_{r.status}"), r.requested_at.date(), r.by, 0 if r.status == FAILED else r.amount)
        for r in order.refunds
    ]
    disputes = [
        row(say(lang, "office.disputed"), d.opened_at.date(), "", d.withdrawn) for d in order.disputes if d.withdrawn
    ]
    return documents + payments + refunds + disputes


def line_rows(here: RegistrationService, lines: Sequence[LineRow], lang: str) -> list[dict[str, Any]]:
    """What was taken, as the `totals` macro shows it: as it was signed up for, credits are documents of their own."""
    say = here.pages.catalogue.say
    return [
        {
            "label": f"{line.quantity} × {line.label.in_(lang)}",
            "amount": line.amount,
            "note": say(lang, "office.units_cancelled", n=line.cancelled) if line.cancelled else "",
        }
        for line in lines
    ]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def places_of(file: File) -> list[PlaceView]:
    """The attendees with their tickets and arrivals."""
    return [_place(file, row) for row in file.whole.attendees]


def _place(file: File, row: AttendeeRow) -> PlaceView:
    label = file.whole.line_of(row).label
    extras = place_label(file.whole.offer, file.whole.bought.with_added(row)[1:])
    return PlaceView(
        id=row.id,
        position=row.position,
        code=row.code,
        name=row.full_name,
        email=row.email,
        company=row.company_name,
        status=row.status,
        label_fr=_listed(label.in_("fr"), extras.in_("fr")),
        label_en=_listed(label.in_("en"), extras.in_("en")),
        ticket_version=row.ticket_version,
        arrivals=file.arrivals.get(row.id, []),
    )


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _contact(row: RegistrationRow) -> dict[str, str]:
    return {
        "first": row.contact_first,
        "last": row.contact_last,
        "email": row.contact_email,
        "phone": row.contact_phone,
    }


def registration_view(here: RegistrationService, file: File) -> RegistrationView:
    """The file for programs. Answers are asked for apart: some were told in confidence."""
    registration = file.whole.registration
    return RegistrationView(
        id=registration.id,
        activity_id=registration.activity_id,
        code=registration.code,
        status=registration.status,
        method=registration.method,
        lang=registration.lang,
        contact=_contact(registration),
        company=registration.company_name,
        po_number=registration.bill_to.po_number,
        member=registration.member,
        subtotal=registration.subtotal,
        tps=registration.tps,
        tvq=registration.tvq,
        total=registration.total,
        credited=registration.credited,
        refunded=registration.refunded,
        received=registration.received,
        balance=registration.balance,
        invoice_number=registration.invoice_number,
        paid_at=registration.paid_at,
        created_at=registration.created_at,
        personal_url=here.links.registration(registration.id, registration.link_version),
        lines=[
            TakenLine(quantity=line.quantity, label_fr=line.label_fr, label_en=line.label_en)
            for line in file.whole.lines
        ],
        attendees=places_of(file),
        history=HistoryView.of(file.entries),
        note=NoteView(**vars(file.note)),
        versions=versions_of(file.whole, file.note),
        billing=file.billing,
        order=file.order,
    )

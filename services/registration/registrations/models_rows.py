"""Rows read by Core, typed; and what an insert takes."""

from datetime import date, datetime
from typing import Any, TypedDict, cast

import sqlalchemy as sa

from kit.sql import Values, column, named
from registration.registrations.models import AddOnShare, Answer, Attendee, Registration, RegistrationLine
from registration.registrations.rules_add_ons import AddOnRow
from registration.registrations.rules_answers import AnswerRow
from registration.registrations.rules_rows import AttendeeRow, BillTo, LineRow, RegistrationRow


def registration_row(row: sa.Row[Any]) -> RegistrationRow:
    """A row read by Core, typed: it has the columns of `Registration`."""
    columns = cast(Registration, row)
    return RegistrationRow(
        id=columns.id,
        activity_id=columns.activity_id,
        code=columns.code,
        status=columns.status,
        channel=columns.channel,
        lang=columns.lang,
        method=columns.method,
        contact_first=columns.contact_first,
        contact_last=columns.contact_last,
        contact_email=columns.contact_email,
        contact_phone=columns.contact_phone,
        company_id=columns.company_id,
        company_name=columns.company_name,
        company_key=columns.company_key,
        member=columns.member,
        bill_to=BillTo(**columns.bill_to),
        code_id=columns.code_id,
        subtotal=columns.subtotal,
        tps=columns.tps,
        tvq=columns.tvq,
        total=columns.total,
        ordered_on=columns.ordered_on,
        terms=columns.terms,
        link_version=columns.link_version,
        message_version=columns.message_version,
        created_at=columns.created_at,
        hold_until=columns.hold_until,
        check_at=columns.check_at,
        confirmed_at=columns.confirmed_at,
        ended_at=columns.ended_at,
        invoice_number=columns.invoice_number,
        amends_id=columns.amends_id,
        **_sums(columns),
    )


class _Sums(TypedDict):
    due_on: date | None
    paid_at: datetime | None
    paid_by: str
    credited: int
    received: int
    sums_revision: int
    refunded: int
    balance: int


def _sums(columns: Registration) -> _Sums:
    """What billing told of its order last."""
    return {
        "due_on": columns.due_on,
        "paid_at": columns.paid_at,
        "paid_by": columns.paid_by,
        "credited": columns.credited,
        "received": columns.received,
        "sums_revision": columns.sums_revision,
        "refunded": columns.refunded,
        "balance": columns.balance,
    }


def line_row(row: sa.Row[Any]) -> LineRow:
    """A row read by Core, typed: it has the columns of `RegistrationLine`."""
    columns = cast(RegistrationLine, row)
    return LineRow(
        id=columns.id,
        registration_id=columns.registration_id,
        position=columns.position,
        product_id=columns.product_id,
        price_key=columns.price_key,
        who=columns.who,
        label_fr=columns.label_fr,
        label_en=columns.label_en,
        quantity=columns.quantity,
        cancelled=columns.cancelled,
        unit_amount=columns.unit_amount,
        tax_class=columns.tax_class,
        gl_account=columns.gl_account,
        components=columns.components,
        attendees=columns.attendees,
        uses=columns.uses,
        lowered_by=columns.lowered_by,
        sponsorship=columns.sponsorship,
    )


def attendee_row(row: sa.Row[Any]) -> AttendeeRow:
    """A row read by Core, typed: it has the columns of `Attendee`."""
    columns = cast(Attendee, row)
    return AttendeeRow(
        id=columns.id,
        registration_id=columns.registration_id,
        line_id=columns.line_id,
        activity_id=columns.activity_id,
        position=columns.position,
        unit=columns.unit,
        code=columns.code,
        status=columns.status,
        first_name=columns.first_name,
        last_name=columns.last_name,
        email=columns.email,
        company_name=columns.company_name,
        sort_name=columns.sort_name,
        search=columns.search,
        ticket_version=columns.ticket_version,
        link_version=columns.link_version,
    )


def add_on_row(row: sa.Row[Any]) -> AddOnRow:
    """A row read by Core, typed: it has the columns of `AddOnShare`."""
    columns = cast(AddOnShare, row)
    return AddOnRow(
        line_id=columns.line_id,
        attendee_id=columns.attendee_id,
        registration_id=columns.registration_id,
        units=columns.units,
    )


def answer_row(row: sa.Row[Any]) -> AnswerRow:
    """A row read by Core, typed: it has the columns of `Answer`."""
    columns = cast(Answer, row)
    return AnswerRow(
        id=columns.id,
        registration_id=columns.registration_id,
        attendee_id=columns.attendee_id,
        question_id=columns.question_id,
        value=columns.value,
        key_id=columns.key_id,
    )


def registration_values(registration: RegistrationRow, fingerprint: str, search: str) -> dict[str, Any]:
    """What an insert takes: the row, what tells its form from another, and what it is found by."""
    more: Values = {column(Registration.fingerprint): fingerprint, column(Registration.search): search}
    return {**vars(registration), "bill_to": vars(registration.bill_to), **named(more)}

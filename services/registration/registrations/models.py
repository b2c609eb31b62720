"""Registrations, what they take, the people they bring, and their answers."""

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from kit.money import TaxClass
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.tables import Table, index_of


class Registration(Table, table=True):
    """One signup by one contact. Amounts are cents, as shown to the contact when they signed up.

    `paid_at` is what billing told; `hold_until` is when the places are given back unless it is confirmed;
    `check_at` is when the hold's end is looked at next (later than `hold_until` while billing cannot say). `credited`,
    `received`, `refunded` and `balance` (what is to pay now) are the sums that billing told last, and `sums_revision`
    the number it gave them. `amends_id` is the registration it adds to. `company_key` is the company's name as it is
    compared, of what is paid on invoice.
    """

    id: uuid.UUID = Field(primary_key=True)
    activity_id: uuid.UUID = Field(foreign_key="activity.id")
    code: str = Field(unique=True)
    status: RegistrationStatus = Field(sa_type=enum_type(RegistrationStatus))
    fingerprint: str
    channel: str = "online"
    lang: str
    method: str
    contact_first: str = Field(sa_column_kwargs=personal("know who signed up", "30 days when not finished"))
    contact_last: str = Field(sa_column_kwargs=personal("know who signed up", "30 days when not finished"))
    contact_email: str = Field(sa_column_kwargs=personal("reach the contact", "24 months after the activity"))
    contact_phone: str = Field(
        default="", sa_column_kwargs=personal("reach the contact", "24 months after the activity")
    )
    company_id: uuid.UUID | None = Field(default=None, foreign_key="company.id", index=True)
    company_name: str = Field(default="", sa_column_kwargs=personal("know who signed up", "30 days when not finished"))
    company_key: str = Field(
        default="",
        sa_column_kwargs=personal("count a company's places", "30 days when not finished") | {"server_default": ""},
    )
    member: bool = False
    bill_to: dict[str, str] = Field(
        default_factory=dict,
        sa_type=sa.JSON,
        sa_column_kwargs=personal("send the invoice", "24 months after the activity"),
    )
    code_id: uuid.UUID | None = Field(default=None, foreign_key="code.id", index=True)
    subtotal: int = Field(sa_type=sa.BigInteger)
    tps: int = Field(sa_type=sa.BigInteger)
    tvq: int = Field(sa_type=sa.BigInteger)
    total: int = Field(sa_type=sa.BigInteger)
    ordered_on: date
    terms: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    search: str = Field(sa_column_kwargs=personal("find a registration", "24 months after the activity"))
    link_version: int = 1
    message_version: int = 1
    created_at: datetime
    hold_until: datetime | None = None
    check_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    invoice_number: str = ""
    due_on: date | None = None
    paid_at: datetime | None = None
    paid_by: str = ""
    credited: int = Field(default=0, sa_type=sa.BigInteger)
    refunded: int = Field(default=0, sa_type=sa.BigInteger)
    sums_revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    balance: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    amends_id: uuid.UUID | None = None
    __table_args__ = (
        sa.Index("ix_registration_activity", "activity_id", "created_at", "id"),
        index_of("ix_registration_company", "method = 'invoice'", "activity_id", "company_key"),
        index_of("ix_registration_amends", "amends_id IS NOT NULL", "amends_id"),
        index_of("ix_registration_held", "status = 'held'", "activity_id"),
        index_of("ix_registration_check", "status = 'held'", "check_at"),
        index_of("ix_registration_unconfirmed", "status <> 'confirmed'", "activity_id", "status", "created_at", "id"),
    )


class RegistrationLine(Table, table=True):
    """So many units of a product at one price. `cancelled` units were given back; a code took `lowered_by` off each. A
    `sponsorship` is for nobody."""

    __tablename__ = "registration_line"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    position: int
    product_id: uuid.UUID = Field(foreign_key="product.id")
    price_key: str
    who: str
    label_fr: str
    label_en: str = ""
    quantity: int
    cancelled: int = 0
    unit_amount: int = Field(sa_type=sa.BigInteger)
    tax_class: TaxClass = Field(sa_type=enum_type(TaxClass))
    gl_account: str
    components: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    attendees: int
    uses: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    lowered_by: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    sponsorship: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    __table_args__ = (sa.CheckConstraint("cancelled >= 0 AND cancelled <= quantity", name="cancelled_within_quantity"),)


class Attendee(Table, table=True):
    """One place, named now or later, with one ticket. A replacement keeps the row and raises the versions."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    line_id: uuid.UUID = Field(foreign_key="registration_line.id")
    activity_id: uuid.UUID = Field(foreign_key="activity.id")
    position: int
    unit: int
    code: str = Field(unique=True)
    status: AttendeeStatus = Field(default=AttendeeStatus.ACTIVE, sa_type=enum_type(AttendeeStatus))
    first_name: str = Field(default="", sa_column_kwargs=personal("know who comes", "30 days when not finished"))
    last_name: str = Field(default="", sa_column_kwargs=personal("know who comes", "30 days when not finished"))
    email: str = Field(default="", sa_column_kwargs=personal("send the ticket", "24 months after the activity"))
    company_name: str = Field(default="", sa_column_kwargs=personal("know who comes", "30 days when not finished"))
    sort_name: str = Field(default="", sa_column_kwargs=personal("know who comes", "30 days when not finished"))
    search: str = Field(sa_column_kwargs=personal("find a person at the door", "24 months after the activity"))
    ticket_version: int = 1
    link_version: int = 1
    __table_args__ = (
        sa.Index("ix_attendee_activity", "activity_id", "sort_name", "id"),
        index_of("ix_attendee_cancelled", "status = 'cancelled'", "activity_id", "sort_name", "id"),
    )


class AddOnShare(Table, table=True):
    """So many units of an add-on's line, for one attendee: they go back when the attendee is cancelled."""

    __tablename__ = "add_on_share"
    line_id: uuid.UUID = Field(foreign_key="registration_line.id", primary_key=True)
    attendee_id: uuid.UUID = Field(foreign_key="attendee.id", primary_key=True, index=True)
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    units: int
    __table_args__ = (sa.CheckConstraint("units > 0", name="units_positive"),)


class Answer(Table, table=True):
    """An answer to a question, of the registration or (with `attendee_id`) of one attendee.

    With a `key_id`, `value` is sealed under that key. A `value` of null was erased when its day had come.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    registration_id: uuid.UUID = Field(foreign_key="registration.id", index=True)
    attendee_id: uuid.UUID | None = Field(default=None, foreign_key="attendee.id", index=True)
    question_id: uuid.UUID = Field(foreign_key="question.id")
    value: Any = Field(
        sa_type=sa.JSON,
        sa_column_kwargs=personal("organise the activity", "the question's own day, else 24 months after the activity"),
    )
    key_id: uuid.UUID | None = Field(default=None, foreign_key="answer_key.id", index=True)

"""The rows of the crowd, one function a table."""

import uuid
from typing import Any

import crowd as load
from kit.clock import local_day
from kit.money import Amounts, TaxClass
from kit.text import fold
from registration.catalog.rules import Who
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_rows import person_name
from registration.seed.source import NAMESPACE

Row = dict[str, Any]


def _registration(signup: load.Signup, found: Amounts) -> Row:
    contact = signup.contact
    return {
        "id": signup.id,
        "activity_id": _id("activity"),
        "code": signup.code,
        "status": RegistrationStatus.CONFIRMED,
        "fingerprint": load.KEY,
        "lang": signup.lang,
        "method": signup.method,
        "contact_first": contact.first,
        "contact_last": contact.last,
        "contact_email": contact.email,
        "company_name": signup.company,
        "subtotal": found.subtotal,
        "tps": found.tps,
        "tvq": found.tvq,
        "total": found.total,
        "ordered_on": local_day(signup.at, load.ZONE),
        "search": fold(f"{contact.first} {contact.last} {signup.company} {contact.email} {signup.code}"),
        "created_at": signup.at,
        "confirmed_at": signup.paid_at if signup.method == "card" else signup.at,
        "invoice_number": load.invoice_number(signup.n),
        "paid_at": signup.paid_at if signup.paid_by else None,
        "paid_by": signup.paid_by,
    }


def _line(signup: load.Signup) -> Row:
    return {
        "id": load.row_id("line", signup.n),
        "registration_id": signup.id,
        "position": 0,
        "product_id": _id("product"),
        "price_key": load.PRICE,
        "who": Who.ANYONE,
        "label_fr": load.LABEL_FR,
        "label_en": load.LABEL_EN,
        "quantity": len(signup.people),
        "unit_amount": load.UNIT_AMOUNT,
        "tax_class": TaxClass.TAXABLE,
        "gl_account": load.GL_ACCOUNT,
        "attendees": 1,
        "uses": {"places": 1},
    }


def _attendee(signup: load.Signup, seat: int) -> Row:
    person, code = signup.people[seat], f"{signup.code}-{seat + 1}"
    return {
        "id": load.row_id("attendee", signup.n, seat),
        "registration_id": signup.id,
        "line_id": load.row_id("line", signup.n),
        "activity_id": _id("activity"),
        "position": seat + 1,
        "unit": seat,
        "code": code,
        "company_name": signup.company,
        **vars(person_name(person.first, person.last, person.email, signup.company, code)),
    }


def _answer(signup: load.Signup, seat: int) -> Row:
    return {
        "id": load.row_id("answer", signup.n, seat),
        "registration_id": signup.id,
        "attendee_id": load.row_id("attendee", signup.n, seat),
        "question_id": _id("question"),
        "value": signup.people[seat].meal,
    }


def _history(signup: load.Signup) -> Row:
    return {
        "id": load.row_id("history", signup.n),
        "at": signup.at,
        "subject": "registration",
        "subject_id": signup.id,
        "action": "registration.confirmed",
    }


def _id(kind: str) -> Any:
    return uuid.uuid5(NAMESPACE, f"{load.KEY}/{kind}")

"""A signup worked out before any lock is taken: every row it will write, and every refusal that needs no database.

Amounts are cents; the day that taxes are computed for is the activity's local day.
"""

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit.clock import local_day
from kit.contracts import Association
from kit.db import new_id
from kit.errors import InvalidInput
from kit.money import Amounts, Line, amounts
from kit.text import fold
from registration.catalog.queries import Offer
from registration.catalog.rules import NO_CODE, CodeEffect, NotOffered, SaleState, Visitor, best_price, groups, lowered
from registration.registrations.rules import RegistrationStatus, Row, SoldOut, names, takes_of
from registration.signup.rules import MembersOnly, SignupClosed, TotalChanged
from registration.signup.rules_check import Choice, find_problems, invoice_problems, questions_for, slots
from registration.signup.schemas import AttendeeIn, Item, SignupRequest

# Read aloud without confusion: no I, L, O, U (Crockford).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Circumstances:
    """What surrounds a signup: who, when, where, and how long places are held."""

    visitor: Visitor
    association: Association
    now: datetime
    hold_seconds: int
    channel: str = "online"
    code: CodeEffect = NO_CODE
    code_id: uuid.UUID | None = None
    card_offered: bool = True


@dataclass(frozen=True)
class Plan:
    """Rows ready to insert, in order; `takes` are (resource id, units) in id order."""

    registration: Row
    lines: list[Row]
    attendees: list[Row]
    answers: list[Row]
    takes: list[tuple[uuid.UUID, int]]
    amounts: Amounts
    code_units: int
    confirmed: bool


def choose(offer: Offer, items: tuple[Item, ...], around: Circumstances) -> list[Choice]:
    """Each item with the price that applies to this visitor now. Raises NotOffered."""
    choices = []
    for item in items:
        product = offer.product(item.product)
        if product is None or product.on_request:
            raise NotOffered(field=f"items.{item.product}")
        if item.who not in groups(product.prices, around.visitor, around.now, around.channel, around.code):
            raise NotOffered(field=f"items.{item.product}")
        price = best_price(product.prices, item.who, item.quantity, around.now, around.channel, around.code)
        choices.append(Choice(item, product, price, lowered(price.amount, around.code)))
    return choices


def total(offer: Offer, choices: list[Choice], around: Circumstances) -> Amounts:
    """What the choices come to, with taxes, on the activity's local day."""
    lines = [Line(choice.amount * choice.item.quantity, choice.price.tax_class) for choice in choices]
    day = local_day(around.now, offer.activity.timezone)
    return amounts(lines, day, around.association.tax_registered)


def plan(offer: Offer, request: SignupRequest, around: Circumstances) -> Plan:
    """Everything the signup will write.

    Raises SignupClosed, MembersOnly, SoldOut, NotOffered, InvalidInput (fields named) or TotalChanged.
    """
    _refuse_unless_open(offer, around)
    choices = choose(offer, request.items, around)
    found = total(offer, choices, around)
    method = _method(offer, request, found.total, around)
    problems = find_problems(offer, request, choices, around.channel == "on_site")
    if not method:
        problems["method"] = "problem.method"
    elif method == "invoice":
        problems |= invoice_problems(request)
    if problems:
        raise InvalidInput(problems)
    if request.expected_total is not None and request.expected_total != found.total:
        raise TotalChanged(field="total")
    registration = _registration(offer, request, around, found, method)
    lines = [_line(registration["id"], n, choice) for n, choice in enumerate(choices)]
    attendees, answers = _people(offer, request, registration, list(zip(choices, lines, strict=True)))
    registration["search"] = _search(request, registration["code"])
    coded = sum(choice.item.quantity for choice in choices if _uses_code(choice, around.code))
    registration["code_id"] = around.code_id if coded else None
    return Plan(
        registration,
        lines,
        attendees,
        answers,
        takes_of(lines, {key: row[0] for key, row in offer.resources.items()}),
        found,
        coded,
        registration["status"] == RegistrationStatus.CONFIRMED,
    )


def _refuse_unless_open(offer: Offer, around: Circumstances) -> None:
    state = offer.state(around.now)
    if around.channel == "on_site" and state in (SaleState.CLOSED, SaleState.NOT_YET):
        return  # At the door the online dates do not apply.
    if state is SaleState.SOLD_OUT:
        raise SoldOut()
    if state is not SaleState.OPEN:
        raise SignupClosed()
    if offer.activity.members_only and not around.visitor.member:
        raise MembersOnly()


def _method(offer: Offer, request: SignupRequest, owed: int, around: Circumstances) -> str:
    """Empty when the way asked for is not offered."""
    if owed == 0:
        return "free"
    offered = {method for method in offer.activity.methods if method != "card" or around.card_offered}
    if around.channel == "on_site":
        offered |= {"cash"}
    return request.method if request.method in offered else ""


def _registration(offer: Offer, request: SignupRequest, around: Circumstances, found: Amounts, method: str) -> Row:
    held = method == "card"
    until = around.now + timedelta(seconds=around.hold_seconds) if held else None
    visitor = around.visitor
    return {
        "id": request.registration_id,
        "activity_id": offer.activity.id,
        "code": new_code(),
        "status": RegistrationStatus.HELD if held else RegistrationStatus.CONFIRMED,
        "fingerprint": fingerprint(request),
        "channel": around.channel,
        "lang": request.lang,
        "method": method,
        "contact_first": request.contact.first_name,
        "contact_last": request.contact.last_name,
        "contact_email": request.contact.email,
        "contact_phone": request.contact.phone,
        "company_id": uuid.UUID(visitor.company_id) if visitor.company_id else None,
        "company_name": request.company or visitor.company_name,
        "member": visitor.member,
        "bill_to": request.bill_to.model_dump(),
        "subtotal": found.subtotal,
        "tps": found.tps,
        "tvq": found.tvq,
        "total": found.total,
        "ordered_on": local_day(around.now, offer.activity.timezone),
        "terms": _accepted(request, around),
        "link_version": 1,
        "message_version": 1,
        "created_at": around.now,
        "hold_until": until,
        "check_at": until,
        "confirmed_at": None if held else around.now,
        "invoice_number": "",
        "paid_by": "",
        "credited": 0,
        "refunded": 0,
    }


def _accepted(request: SignupRequest, around: Circumstances) -> Row:
    """Which terms were accepted, in which language, when (domain.md L1)."""
    terms = str(around.association.valid_from)
    return {"accepted_at": around.now.isoformat(), "lang": request.lang, "of": terms}


def _line(registration_id: uuid.UUID, position: int, choice: Choice) -> Row:
    label = choice.label
    return {
        "id": new_id(),
        "registration_id": registration_id,
        "position": position,
        "product_id": choice.product.id,
        "price_key": choice.price.key,
        "who": choice.item.who,
        "label_fr": label.fr,
        "label_en": label.en,
        "quantity": choice.item.quantity,
        "cancelled": 0,
        "unit_amount": choice.amount,
        "tax_class": choice.price.tax_class,
        "gl_account": choice.price.gl_account,
        "components": dict(choice.price.components),
        "attendees": 0 if choice.product.add_on else choice.product.attendees,
        "uses": dict(choice.product.uses),
    }


def _people(
    offer: Offer, request: SignupRequest, registration: Row, pairs: list[tuple[Choice, Row]]
) -> tuple[list[Row], list[Row]]:
    chosen = [choice for choice, _ in pairs]
    line_of = {id(choice): line for choice, line in pairs}
    attendees, answers = [], []
    for position, (prefix, person, choice) in enumerate(slots(request, chosen), start=1):
        row = _attendee(registration, line_of[id(choice)], position, int(prefix.rsplit(".", 1)[1]), person)
        attendees.append(row)
        asked = questions_for(offer, chosen, person.answers, choice)
        answers += _answers(registration["id"], row["id"], person.answers, asked)
    asked = questions_for(offer, chosen, request.answers)
    return attendees, answers + _answers(registration["id"], None, request.answers, asked)


def _attendee(registration: Row, line: Row, position: int, place: int, person: AttendeeIn) -> Row:
    code = f"{registration['code']}-{position}"
    company = person.company or registration["company_name"]
    return {
        "id": new_id(),
        "registration_id": registration["id"],
        "line_id": line["id"],
        "activity_id": registration["activity_id"],
        "position": position,
        "unit": place // line["attendees"],
        "code": code,
        "status": "active",
        "company_name": company,
        "ticket_version": 1,
        "link_version": 1,
        **names(person.first_name, person.last_name, person.email, company, code),
    }


def _answers(
    registration_id: uuid.UUID, attendee_id: uuid.UUID | None, given: Mapping[str, Any], asked: Sequence[Any]
) -> list[Row]:
    """Only what was asked is kept: an answer to a question that was not shown was checked by nobody."""
    common = {"registration_id": registration_id, "attendee_id": attendee_id}
    kept = [(question.id, value) for question in asked if (value := given.get(question.key))]
    return [{"id": new_id(), **common, "question_id": question, "value": value} for question, value in kept]


def _search(request: SignupRequest, code: str) -> str:
    contact = request.contact
    return fold(f"{contact.first_name} {contact.last_name} {request.company} {contact.email} {code}")


def _uses_code(choice: Choice, code: CodeEffect) -> bool:
    return choice.item.who == "code" or code.percent_off > 0


def new_code() -> str:
    """Eight characters a person can read aloud; not a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def fingerprint(request: SignupRequest) -> str:
    """The same for the same content, whatever total was shown: a form sent twice is told from one that was changed."""
    plain = request.model_copy(update={"expected_total": None}).model_dump_json()
    return hashlib.sha256(plain.encode()).hexdigest()

"""The rows that a signup writes, worked out before any lock is taken."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from kit.contracts.texts import READ_ALOUD
from kit.money import Amounts
from kit.text import fold
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.registrations.rules import AttendeeStatus, RegistrationStatus
from registration.registrations.rules_add_ons import AddOnRow
from registration.registrations.rules_answers import AnswerRow, AnswerValue
from registration.registrations.rules_rows import (
    AttendeeRow,
    BillTo,
    LineRow,
    RegistrationRow,
    contact_search,
    person_name,
    takes_of,
)
from registration.signup.codes.rules import served_by_code
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_check import questions_of_place, questions_of_registration
from registration.signup.rules_choices import Choice, PlaceRequest, places
from registration.signup.schemas import SignupRequest


@dataclass(frozen=True)
class Terms:
    """What it comes to, and how it is paid."""

    amounts: Amounts
    method: str


def rows(
    offer: Offer, request: SignupRequest, choices: list[Choice], circumstances: Circumstances, terms: Terms
) -> Plan:
    lines = [_line(request.registration_id, n, choice, circumstances.new_id()) for n, choice in enumerate(choices)]
    units = served_by_code(lines, circumstances)
    seconds = _seconds_held(choices, offer, circumstances, terms)
    registration = _registration(offer, request, circumstances, terms, seconds)
    if units:
        registration = replace(registration, code_id=circumstances.code_id)
    people = _people(offer, request, registration, choices, lines, circumstances.new_id)
    takes = takes_of(lines, {key: resource.id for key, resource in offer.resources.items()})
    names = _search(request, registration.code)
    return Plan(
        registration,
        fingerprint(request),
        names,
        lines,
        people.attendees,
        people.answers,
        people.add_ons,
        takes,
        units,
        moved_at=offer.activity.moved_at,
    )


def _seconds_held(choices: list[Choice], offer: Offer, circumstances: Circumstances, terms: Terms) -> int | None:
    """How long the places wait for a payment, or for their contact to confirm them by mail; None: not at all."""
    if terms.method == "card":
        return circumstances.hold_seconds
    people = sum(choice.brings for choice in choices)
    unproven = circumstances.confirm_first or people > offer.activity.confirm_above
    if terms.method == "invoice" and circumstances.stranger and unproven:
        return circumstances.confirm_seconds
    return None


def _registration(
    offer: Offer, request: SignupRequest, circumstances: Circumstances, terms: Terms, seconds: int | None
) -> RegistrationRow:
    held = seconds is not None
    until = circumstances.now + timedelta(seconds=seconds) if seconds is not None else None
    visitor, contact = circumstances.visitor, request.contact
    company = request.company or visitor.company_name
    return RegistrationRow(
        id=request.registration_id,
        activity_id=offer.activity.id,
        code=new_code(),
        status=RegistrationStatus.HELD if held else RegistrationStatus.CONFIRMED,
        channel=circumstances.channel,
        lang=request.lang,
        method=terms.method,
        contact_first=contact.first_name,
        contact_last=contact.last_name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        company_id=uuid.UUID(visitor.company_id) if visitor.company_id else None,
        company_name=company,
        company_key=fold(company) if terms.method == "invoice" or circumstances.code.per_company else "",
        member=visitor.member,
        bill_to=BillTo(**request.bill_to.model_dump()),
        code_id=None,
        subtotal=terms.amounts.subtotal,
        tps=terms.amounts.tps,
        tvq=terms.amounts.tvq,
        total=terms.amounts.total,
        balance=terms.amounts.total,
        ordered_on=circumstances.day,
        terms=_accepted(request, circumstances),
        created_at=circumstances.now,
        hold_until=until,
        check_at=until,
        confirmed_at=None if held else circumstances.now,
    )


def _accepted(request: SignupRequest, circumstances: Circumstances) -> dict[str, str]:
    """Which terms were accepted, in which language, when (domain.md L1)."""
    terms = str(circumstances.association.valid_from)
    return {"accepted_at": circumstances.now.isoformat(), "lang": request.lang, "of": terms}


def _line(registration_id: uuid.UUID, position: int, choice: Choice, line_id: uuid.UUID) -> LineRow:
    label = choice.label
    return LineRow(
        id=line_id,
        registration_id=registration_id,
        position=position,
        product_id=choice.product.id,
        price_key=choice.price.key,
        who=choice.item.who,
        label_fr=label.fr,
        label_en=label.en,
        quantity=choice.item.quantity,
        cancelled=0,
        unit_amount=choice.amount,
        lowered_by=choice.price.amount - choice.amount,
        tax_class=choice.price.tax_class,
        gl_account=choice.price.gl_account,
        components=dict(choice.price.components),
        attendees=0 if choice.product.add_on else choice.product.attendees,
        uses=dict(choice.product.uses),
        sponsorship=choice.product.level.is_level,
    )


@dataclass(frozen=True)
class _People:
    """Who comes, what they answer, and the add-ons that are for them."""

    attendees: list[AttendeeRow]
    answers: list[AnswerRow]
    add_ons: list[AddOnRow]


def _people(
    offer: Offer,
    request: SignupRequest,
    registration: RegistrationRow,
    choices: list[Choice],
    lines: list[LineRow],
    new_id: Callable[[], uuid.UUID],
) -> _People:
    people = _People([], [], [])
    for position, place in enumerate(places(request, choices), start=1):
        attendee = _attendee(registration, lines[place.item], position, place, new_id())
        people.attendees.append(attendee)
        questions = questions_of_place(offer, choices, place)
        people.answers.extend(_answers(registration.id, attendee.id, place.person.answers, questions, new_id))
        for item, units in place.add_ons.items():
            line = lines[item].id
            row = AddOnRow(line_id=line, attendee_id=attendee.id, registration_id=registration.id, units=units)
            people.add_ons.append(row)
    questions = questions_of_registration(offer, choices, request.answers)
    people.answers.extend(_answers(registration.id, None, request.answers, questions, new_id))
    return people


def _attendee(
    registration: RegistrationRow, line: LineRow, position: int, place: PlaceRequest, attendee_id: uuid.UUID
) -> AttendeeRow:
    code, person = f"{registration.code}-{position}", place.person
    company = person.company or registration.company_name
    return AttendeeRow(
        id=attendee_id,
        registration_id=registration.id,
        line_id=line.id,
        activity_id=registration.activity_id,
        position=position,
        unit=place.unit,
        code=code,
        status=AttendeeStatus.ACTIVE,
        **vars(person_name(person.first_name, person.last_name, person.email, company, code)),
    )


def _answers(
    registration_id: uuid.UUID,
    attendee_id: uuid.UUID | None,
    given: Mapping[str, AnswerValue],
    questions: Sequence[QuestionOffer],
    new_id: Callable[[], uuid.UUID],
) -> list[AnswerRow]:
    """Only what was asked is kept: an answer to a question that was not shown was checked by nobody."""
    return [
        AnswerRow(
            id=new_id(),
            registration_id=registration_id,
            attendee_id=attendee_id,
            question_id=question.id,
            value=given[question.key],
        )
        for question in questions
        if given.get(question.key)
    ]


def _search(request: SignupRequest, code: str) -> str:
    contact = request.contact
    return contact_search(f"{contact.first_name} {contact.last_name}", request.company, contact.email, code)


def new_code() -> str:
    """Eight characters a person can read aloud; not a secret."""
    return "".join(secrets.choice(READ_ALOUD) for _ in range(8))


def fingerprint(request: SignupRequest) -> str:
    """The same for the same content, whatever total was shown: a form sent twice is told from one that was changed."""
    plain = request.model_copy(update={"expected_total": None}).model_dump_json()
    return hashlib.sha256(plain.encode()).hexdigest()

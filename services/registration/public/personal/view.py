"""What personal pages show: places, questions, tickets; and how their fields are named."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Response

from kit import text
from kit.contracts import CreditQuote, PaymentMethod
from kit.contracts.addresses import clean
from kit.errors import InvalidInput, NotFound
from kit.qr import qr_svg
from registration.catalog import view as addresses
from registration.catalog.calendars.view import activity_calendar
from registration.catalog.offers.view_calendar import calendar_links, map_url
from registration.catalog.partners.view import partner_lines
from registration.changes.actions import Cancelled
from registration.changes.rules import PersonNamed
from registration.changes.view import answers_to_begin_from, has_answered, questions_of_place
from registration.forms import FormValues
from registration.letters import view as letters_view
from registration.registrations.queries import Whole
from registration.registrations.rules import RegistrationStatus
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow
from registration.registrations.view import QuestionField, place_label, question_field
from registration.service import RegistrationService

NAMES = {"first_name": "first_name", "last_name": "last_name", "email": "email", "company": "company_name"}


@dataclass(frozen=True)
class AmountRow:
    """A row of the amounts, in cents; `kind` is how it is drawn."""

    label: str
    amount: int
    kind: str
    note: str = ""


@dataclass(frozen=True)
class PlaceFields:
    """One place as a page shows it: the prefix of its fields, their values, its ticket and its questions; `answered`:
    whether they are (None: nothing is asked)."""

    row: AttendeeRow
    prefix: str
    values: Mapping[str, str]
    label: str
    questions: list[QuestionField]
    qr: str
    answered: bool | None

    @property
    def name(self) -> str:
        return self.row.full_name

    @property
    def number(self) -> int:
        return self.row.position


def common(here: RegistrationService, whole: Whole, lang: str) -> dict[str, Any]:
    activity = whole.offer.activity
    return {
        "registration": whole.registration,
        "invoice_by_card": whole.registration.invoice_waits and here.billing.card_offered(),
        "by_mail": by_mail(whole),
        "activity": activity,
        "title": letters_view.title(whole.offer, lang),
        "when": when_text(here, whole, lang),
        "where": letters_view.place_text(whole.offer),
        "zone": activity.timezone,
        "url": address(here, whole),
        "activity_url": here.home + addresses.page(activity, lang),
        "has_calendar": bool(whole.offer.sessions) and not activity.waits_for_date,
        "calendars": calendar_links(whole.offer, lang, here.home + addresses.page(activity, lang)),
        "map_url": map_url(activity),
        "partners": partner_lines(activity.partners, partial(here.pages.catalogue.say, lang)),
        "plan_url": f"{here.home}/plans/{activity.key}" if activity.covers_people else "",
        "noindex": True,
    }


def when_text(here: RegistrationService, whole: Whole, lang: str) -> str:
    """When it is, as far as that is known."""
    if whole.offer.activity.waits_for_date:
        return here.pages.catalogue.say(lang, "storefront.new_date")
    return letters_view.when_text(whole.offer, lang)


def by_mail(whole: Whole) -> bool:
    """Whoever pays by invoice had only to confirm by mail: what is held for them, or over, waited for no payment."""
    return whole.registration.method == "invoice"


def is_leaving(whole: Whole, now: datetime) -> bool:
    """Let go, or out of time: the places are on their way to others, and nothing is to be paid any more."""
    registration = whole.registration
    until = registration.hold_until
    return registration.status == RegistrationStatus.HELD and until is not None and until <= now


def title_key(whole: Whole, now: datetime) -> str:
    """The sentence that says how the registration stands."""
    if is_leaving(whole, now):
        return "personal.title.leaving"
    state = whole.registration.status.value
    waiting = {"held": "waiting", "expired": "unconfirmed"} if by_mail(whole) else {}
    return f"personal.title.{waiting.get(state, state)}"


def line_rows(here: RegistrationService, whole: Whole, lang: str) -> list[AmountRow]:
    """What was taken, as it was signed up for: what was given back since is credited below."""
    say = here.pages.catalogue.say
    return [
        AmountRow(
            say(lang, "signup.line", quantity=line.quantity, label=line.label.in_(lang)),
            line.amount,
            "line",
            say(lang, "personal.line_cancelled", n=line.cancelled) if line.cancelled else "",
        )
        for line in whole.lines
    ]


def sum_rows(here: RegistrationService, registration: RegistrationRow, lang: str) -> list[AmountRow]:
    """The total, and what became of it down to what is to pay: the column adds up."""
    say = here.pages.catalogue.say
    if registration.status not in (RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED):
        return [AmountRow(say(lang, "amount.total"), registration.total, "total")]
    moved = {
        "credited": -registration.credited,
        "received": -registration.received,
        "refunded": registration.refunded,
        "returning": registration.returning,
    }
    # A dispute, say, or money that went back without us: the association looks at it.
    moved["examined"] = registration.balance - registration.total - sum(moved.values())
    rows = [AmountRow(say(lang, f"amount.{name}"), amount, "line") for name, amount in moved.items() if amount]
    total = AmountRow(say(lang, "amount.total"), registration.total, "total")
    return [total, *rows, AmountRow(say(lang, "amount.balance"), registration.balance, "total")] if rows else [total]


def back_sentence(here: RegistrationService, registration: RegistrationRow, lang: str) -> str:
    """What went back, or will, when anything does."""
    say, card = here.pages.catalogue.say, ".card" if registration.paid_by == PaymentMethod.CARD else ""
    back = {f"personal.returned{card}": registration.refunded, f"personal.returning{card}": registration.returning}
    return " ".join(say(lang, key, amount=text.money(cents, lang)) for key, cents in back.items() if cents)


def outcome_sentences(
    here: RegistrationService, whole: Whole, outcome: Cancelled, quote: CreditQuote | None, lang: str
) -> str:
    """What cancelling gives back, in amounts; in words, while billing cannot be asked."""
    if outcome.credit <= 0:
        return ""
    say, row = here.pages.catalogue.say, whole.registration
    if quote is None:
        return say(lang, "cancel.refund" if row.paid_at else "cancel.credit", amount=text.money(outcome.credit, lang))
    said = {
        "cancel.lowered": quote.total - quote.refund,
        "cancel.back_card": quote.by_card,
        "cancel.back_hand": quote.by_hand,
        "cancel.left": quote.balance,
    }
    return " ".join(say(lang, key, amount=text.money(cents, lang)) for key, cents in said.items() if cents)


def prefix_of(attendee: AttendeeRow) -> str:
    """What the fields of one place begin with on a page."""
    return f"p{attendee.position}"


def place_fields(
    here: RegistrationService, whole: Whole, attendee: AttendeeRow, lang: str, form: FormValues | None
) -> PlaceFields:
    """One attendee as a page shows it, as it stands or (refused) as it was `typed`."""
    prefix = prefix_of(attendee)
    values = {field: getattr(attendee, field) for field in NAMES.values()}
    if form is not None:
        values = {field: form.one(f"{prefix}.{field}") for field in values}
    code = here.links.ticket(attendee.id, attendee.ticket_version)
    label = place_label(whole.offer, whole.bought.with_added(attendee)).in_(lang)
    questions, answered = question_fields(whole, attendee, lang, form), has_answered(whole, attendee)
    return PlaceFields(attendee, prefix, values, label, questions, qr_svg(code), answered)


def question_fields(
    whole: Whole, attendee: AttendeeRow | None, lang: str, form: FormValues | None
) -> list[QuestionField]:
    """The questions of one attendee (or of the registration) with their answers, as typed, else as they stand."""
    answers = answers_to_begin_from(whole, attendee) if form is None else answers_from(whole, form, attendee)
    start = _answer_prefix(attendee)
    return [
        question_field(question, start + question.key, answers.get(question.key), lang)
        for question in questions_of_place(whole, attendee, answers)
    ]


def _answer_prefix(attendee: AttendeeRow | None) -> str:
    return f"{prefix_of(attendee)}.answer." if attendee else "answers."


def person_from(form: FormValues, attendee: AttendeeRow) -> PersonNamed:
    """Who takes the place, as the page's form says it."""
    person = PersonNamed(**{name: form.one(f"{prefix_of(attendee)}.{field}") for name, field in NAMES.items()})
    return replace(person, email=clean(person.email))


def answers_from(whole: Whole, form: FormValues, attendee: AttendeeRow | None) -> dict[str, AnswerValue]:
    """The answers of one place (or of the registration) in the page's form, by question."""
    start = _answer_prefix(attendee)
    return {
        question.key: form.answer(start + question.key, several=question.takes_several)
        for question in whole.offer.questions
    }


def problems_by_field(refusal: InvalidInput, attendee: AttendeeRow | None) -> dict[str, str]:
    """The problems of one place (or of the registration) by the names of the page's fields."""
    named: dict[str, str] = {}
    for where, problem in refusal.places.items():
        if isinstance(where, tuple):
            named[f"{_answer_prefix(attendee)}{where[-1]}"] = problem
        elif attendee is not None:
            named[f"{prefix_of(attendee)}.{NAMES[where]}"] = problem
    return named


def address(here: RegistrationService, whole: Whole) -> str:
    registration = whole.registration
    return here.links.registration(registration.id, registration.link_version)


def calendar_of(here: RegistrationService, whole: Whole) -> Response:
    """It leads to the public page, as the letter's: calendars are shared with colleagues, personal links are not.

    Raises NotFound when the activity has no date.
    """
    if not whole.offer.sessions:
        raise NotFound()
    lang = whole.registration.lang
    content = activity_calendar(whole.offer, lang, here.home + addresses.page(whole.offer.activity, lang))
    headers = {"Content-Disposition": 'attachment; filename="guichet.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

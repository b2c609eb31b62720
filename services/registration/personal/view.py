"""What personal pages show and read: places, questions, tickets; and the one way to change a place."""

import uuid
from typing import Any

from fastapi import Response
from markupsafe import Markup
from sqlmodel import Session

from kit.auth import Caller
from kit.errors import InvalidInput
from kit.qr import qr
from registration import letters
from registration.catalog.calendar import activity_calendar
from registration.form.schemas import Typed
from registration.form.view import QuestionField, question_field
from registration.personal import actions
from registration.personal.actions import PersonNamed
from registration.personal.queries import Whole
from registration.personal.rules import is_open, may_change_until
from registration.service import RegistrationService
from registration.signup import take
from registration.signup.check import problem_of_email
from registration.signup.plan import Row
from registration.signup.rules import TooLate, answer_problem, is_asked

# Whoever holds a personal link: history shows them as the contact or the attendee, without a name.
BY_LINK = Caller(frozenset({"link"}))


def common(here: RegistrationService, found: Whole, lang: str) -> dict[str, Any]:
    return {
        "registration": found.registration,
        "activity": found.offer.activity,
        "title": letters.title(found.offer, lang),
        "when": letters.when_text(found.offer, lang),
        "where": letters.place_text(found.offer),
        "zone": found.offer.activity.timezone,
        "url": address(here, found),
        "noindex": True,
    }


def place_of(here: RegistrationService, found: Whole, row: Row, lang: str, typed: Typed | None) -> dict[str, Any]:
    """One attendee as a page shows it: names, ticket and questions."""
    prefix = f"p{row['position']}"
    values = {field: row[field] for field in ("first_name", "last_name", "email", "company_name")}
    if typed is not None:
        values = {field: typed.one(f"{prefix}.{field}") for field in values}
    code = take.links_of(here).ticket(row["id"], row["ticket_version"])
    return {
        "row": row,
        "prefix": prefix,
        "values": values,
        "name": letters.full_name(row),
        "label": letters.label(found.line_of(row), lang),
        "questions": questions_of(found, asked_of(found, row), row, lang, typed),
        "qr": qr_svg(code),
        "number": row["position"],
    }


def qr_svg(text: str) -> Markup:
    """A QR as inline SVG, without any style attribute. The text is ours: a link, never what somebody typed."""
    return Markup(qr(text).svg_inline(scale=4, omitsize=True, border=2))  # noqa: S704


def asked_of(found: Whole, row: Row | None) -> list[Any]:
    """The questions that apply to one attendee (or to the registration)."""
    products = {p.id: p for p in found.offer.products}
    bought = [products[line["product_id"]] for line in found.lines if line["product_id"] in products]
    add_ons = {product.key for product in bought if product.add_on}
    mine = {product.key for product in bought} if row is None else set(add_ons)
    if row is not None and found.line_of(row)["product_id"] in products:
        mine.add(products[found.line_of(row)["product_id"]].key)
    per = "registration" if row is None else "attendee"
    given = found.answers.get(row["id"] if row else None, {})
    keyed = {question.key: given.get(question.id) for question in found.offer.questions}
    return [q for q in found.offer.questions if q.per == per and is_asked(q.show_if, mine, keyed)]


def questions_of(
    found: Whole, asked: list[Any], row: Row | None, lang: str, typed: Typed | None
) -> list[QuestionField]:
    given = found.answers.get(row["id"] if row else None, {})
    prefix = f"p{row['position']}.answer." if row else "answers."
    fields = []
    for question in asked:
        name = prefix + question.key
        value = given.get(question.id)
        if typed is not None:
            value = typed.all(name) if question.type == "choices" else typed.one(name)
        fields.append(question_field(question, name, value, lang))
    return fields


Change = tuple[PersonNamed, dict[uuid.UUID, Any]]


def change_place(here: RegistrationService, found: Whole, row: Row, typed: Typed) -> None:
    """Read, check and write one attendee's name and answers. Raises InvalidInput or TooLate."""
    change = read_place(here, found, row, typed)
    with here.db.write() as session:
        write_place(here, session, found, row, change)


def read_place(here: RegistrationService, found: Whole, row: Row, typed: Typed) -> Change:
    """Who takes the place and what they answer. Raises InvalidInput or TooLate."""
    refuse_if_late(found, here)
    prefix = f"p{row['position']}"
    person = PersonNamed(
        *(typed.one(f"{prefix}.{field}")[:200] for field in ("first_name", "last_name", "email", "company_name"))
    )
    problems: dict[str, str] = {}
    problem_of_email(problems, f"{prefix}.email", person.email)
    if bool(person.first_name) != bool(person.last_name):
        problems[f"{prefix}.{'last_name' if person.first_name else 'first_name'}"] = "problem.required"
    return person, read_answers(found, typed, row, problems)


def write_place(here: RegistrationService, session: Session, found: Whole, row: Row, change: Change) -> None:
    """Write it, in this transaction."""
    (person, given), now = change, here.clock()
    actions.name_attendee(session, row["id"], person, BY_LINK, now, take.desk_of(here, found.offer))
    actions.change_answers(session, found.registration["id"], row["id"], given, BY_LINK, now)


def read_answers(
    found: Whole, typed: Typed, row: Row | None, problems: dict[str, str] | None = None
) -> dict[uuid.UUID, Any]:
    problems = {} if problems is None else problems
    prefix = f"p{row['position']}.answer." if row else "answers."
    given: dict[uuid.UUID, Any] = {}
    for question in asked_of(found, row):
        name = prefix + question.key
        value: Any = typed.all(name) if question.type == "choices" else typed.one(name)
        problem = answer_problem(question, value)
        if problem:
            problems[name] = problem
        given[question.id] = value
    if problems:
        raise InvalidInput(problems)
    return given


def refuse_if_late(found: Whole, here: RegistrationService) -> None:
    until = may_change_until(found.offer.activity.names_due_at, found.offer.activity.starts_at)
    if not is_open(until, here.clock()):
        raise TooLate()


def address(here: RegistrationService, found: Whole) -> str:
    registration = found.registration
    return take.links_of(here).registration(registration["id"], registration["link_version"])


def calendar_of(found: Whole, lang: str, url: str) -> Response:
    content = activity_calendar(found.offer, lang, url)
    headers = {"Content-Disposition": 'attachment; filename="guichet.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

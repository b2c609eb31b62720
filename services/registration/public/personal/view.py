"""What personal pages show and read: places, questions, tickets; and the one way to change a place."""

import uuid
from collections.abc import Mapping
from typing import Any

from fastapi import Response
from sqlmodel import Session

from kit.auth import Caller
from kit.errors import InvalidInput, NotFound
from kit.qr import qr_svg
from kit.web.typed import Typed
from registration.catalog import view as addresses
from registration.catalog.view import activity_calendar
from registration.changes import actions_people as changes_actions_people
from registration.changes.actions_people import PersonNamed
from registration.changes.rules import is_open, may_change_until
from registration.letters import flows as letters_flows
from registration.letters import view as letters
from registration.registrations import actions as registrations_actions
from registration.registrations.queries import Whole, attendee
from registration.registrations.rules import NotInThisState, Row, TooLate
from registration.service import RegistrationService
from registration.signup.rules import answer_problem, asked_of
from registration.signup.rules_check import problem_of_email
from registration.signup.view import QuestionField, question_field

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
        "has_calendar": bool(found.offer.sessions),
        "noindex": True,
    }


def place_of(here: RegistrationService, found: Whole, row: Row, lang: str, typed: Typed | None) -> dict[str, Any]:
    """One attendee as a page shows it: names, ticket and questions."""
    prefix = f"p{row['position']}"
    values = {field: row[field] for field in ("first_name", "last_name", "email", "company_name")}
    if typed is not None:
        values = {field: typed.one(f"{prefix}.{field}") for field in values}
    code = letters_flows.links_of(here).ticket(row["id"], row["ticket_version"])
    return {
        "row": row,
        "prefix": prefix,
        "values": values,
        "name": letters.full_name(row),
        "label": letters.label(found.line_of(row), lang),
        "questions": questions_of(found, row, lang, typed),
        "qr": qr_svg(code),
        "number": row["position"],
    }


def answers_of(found: Whole, row: Row | None, typed: Typed | None) -> dict[str, Any]:
    """The answers of one attendee (or of the registration), by question: as typed, else as they are kept."""
    given = found.answers.get(row["id"] if row else None, {})
    if typed is None:
        return {question.key: given.get(question.id) for question in found.offer.questions}
    prefix = f"p{row['position']}.answer." if row else "answers."
    return {
        q.key: typed.all(prefix + q.key) if q.type == "choices" else typed.one(prefix + q.key)
        for q in found.offer.questions
    }


def shown_to(found: Whole, row: Row | None, answers: Mapping[str, Any]) -> list[Any]:
    """The questions that are shown to one attendee (or for the registration) with these answers to the others."""
    products = {p.id: p for p in found.offer.products}
    bought = [products[line["product_id"]] for line in found.lines if line["product_id"] in products]
    mine = {product.key for product in bought if row is None or product.add_on}
    if row is not None and found.line_of(row)["product_id"] in products:
        mine.add(products[found.line_of(row)["product_id"]].key)
    per = "registration" if row is None else "attendee"
    return asked_of([q for q in found.offer.questions if q.per == per], mine, answers)


def questions_of(found: Whole, row: Row | None, lang: str, typed: Typed | None) -> list[QuestionField]:
    prefix = f"p{row['position']}.answer." if row else "answers."
    values = answers_of(found, row, typed)
    return [question_field(q, prefix + q.key, values[q.key], lang) for q in shown_to(found, row, values)]


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
    """Write it, in this transaction. Raises NotInThisState when somebody else has the place since it was read."""
    # The link was checked before this transaction: whoever is replaced meanwhile changes nothing any more.
    registrations_actions.locked(session, row["registration_id"])
    standing = attendee(session, row["id"])
    if standing is None or standing["link_version"] != row["link_version"]:
        raise NotInThisState()
    (person, given), now = change, here.clock()
    changes_actions_people.name_attendee(
        session, row["id"], person, BY_LINK, now, letters_flows.desk_of(here, found.offer)
    )
    changes_actions_people.change_answers(session, found.registration["id"], row["id"], given, BY_LINK, now)


def read_answers(
    found: Whole, typed: Typed, row: Row | None, problems: dict[str, str] | None = None
) -> dict[uuid.UUID, Any]:
    problems = {} if problems is None else problems
    prefix = f"p{row['position']}.answer." if row else "answers."
    given: dict[uuid.UUID, Any] = {}
    values = answers_of(found, row, typed)
    for question in shown_to(found, row, values):
        name, value = prefix + question.key, values[question.key]
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
    return letters_flows.links_of(here).registration(registration["id"], registration["link_version"])


def calendar_of(here: RegistrationService, found: Whole) -> Response:
    """It leads to the public page, as the letter's: calendars are shared with colleagues, personal links are not.

    Raises NotFound when the activity has no date.
    """
    if not found.offer.sessions:
        raise NotFound()
    lang = found.registration["lang"]
    content = activity_calendar(found.offer, lang, here.home + addresses.page(found.offer.activity, lang))
    headers = {"Content-Disposition": 'attachment; filename="guichet.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)

"""What a person must mend before a signup can be taken, by field, all at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email

from kit.contracts import Bilingual
from registration.catalog.queries import Offer, ProductOffer
from registration.catalog.rules import PriceOption, line_label
from registration.signup.rules import answer_problem, asked_of
from registration.signup.schemas import MAX_ATTENDEES, AttendeeIn, Item, SignupRequest


@dataclass(frozen=True)
class Choice:
    """One item with its product and the price that applies."""

    item: Item
    product: ProductOffer
    price: PriceOption
    amount: int

    @property
    def label(self) -> Bilingual:
        """What its line is called on an order, a ticket and an invoice."""
        return line_label(self.product.label, self.price.label)

    @property
    def brings(self) -> int:
        """How many people it brings."""
        return 0 if self.product.add_on else self.product.attendees * self.item.quantity


def find_problems(offer: Offer, request: SignupRequest, choices: list[Choice], on_site: bool = False) -> dict[str, str]:
    """What a person must mend, by field; `problem.*` keys of the catalogues. At the door an address is not needed."""
    problems: dict[str, str] = {}
    contact = request.contact
    for field in ("first_name", "last_name") if on_site else ("first_name", "last_name", "email"):
        if not getattr(contact, field):
            problems[f"contact.{field}"] = "problem.required"
    problem_of_email(problems, "contact.email", contact.email)
    problem_of_email(problems, "bill_to.email", request.bill_to.email)
    brought = sum(choice.brings for choice in choices)
    if brought == 0:
        problems["items"] = "problem.choose_one"
    if brought > MAX_ATTENDEES:
        problems["items"] = "problem.too_many_people"
    if not request.terms_accepted:
        problems["terms_accepted"] = "problem.terms"
    for choice in choices:
        _check_choice(problems, choice, brought)
    if len({(item.product, item.who) for item in request.items}) < len(request.items):
        # Two lines of one price could not be told apart on the order, nor add-ons be counted.
        problems["items"] = "problem.item_twice"
    for question in questions_for(offer, choices, request.answers):
        _check_answer(problems, f"answers.{question.key}", question, request.answers.get(question.key, ""))
    for place, (prefix, attendee, choice) in enumerate(slots(request, choices)):
        if attendee.email != contact.email:
            problem_of_email(problems, f"{prefix}.email", attendee.email)
        # A place named later answers later: the personal page asks then. Who fills in the form answers now.
        named = bool(attendee.first_name or attendee.last_name) or (place == 0 and request.contact_attends)
        _check_answers(problems, prefix, attendee, questions_for(offer, choices, attendee.answers, choice), named)
    return problems


def questions_for(
    offer: Offer, choices: Sequence[Choice], answers: Mapping[str, Any], place: Choice | None = None
) -> list[Any]:
    """The questions shown for one place, or (without one) for the registration, with these answers to the others."""
    products = {c.item.product for c in choices if place is None or c.product.add_on}
    per = "attendee" if place else "registration"
    mine = [question for question in offer.questions if question.per == per]
    return asked_of(mine, products | ({place.item.product} if place else set()), answers)


def invoice_problems(request: SignupRequest) -> dict[str, str]:
    """An invoice goes to a company, by e-mail."""
    problems = {} if request.company else {"company": "problem.company_for_invoice"}
    return problems if request.contact.email else {**problems, "contact.email": "problem.required"}


def slots(request: SignupRequest, choices: list[Choice]) -> Iterator[tuple[str, AttendeeIn, Choice]]:
    """Every attendee of the request with the prefix of its fields; a place not named yet is an empty attendee."""
    first = True
    for choice in choices:
        given = choice.item.attendees
        for n in range(choice.brings):
            attendee = given[n] if n < len(given) else AttendeeIn()
            if first and request.contact_attends and not (attendee.first_name or attendee.last_name):
                contact = request.contact
                names = {"first_name": contact.first_name, "last_name": contact.last_name, "email": contact.email}
                attendee = attendee.model_copy(update={**names, "company": attendee.company or request.company})
            first = False
            yield f"a.{choice.item.product}.{choice.item.who}.{n}", attendee, choice


def _check_choice(problems: dict[str, str], choice: Choice, brought: int) -> None:
    field, item, product = f"q.{choice.item.product}.{choice.item.who}", choice.item, choice.product
    if product.add_on and item.quantity > brought * (product.max_per_attendee or 1):
        problems[field] = "problem.too_many_add_ons"
    if product.left is not None and item.quantity > product.left:
        problems[field] = "problem.not_enough_left"


def _check_answers(
    problems: dict[str, str], prefix: str, attendee: AttendeeIn, asked: Sequence[Any], named: bool
) -> None:
    for question in asked:
        value = attendee.answers.get(question.key, "")
        if named or value:
            _check_answer(problems, f"{prefix}.answer.{question.key}", question, value)


def _check_answer(problems: dict[str, str], field: str, question: Any, value: Any) -> None:
    problem = answer_problem(question, value)
    if problem:
        problems[field] = problem


def problem_of_email(problems: dict[str, str], field: str, value: str) -> None:
    """Add a problem when something was typed that cannot be an address."""
    if not value:
        return
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        problems[field] = "problem.email"

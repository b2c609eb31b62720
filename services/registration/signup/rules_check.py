"""What a person must mend before a signup can be taken, by field, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kit.contracts import Bilingual
from kit.contracts.addresses import NEAR, Reach
from kit.contracts.addresses import problem as address_problem
from kit.contracts.problems import Where
from kit.contracts.texts import line_problems
from registration.catalog.offers.rules import Offer, ProductOffer
from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.catalog.rules import PriceOption, line_label
from registration.registrations.rules_answers import AnswerValue, answer_problem, visible_questions
from registration.signup.schemas import MAX_ATTENDEES, AttendeeIn, Item, Shape, SignupRequest


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


Problems = dict[Where, str]


def find_problems(
    offer: Offer, request: SignupRequest, choices: list[Choice], on_site: bool = False, reach: Reach = NEAR
) -> Problems:
    """What a person must correct: where it is in the request, and the key of its sentence (`problem.*`), all at once.

    At the door an address is not needed.
    """
    return {
        **_problems_of_lines(request),
        **_problems_of_contact(request, on_site, reach),
        **_problems_of_items(request, choices),
        **({} if request.terms_accepted else {"terms_accepted": "problem.terms"}),
        **_problems_of_answers(("answers",), questions_for(offer, choices, request.answers), request.answers, True),
        **_problems_of_people(offer, request, choices, reach),
    }


def _problems_of_lines(request: SignupRequest) -> Problems:
    """What is longer than a line may be, anywhere: nothing is cut, so somebody must shorten it."""
    parts: list[tuple[tuple[str | int, ...], Shape]] = [
        ((), request),
        (("contact",), request.contact),
        (("bill_to",), request.bill_to),
    ]
    for number, item in enumerate(request.items):
        parts += [(("items", number, "attendees", place), person) for place, person in enumerate(item.attendees)]
    return {
        (*where, field) if where else field: problem
        for where, part in parts
        for field, problem in line_problems(part).items()
    }


def _problems_of_contact(request: SignupRequest, on_site: bool, reach: Reach) -> Problems:
    contact = request.contact
    needed = ("first_name", "last_name") if on_site else ("first_name", "last_name", "email")
    problems: Problems = {("contact", name): "problem.required" for name in needed if not getattr(contact, name)}
    for where, address in ((("contact", "email"), contact.email), (("bill_to", "email"), request.bill_to.email)):
        if wrong := address_problem(address, reach):
            problems[where] = wrong
    return problems


def _problems_of_items(request: SignupRequest, choices: list[Choice]) -> Problems:
    people = sum(choice.brings for choice in choices)
    problems: Problems = {}
    for number, choice in enumerate(choices):
        product, quantity = choice.product, choice.item.quantity
        if product.add_on and quantity > people * (product.max_per_attendee or 1):
            problems["items", number] = "problem.too_many_add_ons"
        if product.left is not None and quantity > product.left:
            problems["items", number] = "problem.not_enough_left"
    if people == 0:
        problems["items"] = "problem.choose_one"
    if people > MAX_ATTENDEES:
        problems["items"] = "problem.too_many_people"
    if len({(item.product, item.who) for item in request.items}) < len(request.items):
        # Two lines of one price could not be told apart on the order, nor add-ons be counted.
        problems["items"] = "problem.item_twice"
    return problems


def _problems_of_people(offer: Offer, request: SignupRequest, choices: list[Choice], reach: Reach) -> Problems:
    problems: Problems = {}
    for position, place in enumerate(places(request, choices)):
        person = place.person
        wrong = address_problem(person.email, reach)
        if wrong and person.email != request.contact.email:
            problems[*place.where, "email"] = wrong
        # A place named later answers later: the personal page asks then. Who fills in the form answers now.
        named = bool(person.first_name or person.last_name) or (position == 0 and request.contact_attends)
        questions = questions_for(offer, choices, person.answers, place.choice)
        problems |= _problems_of_answers((*place.where, "answers"), questions, person.answers, named)
    return problems


def _problems_of_answers(
    where: tuple[str | int, ...], questions: Sequence[QuestionOffer], answers: Mapping[str, AnswerValue], required: bool
) -> Problems:
    """Every answer is checked; one that is missing counts only where it is `required` now."""
    problems: Problems = {}
    for question in questions:
        value = answers.get(question.key, "")
        problem = answer_problem(question, value) if required or value else None
        if problem:
            problems[*where, question.key] = problem
    return problems


def questions_for(
    offer: Offer, choices: Sequence[Choice], answers: Mapping[str, AnswerValue], place: Choice | None = None
) -> list[QuestionOffer]:
    """The questions shown for one place, or (without one) for the registration, with these answers to the others."""
    products = {c.item.product for c in choices if place is None or c.product.add_on}
    per = Per.ATTENDEE if place else Per.REGISTRATION
    mine = [question for question in offer.questions if question.per == per]
    return visible_questions(mine, products | ({place.item.product} if place else set()), answers)


def invoice_problems(request: SignupRequest) -> Problems:
    """An invoice goes to a company, by e-mail."""
    problems: Problems = {} if request.company else {"company": "problem.company_for_invoice"}
    return problems if request.contact.email else {**problems, ("contact", "email"): "problem.required"}


@dataclass(frozen=True)
class PlaceRequest:
    """One attendee of a request: the item (by number) and the place in it, who it is, and what was chosen for them."""

    item: int
    number: int
    person: AttendeeIn
    choice: Choice

    @property
    def where(self) -> tuple[str | int, ...]:
        return ("items", self.item, "attendees", self.number)

    @property
    def unit(self) -> int:
        """Which unit of the item it is in: the first four places of a foursome are in its first unit."""
        return self.number // self.choice.product.attendees


def places(request: SignupRequest, choices: Sequence[Choice]) -> list[PlaceRequest]:
    """Every attendee of the request; a place not named yet is an empty attendee. The first is the contact's own when
    they attend and named nobody else there."""
    listed = [
        PlaceRequest(item, number, people[number] if number < len(people) else AttendeeIn(), choice)
        for item, choice in enumerate(choices)
        for number, people in ((number, choice.item.attendees) for number in range(choice.brings))
    ]
    if listed and request.contact_attends and not (listed[0].person.first_name or listed[0].person.last_name):
        listed[0] = replace(listed[0], person=_as_contact(request, listed[0].person))
    return listed


def _as_contact(request: SignupRequest, person: AttendeeIn) -> AttendeeIn:
    contact = request.contact
    names = {"first_name": contact.first_name, "last_name": contact.last_name, "email": contact.email}
    return person.model_copy(update={**names, "company": person.company or request.company})

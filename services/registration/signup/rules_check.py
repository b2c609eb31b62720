"""What a person must mend before a signup can be taken, by field, all at once."""

from collections.abc import Mapping, Sequence

from kit.contracts.addresses import NEAR, Reach
from kit.contracts.addresses import problem as address_problem
from kit.contracts.problems import Where
from kit.contracts.texts import line_problems
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_questions import Per, QuestionOffer
from registration.registrations.rules_answers import AnswerValue, answer_problem, visible_questions
from registration.signup.rules_choices import Choice, PlaceRequest, add_on_units, places
from registration.signup.schemas import MAX_ATTENDEES, Shape, SignupRequest

Problems = dict[Where, str]


def find_problems(
    offer: Offer, request: SignupRequest, choices: list[Choice], on_site: bool = False, reach: Reach = NEAR
) -> Problems:
    """What a person must correct: where it is in the request, and the key of its sentence (`problem.*`), all at once.

    At the door an address is not needed.
    """
    listed, asked = places(request, choices), questions_of_registration(offer, choices, request.answers)
    return {
        **_problems_of_lines(request),
        **_problems_of_contact(request, on_site, reach),
        **_problems_of_items(request, choices),
        **({} if request.terms_accepted else {"terms_accepted": "problem.terms"}),
        **_problems_of_answers(("answers",), asked, request.answers, not request.answer_later),
        **_problems_of_people(offer, request, choices, listed, reach),
        **_problems_of_add_ons(choices, listed),
    }


def _problems_of_lines(request: SignupRequest) -> Problems:
    """What is longer than a line may be, anywhere: nothing is cut, so somebody must shorten it."""
    own: list[tuple[tuple[str | int, ...], Shape]] = [((), request)]
    parts = [*own, (("contact",), request.contact), (("bill_to",), request.bill_to)]
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
        product = choice.product
        # Whoever takes some at members' prices and some at others' takes no more for all that.
        quantity = sum(one.item.quantity for one in choices[: number + 1] if one.product is product)
        if product.add_on and quantity > people * (product.max_per_attendee or 1):
            problems["items", number] = "problem.too_many_add_ons"
        if product.left is not None and quantity > product.left:
            problems["items", number] = "problem.not_enough_left"
    if people == 0 and not any(choice.product.level.is_level or choice.product.covers for choice in choices):
        problems["items"] = "problem.choose_one"
    if people > MAX_ATTENDEES:
        problems["items"] = "problem.too_many_people"
    if len({(item.product, item.who) for item in request.items}) < len(request.items):
        # Two lines of one price could not be told apart on the order, nor add-ons be counted.
        problems["items"] = "problem.item_twice"
    return problems


def _problems_of_people(
    offer: Offer, request: SignupRequest, choices: list[Choice], listed: Sequence[PlaceRequest], reach: Reach
) -> Problems:
    problems: Problems = {}
    for position, place in enumerate(listed):
        person = place.person
        wrong = address_problem(person.email, reach)
        if wrong and person.email != request.contact.email:
            problems[*place.where, "email"] = wrong
        # A place named later answers later: the personal page asks then. Who fills in the form answers now.
        now = not request.answer_later
        named = now and (bool(person.first_name or person.last_name) or (position == 0 and request.contact_attends))
        questions = questions_of_place(offer, choices, place)
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


def _problems_of_add_ons(choices: Sequence[Choice], listed: Sequence[PlaceRequest]) -> Problems:
    """Who says whom add-ons are for shares out those that were chosen, no more and no fewer."""
    chosen = add_on_units(choices)
    problems: Problems = {}
    for key in sorted({key for place in listed for key in place.person.add_ons}):
        wishes = [(place, place.person.add_ons[key]) for place in listed if key in place.person.add_ons]
        units, most = (len(chosen[key].items), chosen[key].most_each) if key in chosen else (0, 0)
        beyond = [place for place, wish in wishes if wish > most]
        if beyond or sum(wish for _, wish in wishes) != units:
            place = beyond[0] if beyond else wishes[0][0]
            problems[*place.where, "add_ons", key] = "problem.add_ons_shared"
    return problems


def questions_of_registration(
    offer: Offer, choices: Sequence[Choice], answers: Mapping[str, AnswerValue]
) -> list[QuestionOffer]:
    """The questions shown for the registration, with these answers to the others."""
    mine = [question for question in offer.questions if question.per == Per.REGISTRATION]
    return visible_questions(mine, {choice.product.key for choice in choices}, answers)


def questions_of_place(offer: Offer, choices: Sequence[Choice], place: PlaceRequest) -> list[QuestionOffer]:
    """The questions shown for one place: for what it is of, and for the add-ons that are for it."""
    products = {place.choice.product.key} | {choices[number].product.key for number in place.add_ons}
    mine = [question for question in offer.questions if question.per == Per.ATTENDEE]
    return visible_questions(mine, products, place.person.answers)


def invoice_problems(request: SignupRequest) -> Problems:
    """An invoice goes to a company, by e-mail."""
    problems: Problems = {} if request.company else {"company": "problem.company_for_invoice"}
    return problems if request.contact.email else {**problems, ("contact", "email"): "problem.required"}

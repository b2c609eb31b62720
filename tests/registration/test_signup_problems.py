"""What a signup must mend, by the place in the request where it stands: checked against activities of the sample."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from registration.catalog.offers.rules import Offer
from registration.catalog.rules import Who
from registration.signup.rules_check import Problems, find_problems, invoice_problems, questions_of_place
from registration.signup.rules_choices import places
from registration.signup.rules_plan import choose
from registration.signup.schemas import AttendeeIn, BillTo, Contact, Item, SignupRequest
from tests import make

MAY = datetime(2027, 5, 20, 16, tzinfo=UTC)
MAUDE = Contact(first_name="Maude", last_name="Contact", email="maude@example.org")
ZOE = AttendeeIn(first_name="Zoé", last_name="Roy", answers={"q-repas": "veg"})
SHARED = "problem.add_ons_shared"
DINNER = Item(product="golf-souper", who="non_member", quantity=1, attendees=(ZOE,))


def request_of(*items: Item, **changes: Any) -> SignupRequest:
    """A signup without a fault, by somebody who does not come; or with the changes."""
    given = {"contact": MAUDE, "company": "Fonderie Noël", "contact_attends": False, "terms_accepted": True}
    return SignupRequest(registration_id=uuid.UUID(int=1), items=items or (DINNER,), **given | changes)


@pytest.fixture
def golf(service: Any) -> Offer:
    return make.offer_of(service.db, "golf-2027")


@pytest.fixture
def problems(service: Any, golf: Offer) -> Any:
    def of(request: SignupRequest, on_site: bool = False, offer: Offer = golf) -> Problems:
        choices = choose(offer, request.items, make.circumstances(service.db, offer, False, MAY))
        return find_problems(offer, request, choices, on_site)

    return of


def test_request_without_a_fault_has_no_problem(problems: Any) -> None:
    assert problems(request_of()) == {}


@pytest.mark.parametrize("name", ["first_name", "last_name", "email"])
def test_contact_field_left_empty_is_required(problems: Any, name: str) -> None:
    request = request_of(contact=MAUDE.model_copy(update={name: ""}))
    assert problems(request) == {("contact", name): "problem.required"}
    at_the_door = {} if name == "email" else {("contact", name): "problem.required"}
    assert problems(request, on_site=True) == at_the_door


def test_address_of_contact_or_invoice_impossible_is_named(problems: Any) -> None:
    request = request_of(contact=MAUDE.model_copy(update={"email": "maude@"}), bill_to=BillTo(email="comptes"))
    assert problems(request) == {("contact", "email"): "problem.email", ("bill_to", "email"): "problem.email"}


def test_address_of_attendee_impossible_is_named_unless_the_contacts(problems: Any) -> None:
    wrong = ZOE.model_copy(update={"email": "zoe@"})
    two = DINNER.model_copy(update={"quantity": 2, "attendees": (ZOE, wrong)})
    assert problems(request_of(two)) == {("items", 0, "attendees", 1, "email"): "problem.email"}
    same = request_of(two, contact=MAUDE.model_copy(update={"email": "zoe@"}))
    assert problems(same) == {("contact", "email"): "problem.email"}, "said once, where it was first entered"


def test_items_of_one_price_twice_are_refused_and_of_two_prices_taken(problems: Any) -> None:
    assert problems(request_of(DINNER, DINNER)) == {"items": "problem.item_twice"}
    other = DINNER.model_copy(update={"product": "golf-ind"})
    assert problems(request_of(DINNER, other)) == {}


def test_items_that_bring_nobody_or_more_than_forty_are_refused(problems: Any) -> None:
    clubs = Item(product="golf-batons", who="anyone", quantity=1)
    assert problems(request_of(clubs))["items"] == "problem.choose_one"
    forty, one = DINNER.model_copy(update={"quantity": 40}), DINNER.model_copy(update={"product": "golf-ind"})
    assert problems(request_of(forty)) == {}
    assert problems(request_of(forty, one)) == {"items": "problem.too_many_people"}


@pytest.mark.parametrize(("product", "most"), [("golf-reprise", 4), ("golf-batons", 2)])
def test_add_ons_beyond_so_many_a_person_are_refused(problems: Any, product: str, most: int) -> None:
    """Two mulligans a person, one set of clubs; two people come."""
    two = DINNER.model_copy(update={"quantity": 2})

    def outcome(quantity: int) -> Problems:
        return problems(request_of(two, Item(product=product, who="anyone", quantity=quantity)))

    assert outcome(most) == {}
    assert outcome(most + 1) == {("items", 1): "problem.too_many_add_ons"}


def test_add_on_at_prices_of_two_groups_is_counted_as_one(problems: Any, golf: Offer) -> None:
    """Two mulligans a person, whoever they are for: not two as a member and two more as anybody else."""
    mulligan = golf.product("golf-reprise")
    assert mulligan is not None
    prices = tuple(replace(mulligan.prices[0], who=who) for who in (Who.NON_MEMBER, Who.ANYONE))
    products = tuple(replace(one, prices=prices) if one is mulligan else one for one in golf.products)
    offer = replace(golf, products=products)
    member, other = (Item(product="golf-reprise", who=who, quantity=2) for who in ("non_member", "anyone"))
    assert problems(request_of(DINNER, member), offer=offer) == {}
    assert problems(request_of(DINNER, member, other), offer=offer) == {("items", 2): "problem.too_many_add_ons"}


def test_add_on_without_a_limit_of_its_own_is_one_a_person(problems: Any, golf: Offer) -> None:
    products = tuple(
        replace(product, max_per_attendee=None) if product.key == "golf-batons" else product
        for product in golf.products
    )
    offer = replace(golf, products=products)
    one, two = (Item(product="golf-batons", who="anyone", quantity=n) for n in (1, 2))
    assert problems(request_of(DINNER, one), offer=offer) == {}
    assert problems(request_of(DINNER, two), offer=offer) == {("items", 1): "problem.too_many_add_ons"}


def golfers(*add_ons: dict[str, int]) -> Item:
    people = tuple(ZOE.model_copy(update={"add_ons": units}) for units in add_ons)
    return Item(product="golf-ind", who="non_member", quantity=len(people), attendees=people)


@pytest.mark.parametrize(
    ("wishes", "wrong"),
    [
        (({}, {}, {}), None),
        (({}, {"golf-reprise": 2}, {"golf-reprise": 1}), None),
        (({}, {"golf-reprise": 1}, {"golf-reprise": 1}), 1),
        (({"golf-reprise": 0}, {"golf-reprise": 2}, {"golf-reprise": 2}), 0),
        (({"golf-reprise": 0}, {"golf-reprise": 0}, {"golf-reprise": 3}), 2),
    ],
)
def test_add_ons_shared_out_are_exactly_those_chosen(problems: Any, wishes: Any, wrong: int | None) -> None:
    mulligans = Item(product="golf-reprise", who="anyone", quantity=3)
    expected = {} if wrong is None else {("items", 0, "attendees", wrong, "add_ons", "golf-reprise"): SHARED}
    assert problems(request_of(golfers(*wishes), mulligans)) == expected


def test_add_on_for_somebody_that_nobody_took_is_refused(problems: Any) -> None:
    where = ("items", 0, "attendees", 0, "add_ons", "golf-batons")
    assert problems(request_of(golfers({"golf-batons": 1}))) == {where: SHARED}


def test_question_of_an_add_on_is_asked_of_those_it_is_for(service: Any, golf: Offer) -> None:
    clubs = Item(product="golf-batons", who="anyone", quantity=1)
    request = request_of(golfers({}, {"golf-batons": 1}), clubs)
    choices = choose(golf, request.items, make.circumstances(service.db, golf, False, MAY))
    asked = [
        {question.key for question in questions_of_place(golf, choices, place)} for place in places(request, choices)
    ]
    assert ["q-bras" in keys for keys in asked] == [False, True]


def test_item_beyond_what_is_left_is_named(problems: Any, golf: Offer) -> None:
    seats = golf.resources["dinner_seats"]
    scarce = golf.with_resources({**golf.resources, "dinner_seats": replace(seats, taken=seats.capacity - 2)})
    assert problems(request_of(DINNER.model_copy(update={"quantity": 2})), offer=scarce) == {}
    three = DINNER.model_copy(update={"quantity": 3})
    assert problems(request_of(three), offer=scarce) == {("items", 0): "problem.not_enough_left"}


def test_terms_not_accepted_are_named(problems: Any) -> None:
    assert problems(request_of(terms_accepted=False)) == {"terms_accepted": "problem.terms"}


def test_answer_missing_counts_for_whoever_is_named_and_a_wrong_one_always(problems: Any) -> None:
    meal = ("items", 0, "attendees", 0, "answers", "q-repas")

    def outcome(person: AttendeeIn, attends: bool = False) -> Problems:
        return problems(request_of(DINNER.model_copy(update={"attendees": (person,)}), contact_attends=attends))

    assert outcome(AttendeeIn()) == {}, "a place named later answers later"
    assert outcome(AttendeeIn(first_name="Zoé")) == outcome(AttendeeIn(last_name="Roy")) == {meal: "problem.required"}
    assert outcome(AttendeeIn(), attends=True) == {meal: "problem.required"}
    assert outcome(AttendeeIn(answers={"q-repas": "foin"})) == {meal: "problem.choice"}


def test_contact_who_attends_without_a_name_answers_for_the_first_place_only(service: Any, problems: Any) -> None:
    """A contact whose name is missing still fills in the form now; who comes with them answers later."""
    two = DINNER.model_copy(update={"quantity": 2, "attendees": ()})
    request = request_of(two, contact=Contact(email="maude@example.org"), contact_attends=True)
    assert problems(request) == {
        ("contact", "first_name"): "problem.required",
        ("contact", "last_name"): "problem.required",
        ("items", 0, "attendees", 0, "answers", "q-repas"): "problem.required",
    }


def test_invoice_needs_a_company_and_an_address() -> None:
    nowhere = MAUDE.model_copy(update={"email": ""})
    assert invoice_problems(request_of()) == {}
    assert invoice_problems(request_of(company="")) == {"company": "problem.company_for_invoice"}
    assert invoice_problems(request_of(contact=nowhere)) == {("contact", "email"): "problem.required"}
    assert len(invoice_problems(request_of(contact=nowhere, company=""))) == 2


def test_first_place_of_contact_who_attends_is_theirs_unless_named(service: Any, golf: Offer) -> None:
    def first(person: AttendeeIn, attends: bool = True) -> AttendeeIn:
        request = request_of(DINNER.model_copy(update={"attendees": (person,)}), contact_attends=attends)
        choices = choose(golf, request.items, make.circumstances(service.db, golf, False, MAY))
        return places(request, choices)[0].person

    mine = first(AttendeeIn(answers={"q-repas": "veg"}))
    assert (mine.first_name, mine.last_name, mine.email) == ("Maude", "Contact", "maude@example.org")
    assert (mine.company, mine.answers) == ("Fonderie Noël", {"q-repas": "veg"})
    assert first(AttendeeIn(company="Autre inc.")).company == "Autre inc."
    for named in (AttendeeIn(first_name="Zoé"), AttendeeIn(last_name="Roy")):
        assert first(named) == named
    assert first(AttendeeIn(), attends=False) == AttendeeIn()

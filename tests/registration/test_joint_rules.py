"""What may be signed up for several at once, as pure rules: an activity offers what one person takes, when it may."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.errors import InvalidInput
from registration.catalog.offers.rules import Offer
from registration.joint.rules import head_problems, on_one_invoice, placed, takeable
from registration.registrations.rules import SoldOut
from registration.signup.rules import Circumstances
from tests import make

FEBRUARY = datetime(2027, 2, 17, 16, tzinfo=UTC)


@pytest.fixture
def cocktail(service: Any) -> Offer:
    return make.offer_of(service.db, "caricatures-2027")


@pytest.fixture
def around(service: Any, cocktail: Offer) -> Circumstances:
    return make.circumstances(service.db, cocktail, False, FEBRUARY)


def taken(offer: Offer, around: Circumstances) -> list[tuple[str, str]]:
    return [(one.product.key, one.who) for one in takeable(offer, around)]


def by_card_only(offer: Offer) -> Offer:
    return replace(offer, activity=replace(offer.activity, methods=("card",)))


def test_place_is_taken_together_at_the_price_of_who_takes_it(cocktail: Offer, around: Circumstances) -> None:
    assert taken(cocktail, around) == [("car", "non_member")]
    member = replace(around, visitor=replace(around.visitor, member=True))
    assert taken(cocktail, member) == [("car", "member")]


@pytest.mark.parametrize("moment", [datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 3, 19, tzinfo=UTC)])
def test_activity_that_is_not_open_offers_nothing(cocktail: Offer, around: Circumstances, moment: datetime) -> None:
    assert taken(cocktail, replace(around, now=moment)) == []


def test_activity_for_members_offers_others_nothing(cocktail: Offer, around: Circumstances) -> None:
    closed = replace(cocktail, activity=replace(cocktail.activity, members_only=True))
    assert taken(closed, around) == []
    assert taken(closed, replace(around, visitor=replace(around.visitor, member=True))) == [("car", "member")]


@pytest.mark.parametrize("changed", [{"attendees": 4}, {"attendees": 0}, {"add_on": True}, {"on_request": True}])
def test_product_that_is_not_one_persons_place_is_left_out(
    cocktail: Offer, around: Circumstances, changed: dict[str, Any]
) -> None:
    one, *others = cocktail.products
    assert taken(replace(cocktail, products=(replace(one, **changed), *others)), around) == []


def test_product_that_is_sold_to_nobody_now_is_left_out(cocktail: Offer, around: Circumstances) -> None:
    unpriced = tuple(replace(product, prices=()) for product in cocktail.products)
    assert taken(replace(cocktail, products=unpriced), around) == []


def test_activity_paid_by_card_only_offers_what_is_free(cocktail: Offer, around: Circumstances) -> None:
    assert taken(by_card_only(cocktail), around) == []
    one, *others = cocktail.products
    free = replace(one, prices=tuple(replace(price, amount=0) for price in one.prices))
    assert taken(by_card_only(replace(cocktail, products=(free, *others))), around) == [("car", "non_member")]


def test_people_of_each_activity_are_somebody_and_no_more_than_may_be() -> None:
    assert head_problems([1, 40], 40) == {}
    assert head_problems([0, 41, 2], 40) == {
        ("items", 0, "attendees"): "problem.space_nobody",
        ("items", 1, "attendees"): "problem.too_many_people",
    }


def test_order_alone_has_an_invoice_of_its_own() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    assert on_one_invoice([]) == on_one_invoice([one]) == ()
    assert on_one_invoice([one, other]) == (one, other)


def test_problem_of_one_signup_is_where_it_is_in_the_gesture() -> None:
    told = InvalidInput({("items", 0, "attendees", 2, "email"): "a", ("items", 0): "b", "items": "c", "method": "d"})
    moved = placed(3, told)
    assert isinstance(moved, InvalidInput)
    assert moved.places == {("items", 3, "attendees", 2, "email"): "a", ("items", 3): "c", "method": "d"}
    refusal = placed(3, SoldOut())
    assert isinstance(refusal, SoldOut) and refusal.field == "items[3]"

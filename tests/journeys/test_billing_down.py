"""Somebody pays by card while billing does not answer: the places are kept, the page says so, trying again works."""

from tests.fakes.house import House
from tests.journeys.signing import sign_up

CARD = {"q.car.non_member": "1", "method": "card"}


def test_billing_down_keeps_the_buyers_places_until_they_pay(house: House) -> None:
    buyer = house.visitor()
    buyer.get("http://registration.test/fr/activites/caricatures-2027/inscription")  # Whether cards are taken is known.
    house.down.add("billing")
    page = sign_up(buyer, "caricatures-2027", CARD)
    assert page.status == 200 and page.url.endswith("?payment=unreachable"), page.url
    assert page.has("place")
    house.down.clear()
    paid = buyer.get(page.url.split("?")[0] + "/pay")
    assert "/c/pay/" in paid.url, paid.url
    house.settle()
    assert house.invariants() == []

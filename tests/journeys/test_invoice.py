"""J4 and the sample's orders: companies that are invoiced, to the cent, from the form to the ledger."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from tests.covering import renewed
from tests.fakes.house import House, Page
from tests.journeys.signing import COMPANY, sign_up


def code_of(house: House, company: str) -> str:
    with house.registration.db.read() as session:
        query = text("SELECT access_code FROM company WHERE key = :key")
        return str(session.execute(query, {"key": company}).scalar_one())


def one(house: House, service: str, query: str, **values: Any) -> Any:
    with getattr(house, service).db.read() as session:
        return session.execute(text(query), values).one()


def at(house: House, year: int, month: int, day: int) -> None:
    house.clock.set(datetime(year, month, day, 16, 0, tzinfo=UTC))
    house.settle()


def order(house: House) -> tuple[int, int, int, int]:
    found = one(house, "billing", "SELECT subtotal, tps, tvq, total FROM contract_orders")
    return tuple(int(amount) for amount in found)  # type: ignore[return-value]


def test_foursome_by_invoice_is_named_later(house: House) -> None:
    at(house, 2027, 5, 20)
    visitor = house.visitor()
    meals = {f"a.golf-quat.member.{n}.answer.q-repas": "boeuf" for n in range(4)}
    fields = {"q.golf-quat.member": "1", "code": code_of(house, "c01"), **COMPANY, **meals}
    page = sign_up(visitor, "tournoi-golf-2027", fields)
    assert page.has("C’est confirmé"), page.text
    assert page.has("850,82 $")
    assert page.text.count('class="place place-row"') == 4
    house.settle()
    assert order(house) == (74000, 3700, 7382, 85082)
    number = one(house, "billing", "SELECT number FROM contract_invoices").number
    assert number == "F-2027-00001"
    assert any("F-2027-00001" in str(letter) for letter in house.mail.to("chloe@example.org"))
    assert house.invariants() == []


def test_cocktail_guest_who_cancels_is_credited(house: House) -> None:
    at(house, 2027, 3, 1)
    visitor = house.visitor()
    fields = {"q.car.member": "2", "q.car.non_member": "1", "code": code_of(house, "c20"), **COMPANY}
    page = sign_up(visitor, "caricatures-2027", fields)
    assert page.has("247,20 $"), page.text
    house.settle()
    assert order(house) == (21500, 1075, 2145, 24720)

    at(house, 2027, 3, 8)
    guest = visitor.get(page.url.split("?")[0] + "/cancel?place=3")
    assert guest.has("97,73 $ (taxes comprises)"), guest.text
    visitor.post(page.url.split("?")[0] + "/cancel", {"place": "3"})
    house.settle()
    credit = one(house, "billing", "SELECT subtotal, tps, tvq, total FROM contract_invoices WHERE total < 0")
    assert tuple(map(int, credit)) == (-8500, -425, -848, -9773)
    left = one(house, "billing", "SELECT total - credited AS rest FROM contract_orders")
    assert int(left.rest) == 14947
    assert house.invariants() == []


def delegation_of_two(house: House) -> Page:
    """Two people of a company that renewed in June, who share a room, both with the gala, on invoice."""
    renewed(house.registration)
    answers = {
        f"a.mpa-double.member.{n}.{field}": value
        for n in range(2)
        for field, value in {
            "first_name": "Anaïs",
            "last_name": f"Boisneige {'AB'[n]}",
            "answer.q-arret": "alma",
            "answer.q-urgence": "Une personne, 418 555-0101",
        }.items()
    }
    fields = {"q.mpa-double.member": "2", "q.mpa-gala.anyone": "2", "code": code_of(house, "c10"), **COMPANY, **answers}
    return sign_up(house.visitor(), "delegation-mpa-2027", fields)


def test_gala_with_a_shared_room_is_invoiced(house: House) -> None:
    at(house, 2027, 9, 30)
    page = delegation_of_two(house)
    assert page.has("1 621,15 $"), page.text
    house.settle()
    assert order(house) == (141000, 7050, 14065, 162115)
    assert house.invariants() == []


def test_traveller_who_cancels_gives_back_her_gala_too(house: House) -> None:
    at(house, 2027, 9, 30)
    page = delegation_of_two(house)
    house.settle()
    visitor, mine = house.visitor(), page.url.split("?")[0]
    assert visitor.get(mine + "/cancel?place=2").has("810,58 $ (taxes comprises)")
    visitor.post(mine + "/cancel", {"place": "2"})
    house.settle()
    credit = one(house, "billing", "SELECT subtotal, tps, tvq, total FROM contract_invoices WHERE total < 0")
    assert tuple(map(int, credit)) == (-70500, -3525, -7033, -81058)
    left = one(house, "billing", "SELECT total - credited AS rest FROM contract_orders")
    assert int(left.rest) == 81057
    query = "SELECT taken FROM contract_resources WHERE activity_key = 'delegation-mpa-2027' AND key = 'gala_seats'"
    assert one(house, "registration", query).taken == 1, "one gala is left taken"
    assert house.invariants() == []


def test_webinar_that_is_free_has_no_invoice(house: House) -> None:
    at(house, 2027, 5, 3)
    page = sign_up(house.visitor(), "webinaire-fraude", {"q.web-0.anyone": "1"})
    assert page.has("C’est confirmé"), page.text
    house.settle()
    assert order(house) == (0, 0, 0, 0)
    assert one(house, "billing", "SELECT COUNT(*) AS n FROM contract_invoices").n == 0
    assert len(house.mail.to("chloe@example.org")) == 1
    assert house.invariants() == []


@pytest.mark.parametrize("down", ["billing", "notify"])
def test_sibling_down_stops_no_invoiced_signup(house: House, down: str) -> None:
    house.down.add(down)
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    assert page.has("C’est confirmé")
    house.settle()
    house.down.clear()
    house.clock.advance(minutes=20)
    house.settle()
    assert order(house) == (8500, 425, 848, 9773)
    kinds = [str(letter["X-Message-Key"]).split(":")[0] for letter in house.mail.to("chloe@example.org")]
    assert sorted(kinds) == ["invoice_issued", "registration_confirmed"]
    assert house.invariants() == []


def test_billing_down_tells_the_card_buyer_and_keeps_the_places(house: House) -> None:
    house.down.add("billing")
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", {"q.car.non_member": "1", "method": "card"})
    assert page.has("Vos places sont gardées"), page.text
    house.down.clear()
    page = visitor.get(page.url.split("?")[0] + "/pay")
    assert page.url.startswith(house.stripe.base)
    assert visitor.post(page.url, {"action": "pay"}).has("C’est confirmé")

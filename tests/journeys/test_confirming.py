"""A company nobody recognised asks for many places on invoice: they wait until whoever reads its mail confirms them."""

import re

from sqlalchemy import text

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up

MANY = {"q.car.non_member": "12", **COMPANY}


def kinds(house: House) -> list[str]:
    letters = house.mail.to("chloe@example.org")
    return [str(letter["X-Message-Key"]).split(":")[0] for letter in letters]


def orders(house: House) -> int:
    with house.billing.db.read() as session:
        return int(session.execute(text("SELECT COUNT(*) FROM contract_orders")).scalar_one())


def mailed_link(house: House) -> str:
    [letter] = house.mail.to("chloe@example.org")
    plain = letter.get_body(("plain",))
    assert plain is not None
    found = re.search(r"http\S+/confirm/\S+", plain.get_content())
    assert found, plain.get_content()
    return found[0]


def test_unknown_company_confirms_by_mail_and_is_invoiced_then(house: House) -> None:
    visitor = house.visitor()
    assert visitor.get("http://registration.test/fr/activites/caricatures-2027/inscription").status == 200
    page = sign_up(visitor, "caricatures-2027", MANY)
    assert page.has("Confirmez par courriel") and page.has("Nous avons écrit à chloe@example.org")
    house.settle()
    assert (kinds(house), orders(house)) == (["registration_to_confirm"], 0)
    asked = house.visitor().get(mailed_link(house))
    assert asked.has("Hydrauliques L’Épinette inc. aura 12 places"), asked.text
    assert asked.has("1 172,75 $"), "12 × 85,00 $ and both taxes"
    confirmed = house.visitor().post(asked.url, {})
    assert confirmed.has("C’est confirmé"), confirmed.text
    house.settle()
    assert sorted(kinds(house)) == ["invoice_issued", "registration_confirmed", "registration_to_confirm"]
    assert orders(house) == 1
    assert house.invariants() == []


def test_unknown_company_that_does_not_confirm_has_neither_order_nor_places(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", MANY)
    house.settle()
    link = mailed_link(house)
    house.clock.advance(hours=48, minutes=2)
    house.settle()
    over = house.visitor().get(page.url)
    assert over.has("Vos places ont été libérées") and over.has("Rien n’est facturé"), over.text
    late = house.visitor().post(link, {})
    assert late.has("Vos places ont été libérées"), late.text
    house.settle()
    assert (kinds(house), orders(house)) == (["registration_to_confirm"], 0)
    assert house.invariants() == []

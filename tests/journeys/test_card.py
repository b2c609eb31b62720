"""J3: somebody signs up for a 5 à 7 by card: paid, declined, abandoned, too late."""

from sqlalchemy import text

from tests.fakes.house import House, Page
from tests.journeys.signing import sign_up

ONE = {"q.car.non_member": "1", "method": "card"}


def places(house: House, key: str = "caricatures-2027") -> int:
    with house.registration.db.read() as session:
        query = text("SELECT SUM(taken) FROM contract_resources WHERE activity_key = :key")
        return int(session.execute(query, {"key": key}).scalar_one())


def at_stripe(house: House) -> Page:
    page = sign_up(house.visitor(), "caricatures-2027", ONE)
    assert page.url.startswith(house.stripe.base), page.url
    return page


def test_card_signup_from_the_form_ends_with_the_ticket(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", ONE)
    assert page.has("97,73 $")
    page = visitor.post(page.url, {"action": "pay"})
    assert page.has("C’est confirmé"), page.text
    house.webhooks()
    house.settle()
    [letter] = house.mail.to("chloe@example.org")
    assert "97,73" in house.mail.text("chloe@example.org")
    assert letter["Message-ID"].startswith("<registration_confirmed.")
    assert places(house) == 1
    assert house.invariants() == []


def test_card_payment_without_a_return_is_confirmed_by_the_webhook(house: House) -> None:
    at_stripe(house)
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id)
    house.webhooks()
    house.settle()
    assert len(house.mail.to("chloe@example.org")) == 1
    assert house.invariants() == []


def test_card_payment_without_a_webhook_is_found_by_the_reconciler(house: House) -> None:
    at_stripe(house)
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id, later=True)
    house.clock.advance(minutes=6)
    house.settle()
    assert len(house.mail.to("chloe@example.org")) == 1
    assert house.invariants() == []


def test_card_declined_can_be_tried_again(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", ONE)
    declined = visitor.post(page.url, {"action": "decline"})
    assert declined.status == 402
    assert visitor.post(page.url, {"action": "pay"}).has("C’est confirmé")


def test_payment_abandoned_gives_the_places_back(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", ONE)
    page = visitor.post(page.url, {"action": "abandon"})
    assert page.has("Paiement à terminer"), page.text
    assert places(house) == 1
    house.clock.advance(minutes=31)
    house.settle()
    assert places(house) == 0
    over = visitor.get(page.url)
    assert over.has("Votre place a été libérée") and not over.has("97,73"), over.text
    assert over.has("Revenir à l’activité")
    assert house.invariants() == []


def test_hold_let_go_by_the_contact_frees_the_places_at_once(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", ONE)
    page = visitor.post(page.url, {"action": "abandon"})
    assert page.has("Oui, libérer ma place"), "asked once before it is done"
    page = visitor.post(page.url.split("?")[0] + "/let-go", {})
    assert page.has("Votre place sera libérée dans un instant") and not page.has("Payer"), page.text
    house.settle()
    assert places(house) == 0
    assert visitor.get(page.url).has("Votre place a été libérée")


def test_payment_too_late_with_room_left_is_confirmed(house: House) -> None:
    at_stripe(house)
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id, later=True)
    house.down.add("billing")
    house.clock.advance(days=2)
    house.settle()
    assert places(house) == 0, "after the long grace the places are given back"
    house.down.clear()
    house.settle()
    house.clock.advance(minutes=10)
    house.settle()
    assert places(house) == 1
    assert "97,73" in house.mail.text("chloe@example.org")
    assert house.invariants() == []


def test_payment_too_late_without_room_is_refunded_in_full(house: House) -> None:
    at_stripe(house)
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id, later=True)
    house.down.add("billing")
    house.clock.advance(days=2)
    house.settle()
    with house.registration.db.write() as db:
        db.execute(text("UPDATE resource SET capacity = taken"))
    house.down.clear()
    for _ in range(3):
        house.clock.advance(minutes=10)
        house.settle()
    assert [r.amount for r in house.stripe.client().v1.refunds.list({}).data] == [9773]
    assert "Toute la somme, soit 97,73" in house.mail.text("chloe@example.org")
    assert house.invariants() == []

"""t1: the golf tournament is postponed; a foursome paid by card asks for its money back, to the cent."""

from datetime import UTC, datetime

from tests import make
from tests.fakes.house import House
from tests.journeys.signing import sign_up
from tests.journeys.test_invoice import code_of, one
from tests.journeys.test_office import staff

POSTPONED = {
    "kind": "postpone",
    "starts": "2027-08-19T09:00",
    "decide_by": "2027-06-24",
    "subject": {"fr": "Le tournoi est reporté"},
    "text": {"fr": "Votre place est gardée."},
}


def test_foursome_paid_by_card_is_refunded_to_the_cent_when_it_asks(house: House) -> None:
    house.clock.set(datetime(2027, 5, 10, 16, 0, tzinfo=UTC))
    house.settle()
    visitor = house.visitor()
    meals = {f"a.golf-quat.member.{n}.answer.q-repas": "boeuf" for n in range(4)}
    fields = {"q.golf-quat.member": "1", "code": code_of(house, "c01"), "method": "card", **meals}
    page = sign_up(visitor, "tournoi-golf-2027", fields)
    assert page.has("804,83 $"), page.text
    page = visitor.post(page.url, {"action": "pay"})
    own = page.url.split("?")[0]
    house.webhooks()
    house.settle()

    with house.registration.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    begun = house.clients["registration"].post(
        f"/api/staff/activities/{golf}/rearrangements", json=POSTPONED, headers=staff(house, "coordinator")
    )
    assert begun.status_code == 200, begun.text
    house.settle()
    letters = house.mail.to("chloe@example.org")
    assert len([letter for letter in letters if "activity_message" in letter["Message-ID"]]) == 1
    asked = visitor.get(f"{own}/choice")
    assert asked.has("804,83 $") and asked.has("19 août 2027"), asked.text
    visitor.post(f"{own}/choice", {"answer": "refund"})
    house.settle()
    house.webhooks()
    house.settle()
    credits = one(
        house, "billing", "SELECT count(*) AS notes, sum(total) AS total FROM contract_invoices WHERE total < 0"
    )
    assert (int(credits.notes), int(credits.total)) == (1, -80483)
    [refund] = house.stripe.client().v1.refunds.list({}).data
    assert refund.amount == 80483
    assert visitor.get(own).has("annulée")
    assert house.invariants() == []

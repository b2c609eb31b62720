"""A message that a sibling refused until it was given up: staff are told, and send it again once the cause is gone."""

from datetime import UTC, datetime

from kit.auth import PASS_COOKIE, staff_pass
from kit.contracts import OrderPaid
from kit.db import new_id
from kit.lease import Patience
from kit.mailbox import post
from tests import make
from tests.fakes.house import House
from tests.keys import OPS_TOKEN

TITLE = "1 message n’a pas pu être livré à la messagerie"
ORDERS = "/staff/orders"


def headers(house: House) -> dict[str, str]:
    caller = make.program(house.registration.db, ["accountant"], house.clock(), name="Comptable fictif")
    made = staff_pass(house.registration.settings.signing_key, caller, house.clock())
    return {"Cookie": f"{PASS_COOKIE}={made}", "Accept": "text/html"}


def give_up(house: House) -> None:
    """Notify knows nothing of payments: it refuses this one each time."""
    billing = house.apps["billing"].state.service
    with billing.db.write() as session:
        paid = OrderPaid(order_id=new_id(), paid_at=house.clock(), amount=100, method="card")
        post(session, "notify", paid, house.clock())
    for _ in range(Patience.most_refusals):
        billing.postman.deliver()
        house.clock.advance(hours=2)


def test_messages_given_up_are_seen_by_staff_and_sent_again(house: House) -> None:
    client = house.clients["billing"]
    assert TITLE not in client.get(ORDERS, headers=headers(house)).text
    house.clock.set(datetime(2027, 2, 18, 2, 30, tzinfo=UTC))
    give_up(house)
    assert client.get("/ops/pending", headers={"Authorization": "Bearer " + OPS_TOKEN}).json()["dead"] == 1
    shown = client.get(ORDERS, headers=headers(house)).text
    assert TITLE in shown
    evening = "attend depuis le mercredi 17 février 2027, 21 h 30."
    assert evening in shown.replace("\u00a0", " "), "the day where the association is, not UTC's"
    sent = client.post("/staff/undelivered/send-again", data={"back": ORDERS}, headers=headers(house))
    assert (sent.status_code, sent.headers["location"]) == (303, ORDERS)
    assert TITLE not in client.get(ORDERS, headers=headers(house)).text
    assert client.get("/ops/pending", headers={"Authorization": "Bearer " + OPS_TOKEN}).json()["outbox"] == 1


def test_messages_given_up_are_sent_again_by_a_program_that_stays_here(house: House) -> None:
    client = house.clients["billing"]
    give_up(house)
    [told] = client.get("/api/undelivered", headers=headers(house)).json()
    assert (told["to"], told["count"]) == ("notify", 1)
    for back in ("//example.org", "https://example.org", "/staff/../x"):
        assert (
            client.post("/staff/undelivered/send-again", data={"back": back}, headers=headers(house)).status_code == 422
        )
    assert client.post("/api/undelivered/send-again", headers=headers(house)).json() == []
    assert client.get("/api/undelivered", headers=headers(house)).json() == []

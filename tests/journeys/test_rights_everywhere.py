"""Rights and voices in all three services: what was taken away, or was never theirs to say, is refused everywhere."""

import uuid
from typing import Any

import pytest

from kit.auth import service_token, staff_pass
from kit.contracts.callers import Call
from registration.access import actions_tokens
from registration.registrations.queries import registration_by_id
from tests import make
from tests.fakes.house import House
from tests.journeys.signing import sign_up
from tests.journeys.test_office import BY_INVOICE, only_registration

CHEQUE = {"method": "cheque", "amount": 9773, "received_on": "2027-02-17"}


def test_token_revoked_changes_nothing_in_billing_from_then_on(house: House) -> None:
    """Its pass is good for five minutes; for reading only."""
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration, keeper = only_registration(house), house.registration
    program = make.program(keeper.db, ["accountant"], house.clock())
    held = {"Authorization": f"Bearer {staff_pass(keeper.settings.signing_key, program, house.clock())}"}
    billing = house.clients["billing"]
    assert billing.get("/api/orders", headers=held).status_code == 200
    with keeper.db.write() as session:
        actions_tokens.revoke_token(session, uuid.UUID(program.id), program, house.clock())
    paid = billing.post(f"/api/orders/{registration}/payments", json=CHEQUE, headers=held)
    assert (paid.status_code, paid.json()["code"]) == (401, "SignInNeeded")
    assert billing.get("/api/orders", headers=held).status_code == 200
    assert house.clients["registration"].get("/api/staff/activities", headers=held).status_code == 401
    house.down = {"registration"}
    assert billing.post(f"/api/orders/{registration}/payments", json=CHEQUE, headers=held).status_code == 503


@pytest.mark.parametrize(("sender", "key"), [("notify", "notify"), ("billing", "notify")])
def test_payment_told_by_anybody_but_billing_pays_nothing(house: House, sender: str, key: str) -> None:
    """In its own name notify is not heard of payments; in billing's it is not believed."""
    sign_up(house.visitor(), "caricatures-2027", BY_INVOICE)
    house.settle()
    registration = only_registration(house)
    paid = {"order_id": str(registration), "paid_at": house.clock().isoformat(), "amount": 9773, "method": "card"}
    body = [{"id": str(uuid.uuid4()), "type": "OrderPaid", "body": paid}]
    client = house.clients["registration"]
    request = client.build_request("POST", "/mailbox", json=body)
    secret = getattr(house, key).settings.signing_key
    call = Call(sender, "registration", "POST", "/mailbox", request.content)
    request.headers["Authorization"] = f"Bearer {service_token(secret, call, house.clock())}"
    answer: Any = client.send(request)
    if sender == key:
        assert [receipt["outcome"] for receipt in answer.json()] == ["refused"]
    else:
        assert answer.status_code == 401
    assert house.invariants() == []
    with house.registration.db.read() as session:
        assert registration_by_id(session, registration).paid_at is None

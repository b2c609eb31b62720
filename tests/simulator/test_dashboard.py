"""The simulated dashboard: somebody refunds by hand, a bank contests and decides, and Stripe tells of each."""

from __future__ import annotations

import http.client
from urllib.parse import urlencode

from tests.fakes.stripe_server import StripeServer
from tests.simulator.conftest import Create


def press(server: StripeServer, **fields: str) -> int:
    connection = http.client.HTTPConnection(server.base.removeprefix("http://"), timeout=10)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/c/dashboard", urlencode(fields), form)
        return connection.getresponse().status
    finally:
        connection.close()


def shown(server: StripeServer, lang: str = "fr") -> str:
    connection = http.client.HTTPConnection(server.base.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", f"/c/dashboard?lang={lang}")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_dashboard_refunds_a_part_then_all_that_is_left_and_no_more(server: StripeServer, create: Create) -> None:
    assert "Aucun paiement" in shown(server)
    intent = str(server.pay(str(create().id))["payment_intent"])
    assert press(server, thing=intent, action="refund", amount="20,00") == 303
    assert press(server, thing=intent, action="refund") == 303
    made = server.client().v1.refunds.list({"payment_intent": intent}).data
    assert sorted(one.amount for one in made)[0] == 2000 and not any(
        "refund_id" in (one.metadata or {}) for one in made
    )
    assert press(server, thing=intent, action="refund", amount="1") == 400
    assert press(server, thing=intent, action="refund", amount="beaucoup") == 400
    assert "Remboursement 20,00\u00a0$" in shown(server) and "Refund $20.00" in shown(server, "en")
    assert len(server.events("refund.created")) == 2


def test_dashboard_contests_a_payment_and_the_bank_decides(server: StripeServer, create: Create) -> None:
    intent = str(server.pay(str(create().id))["payment_intent"])
    assert press(server, thing=intent, action="contest") == 303
    assert press(server, thing=intent, action="refund", amount="1") == 400, "the bank has the money"
    [dispute] = server.client().v1.disputes.list({"payment_intent": intent}).data
    assert press(server, thing=dispute.id, action="under_review") == 303
    assert press(server, thing=dispute.id, action="won") == 303
    assert press(server, thing=dispute.id, action="lost") == 400
    told = [event["type"] for event in server.events() if event["type"].startswith("charge.dispute")]
    assert told[0] == "charge.dispute.created" and told[-1] == "charge.dispute.closed"
    assert press(server, thing="pi_nobody", action="contest") == 404

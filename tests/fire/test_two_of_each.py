"""Two processes of every service, and two workers beside them, at once: nothing happens twice (design.md §4.10)."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import WEBINAR, Buyer
from tests.fire.harness.town import NAMES, Town

BUYERS = 24
TWICE = {name: [("serve",), ("serve",), ("work",), ("work",)] for name in NAMES}


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("two")
    with fresh(folder) as urls, Town(urls, folder, TWICE, {"HOLD_SECONDS": "600"}) as running:
        yield running


def live(buyer: Buyer, back: bool, cancels: bool) -> None:
    assert buyer.sign_up(people=2) == 201
    if buyer.method == "card":
        answer = buyer.pay(buyer.pay_page())
        if back:
            buyer.come_back(answer)
    buyer.town.until(lambda: buyer.now()["status"] == "confirmed", "confirmed", 60)
    if cancels:
        assert buyer.cancel() == 200


def test_processes_doubled_with_events_tripled_do_nothing_twice(town: Town, say: Callable[..., None]) -> None:
    """Every Stripe event comes three times, and the return page, the webhook and two reconcilers settle at once."""
    town.stripe.switch(duplicate=2)
    chance = random.Random(4)
    kinds = [("card", ""), ("card", ""), ("invoice", ""), ("free", WEBINAR)]
    buyers = [Buyer(town, method, activity or Buyer.activity) for method, activity in kinds * (BUYERS // 4)]
    failures: list[BaseException] = []

    def run(buyer: Buyer, back: bool, cancels: bool) -> None:
        try:
            live(buyer, back, cancels)
        except BaseException as error:
            failures.append(error)

    plans = [(buyer, chance.random() < 0.5, n % 3 == 0) for n, buyer in enumerate(buyers)]
    threads = [threading.Thread(target=run, args=plan) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    town.drain()

    assert differences(town) == []
    assert town.bugs() == []
    mails = Counter(str(mail.message["Message-ID"]) for mail in town.mail.mails)
    assert {id_: count for id_, count in mails.items() if count > 1} == {}, "nobody was killed: no mail goes out twice"
    assert all(buyer.now()["status"] == ("cancelled" if cancels else "confirmed") for buyer, _back, cancels in plans)
    counts = {
        "pids": {name: [process.pid for process in town.of(name)] for name in NAMES},
        "mails": len(mails),
        "payments": town.rows("billing", "SELECT COUNT(*) AS n FROM contract_payments")[0]["n"],
        "refunds": town.rows("billing", "SELECT COUNT(*) AS n FROM contract_refunds")[0]["n"],
        "documents": town.rows("billing", "SELECT COUNT(*) AS n FROM contract_invoices")[0]["n"],
        "tickets": town.rows("registration", "SELECT COUNT(*) AS n FROM contract_attendees")[0]["n"],
    }
    say(counts)
    cards = [plan for plan in plans if plan[0].method == "card"]
    found = (counts["payments"], counts["refunds"], counts["tickets"])
    assert found == (len(cards), len([plan for plan in cards if plan[2]]), 2 * BUYERS)

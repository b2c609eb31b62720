"""The last use of a code, the last of its budget, the last share of a company, wanted in two processes at once.

Each is given as often as it may be and no more; whoever comes too late is told why; a hold that
ends gives it back once.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests import make
from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import COCKTAIL, Buyer
from tests.fire.harness.town import Town

BUYERS, HOLD_SECONDS = 16, 6
# A tenth of 85.00 a place.
OFF = 850


@dataclass(frozen=True)
class Limit:
    """How far a code may go, for how many that is, and what the others are told."""

    word: str
    terms: dict[str, int]
    serves: int
    refusal: str
    says: str
    # When the process dies that asks billing about the end of a hold: before it is asked, or with the answer in hand.
    when: str = ""


LIMITS = (
    Limit("DERNIERS", {"max_units": 3}, 3, "CodeUsedUp", "3", "before"),
    Limit("BUDGET", {"max_units": 100, "budget": 4 * OFF + OFF - 1}, 4, "CodeSpent", "", "after"),
    Limit("PARTAGE", {"max_units": 100, "per_company": 2}, 2, "CodeUsedByCompany", "2"),
)


@dataclass
class Rush:
    """A town of two processes of registration, and everybody who wants a code there."""

    town: Town

    def code(self, limit: Limit) -> None:
        with self.town.databases["registration"].read() as session:
            activity = make.activity_id(session, COCKTAIL)
        url = f"{self.town.url('registration')}/api/staff/activities/{activity}/codes"
        body = {"word": limit.word, "percent_off": 10, **limit.terms}
        headers = self.town.pass_of("coordinator")
        made = httpx.post(url, json=body, headers=headers, trust_env=False, timeout=30)
        assert made.status_code == 201, made.text

    def want(self, limit: Limit) -> list[tuple[Buyer, int]]:
        """All at once, half of them at each process; each with the status of their answer."""
        doors = self.town.of("registration")
        buyers = [Hopeful(self.town, "card", home=doors[n % 2].url) for n in range(BUYERS)]
        start, found = threading.Barrier(BUYERS), list[tuple[Buyer, int]]()

        def buy(buyer: Hopeful) -> None:
            buyer.word = limit.word
            start.wait()
            found.append((buyer, buyer.sign_up()))

        threads = [threading.Thread(target=buy, args=(buyer,)) for buyer in buyers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    def used(self, word: str) -> tuple[int, int]:
        [row] = self.town.rows("registration", "SELECT used, spent FROM code WHERE word = :word", word=word)
        return row["used"], row["spent"]

    def over(self) -> bool:
        query = "SELECT COUNT(*) AS n FROM contract_registrations WHERE status = 'held'"
        return self.town.rows("registration", query)[0]["n"] == 0


@dataclass
class Hopeful(Buyer):
    """A buyer with a code, all of the same company."""

    word: str = ""

    def order(self, people: int = 1) -> dict[str, Any]:
        return {**super().order(people), "code": self.word, "company": "Usine Pareille inc."}


@pytest.fixture(scope="module")
def rush(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rush]:
    folder = tmp_path_factory.mktemp("uses")
    layout = {"registration": [("serve",), ("serve",)]}
    with fresh(folder) as urls, Town(urls, folder, layout, {"HOLD_SECONDS": str(HOLD_SECONDS)}) as town:
        yield Rush(town)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.word)
def test_last_uses_of_a_code_wanted_at_once_are_given_once(rush: Rush, limit: Limit, say: Callable[..., None]) -> None:
    town = rush.town
    rush.code(limit)
    found = rush.want(limit)
    assert Counter(status for _, status in found) == {201: limit.serves, 409: BUYERS - limit.serves}
    refused = [buyer.state for buyer, status in found if status == 409]
    assert {one["code"] for one in refused} == {limit.refusal}
    assert all(limit.says in one["detail"] and len(one["detail"]) > 20 for one in refused), refused[0]
    assert rush.used(limit.word) == (limit.serves, limit.serves * OFF)
    # One pays, in time.
    kept, *lost = [buyer for buyer, status in found if status == 201]
    kept.come_back(kept.pay(kept.pay_page()))
    if limit.when:
        kill_at_the_end(town, lost[0], limit.when)
    # What the dead had taken on is left alone for its lease.
    town.until(rush.over, "every hold is over", 90)
    say(f"{limit.word}: {limit.serves} of {BUYERS} at once, then {len(lost)} given back, now {rush.used(limit.word)}")
    assert rush.used(limit.word) == (1, OFF)
    assert {buyer.now()["status"] for buyer in lost} == {"expired"}
    again = Counter(status for _, status in rush.want(limit))
    assert again == {201: limit.serves - 1, 409: BUYERS - limit.serves + 1}


def kill_at_the_end(town: Town, buyer: Buyer, when: str) -> None:
    """Whoever looks at the end of a hold is killed while it asks billing about it."""
    held = town.gates["billing"].hold(f"/orders/{buyer.id}/close", when, "POST")
    try:
        held.wait(HOLD_SECONDS + 10)
        for process in town.of("registration"):
            process.kill()
    finally:
        held.end()
    town.restart()


def test_town_after_the_rush_agrees_with_itself(rush: Rush) -> None:
    rush.town.drain()
    assert {limit.word: rush.used(limit.word) for limit in LIMITS} == {limit.word: (1, OFF) for limit in LIMITS}
    assert differences(rush.town) == []
    assert rush.town.bugs() == []

"""An activity is changed by its authors while a crowd signs up in two real processes: capacity up and down, what a
product takes, places reserved and released, prices closed and opened. Nothing is ever oversold, and nothing breaks."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import COCKTAIL, Buyer
from tests.fire.harness.town import Town

BUYERS, PLACES = 60, 24
Say = Callable[..., None]
# What an author may be answered: saved, refused with a reason, or "later". Never a fault of ours.
ANSWERS = {200, 201, 409, 422, 503}


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("changed")
    twice = {"registration": [("serve",), ("serve",)]}
    with fresh(folder) as urls, Town(urls, folder, twice, {"HOLD_SECONDS": "4"}) as running:
        # What an author may write: the towns' own numbers are beyond it.
        running.change("registration", "UPDATE activity SET confirm_above = 500, company_places = 500")
        yield running


@dataclass
class Author:
    """Somebody who changes the cocktail at one of the doors, without rest, until the crowd has gone."""

    town: Town
    home: str
    done: threading.Event
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._client = httpx.Client(trust_env=False, timeout=15, headers=self.town.pass_of("coordinator"))
        self.town.leaving.callback(self._client.close)
        [row] = self.town.rows("registration", "SELECT id FROM activity WHERE key = :key", key=COCKTAIL)
        self.address = f"{self.home}/api/staff/activities/{uuid.UUID(row['id'])}"

    def run(self, *acts: Callable[[int], None]) -> threading.Thread:
        def work() -> None:
            turn = 0
            while not self.done.is_set():
                acts[turn % len(acts)](turn // len(acts))
                turn += 1

        thread = threading.Thread(target=work)
        thread.start()
        return thread

    def ask(self, what: str, method: str, url: str, body: Any = None) -> Any:
        with suppress(httpx.TransportError):
            answer = self._client.request(method, url, json=body)
            code = answer.json().get("code", "") if answer.status_code >= 400 else ""
            self.seen[f"{what} {answer.status_code} {code}".strip()] += 1
            assert answer.status_code in ANSWERS, answer.text
            return answer.json() if answer.status_code < 400 else None
        return None

    def section(self, name: str) -> Any:
        draft = self._client.get(f"{self.address}/draft").json()
        return draft[name]

    def capacity(self, turn: int) -> None:
        """Up, down to what is taken, and below it."""
        section = self.section("resources")
        section["resources"][0]["capacity"] = (PLACES, PLACES + 6, 12, PLACES - 6, 10)[turn % 5]
        self.ask("capacity", "PUT", f"{self.address}/resources", section)

    def uses(self, turn: int) -> None:
        """A place takes two units of the resource for a while, or none at all."""
        section = self.section("resources")
        key = section["resources"][0]["key"]
        section["uses"]["car"] = ({key: 2}, {}, {key: 1})[turn % 3]
        self.ask("uses", "PUT", f"{self.address}/resources", section)

    def product(self, turn: int) -> None:
        """It brings two people for a while, is an add-on, is arranged with staff; its price is closed."""
        section = self.section("prices")
        for product in section["products"]:
            if product["key"] == "car":
                product["add_on"] = turn % 5 == 3
                product["attendees"] = 0 if product["add_on"] else (1, 2)[turn % 2]
                product["on_request"] = turn % 7 == 4
                for price in product["prices"]:
                    if (price["who"], price["channel"]) == ("non_member", "online"):
                        price["until"] = "2020-01-01T00:00" if turn % 3 == 2 else None
        self.ask("product", "PUT", f"{self.address}/prices", section)

    def taken_away(self, turn: int) -> None:
        """The product, or the resource, is gone from the section."""
        if turn % 2:
            section = self.section("prices")
            section["products"] = [one for one in section["products"] if one["key"] != "car"]
            self.ask("product away", "PUT", f"{self.address}/prices", section)
        else:
            self.ask("resource away", "PUT", f"{self.address}/resources", {"resources": [], "uses": {}})

    def allotment(self, turn: int) -> None:
        """Places are reserved, changed and released."""
        body = {"label": "Partenaires", "resource": "places", "units": 3 + turn % 4}
        made = self.ask("reserve", "POST", f"{self.address}/allotments", body)
        if made:
            address = f"{self.home}/api/staff/allotments/{made['id']}"
            self.ask("change", "POST", f"{address}/terms", {"label": "Partenaires", "units": 1 + turn % 6})
            self.ask("release", "POST", f"{address}/release", None)


def counted(town: Town) -> dict[str, int]:
    query = "SELECT r.capacity, r.taken, r.reserved FROM resource r JOIN activity a ON a.id = r.activity_id"
    [row] = town.rows("registration", f"{query} WHERE a.key = :key AND r.key = 'places'", key=COCKTAIL)
    return row


def empty_cocktail(town: Town) -> None:
    """The cocktail as in the sample, but for its size: so many places beside those taken."""
    taken = counted(town)["taken"]
    where = "key = 'places' AND activity_id IN (SELECT id FROM activity WHERE key = :key)"
    town.change("registration", f"UPDATE resource SET capacity = :n WHERE {where}", n=taken + PLACES, key=COCKTAIL)


def crowd(town: Town, buyers: list[Buyer]) -> Counter[int]:
    """All at once; some let go at once, some cancel, the cards' holds end by themselves."""
    start, statuses = threading.Barrier(len(buyers)), Counter[int]()

    def buy(buyer: Buyer) -> None:
        start.wait()
        time.sleep(buyer.number % 10 / 10)
        status = buyer.sign_up()
        for _ in range(20):
            if status != 422:
                break
            # Nothing is on sale this moment: they look again.
            time.sleep(0.2)
            status = buyer.sign_up()
        statuses[status] += 1
        if status == 201 and buyer.method == "invoice" and buyer.number % 3 == 0:
            buyer.cancel()

    threads = [threading.Thread(target=buy, args=(buyer,)) for buyer in buyers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.parametrize("acts", [("capacity",), ("capacity", "uses"), ("uses", "product", "taken_away", "allotment")])
def test_activity_changed_while_a_crowd_signs_up_is_never_oversold(town: Town, say: Say, acts: tuple[str, ...]) -> None:
    empty_cocktail(town)
    doors, done = town.of("registration"), threading.Event()
    authors = [Author(town, door.url, done) for door in doors]
    over: list[dict[str, int]] = []

    def watch() -> None:
        while not done.is_set():
            row = counted(town)
            over.extend([row] if row["taken"] + row["reserved"] > row["capacity"] else [])
            time.sleep(0.02)

    assert Buyer(town, "invoice").sign_up() == 201, "what somebody has cannot be taken away any more"
    watcher = threading.Thread(target=watch)
    watcher.start()
    working = [author.run(*(getattr(author, act) for act in acts)) for author in authors]
    buyers = [Buyer(town, ("card", "invoice")[n // 2 % 2], home=doors[n % 2].url) for n in range(BUYERS)]
    try:
        statuses = crowd(town, buyers)
    finally:
        done.set()
        for thread in [*working, watcher]:
            thread.join()
    say(f"authors: {dict(sum((author.seen for author in authors), Counter[str]()))}; crowd: {dict(statuses)}")
    assert over == [], "at no moment"
    assert set(statuses) <= {201, 409, 422} and statuses[201], statuses
    assert not [name for author in authors for name in author.seen if " 500" in name]
    # Holds end, letters leave: whatever was changed under them, everything that was taken is counted once.
    town.drain()
    assert differences(town) == []
    assert town.bugs() == []
    put_back(authors[0])


def put_back(author: Author) -> None:
    """The next crowd finds the cocktail on sale."""
    section = author.section("prices")
    for product in section["products"]:
        if product["key"] == "car":
            product |= {"attendees": 1, "add_on": False, "on_request": False}
            for price in product["prices"]:
                if (price["who"], price["channel"]) == ("non_member", "online"):
                    price["until"] = None
    author.ask("back", "PUT", f"{author.address}/prices", section)
    section = author.section("resources")
    section["uses"]["car"] = {"places": 1}
    author.ask("back", "PUT", f"{author.address}/resources", section)

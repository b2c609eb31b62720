"""An activity of five hundred registrations is postponed while every process is killed again and again.

Each registration is asked once and told once; what goes without saying is applied once; a card gets its money once.
"""

import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kit.clock import utc_now
from kit.contracts.callers import ANYONE
from registration.signup import actions
from tests import make
from tests.fire.conftest import Fresh
from tests.fire.harness import checks
from tests.fire.harness.people import COCKTAIL, Buyer
from tests.fire.harness.town import NAMES, Town
from tests.registration.mailing import contact

REGISTRATIONS, KILLS, PRICE = 500, 8, 9773
LAYOUT = {name: [("serve",), ("work",)] for name in NAMES}
# Who chooses on their own page: those who stay, and those who want their money back.
STAYS, LEAVES = 4, 8


@dataclass
class Season:
    """A town, the contacts of all registrations, and those of them who are buyers with an order."""

    town: Town
    buyers: list[Buyer] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)

    @property
    def staff(self) -> dict[str, str]:
        return self.town.pass_of("coordinator")

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        url = self.town.url("registration") + path
        return httpx.request(method, url, headers=self.staff, trust_env=False, timeout=30, **more)

    def sign_up(self) -> None:
        """Buyers by card and on invoice, each with an order; beside them as many others as it takes."""
        for n in range(STAYS + LEAVES):
            buyer = Buyer(self.town, ("card", "invoice")[n % 2])
            assert buyer.sign_up() == 201
            if buyer.method == "card":
                buyer.come_back(buyer.pay(buyer.pay_page()))
            self.buyers.append(buyer)
        for buyer in self.buyers:
            self.town.until(lambda buyer=buyer: buyer.now()["status"] == "confirmed", "confirmed")
        db, others = self.town.databases["registration"], range(REGISTRATIONS - len(self.buyers))
        plans = [make.planned(db, COCKTAIL, "car", ["Zoé Roy"], utc_now()) for _ in others]
        with db.write() as session:
            for plan in plans:
                actions.record_signup(session, plan, actions.Announcement(), ANYONE)
        for n, plan in enumerate(plans):
            contact(db, plan.registration.id, f"personne-{n}@example.org")
        self.addresses = {buyer.email for buyer in self.buyers} | {f"personne-{n}@example.org" for n in others}

    def postpone(self) -> str:
        """By whoever asks until there is an answer, always with the same key; the rearrangement's id."""
        with self.town.databases["registration"].read() as session:
            activity = make.activity_id(session, COCKTAIL)
        day = utc_now().date()
        body = {
            "id": str(uuid.uuid4()),
            "kind": "postpone",
            "starts": f"{day + timedelta(days=330)}T17:00",
            "decide_by": str(day + timedelta(days=7)),
            "subject": {"fr": "La soirée est reportée"},
            "text": {"fr": "Bonjour {{ prénom }}. Votre place est gardée."},
        }
        answer = self.call("POST", f"/api/staff/activities/{activity}/rearrangements", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["undecided"] == REGISTRATIONS
        return str(body["id"])

    def choose(self, failures: list[str]) -> None:
        """Each by the link of their letter, until somebody answers; asked again with the same key, it is said once."""
        for n, buyer in enumerate(self.buyers):
            self.town.until(lambda buyer=buyer: told(self.town, buyer.email), f"{buyer.email} is told", 60)
            said = "keep" if n < STAYS else "refund"
            url = f"{buyer.home}/api/registrations/{buyer.id}/choice"
            headers = {"X-Link-Token": buyer.token, "Idempotency-Key": f"choice-{buyer.id}"}
            answer = buyer.insist("POST", url, json={"answer": said}, headers=headers)
            if answer.status_code != 200 or answer.json()["answer"] != said:
                failures.append(f"{buyer.number}: {answer.status_code} {answer.text}")

    def waiting(self) -> int:
        [row] = self.town.rows("registration", "SELECT COUNT(*) AS n FROM mailing_recipient WHERE state = 'ready'")
        return int(row["n"])

    def undone(self) -> int:
        query = "SELECT COUNT(*) AS n FROM rearrangement_choice WHERE state <> 'done'"
        return int(self.town.rows("registration", query)[0]["n"])


@pytest.fixture(scope="module")
def season(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder = tmp_path_factory.mktemp("postponements")
    with fresh(folder) as urls, Town(urls, folder, LAYOUT) as town:
        town.change("registration", "UPDATE resource SET capacity = 100000 WHERE capacity > 0")
        # What an author may write: the town's own is beyond it.
        town.change("registration", "UPDATE activity SET confirm_above = 1000, company_places = 10000")
        running = Season(town)
        running.sign_up()
        town.drain()
        yield running


def kill(season: Season, chance: random.Random, say: Callable[..., None]) -> list[str]:
    """Any process, every so many letters, so that each kill lands in the middle of the work; who was killed."""
    victims = [process for name in NAMES for process in season.town.of(name)]
    chance.shuffle(victims)
    killed = []
    for landed in range(KILLS):
        edge = REGISTRATIONS - (landed + 1) * REGISTRATIONS // (KILLS + 4)
        season.town.until(lambda edge=edge: season.waiting() <= edge, f"{edge} letters left", 120)
        time.sleep(chance.uniform(0, 0.1))
        victim = victims[landed % len(victims)]
        victim.kill()
        victim.start()
        killed.append(victim.name)
    say(f"killed {killed}")
    return killed


def test_postponement_of_five_hundred_through_kills_asks_and_tells_each_once(
    season: Season, say: Callable[..., None]
) -> None:
    town, failures, begun = season.town, list[str](), time.monotonic()
    one = season.postpone()
    choosing = threading.Thread(target=season.choose, args=(failures,))
    choosing.start()
    killed = kill(season, random.Random(11), say)
    choosing.join(120)
    # The day by which to choose comes to its end while letters still leave.
    town.change("registration", "UPDATE rearrangement SET decide_until = :past", past=_past())
    half = season.undone() // 2
    town.until(lambda: season.undone() <= half, "the half of it done", 60)
    for name in ("registration", "registration-2", "billing-2"):
        town[name].kill()
    say(f"killed again with {season.undone()} choices to do and {season.waiting()} letters left")
    town.restart()
    town.until(lambda: season.undone() == 0 and season.waiting() == 0, "all of it done", 120)
    took = town.drain()
    say(f"{time.monotonic() - begun:.0f} s from the postponement on, drained in {took:.0f} s")
    assert not choosing.is_alive() and failures == []
    assert {name.split("-")[0] for name in killed} == set(NAMES)
    shown = season.call("GET", f"/api/staff/rearrangements/{one}").json()
    counted = [shown[name] for name in ("kept", "refunded", "undecided", "waiting", "refused")]
    assert counted == [REGISTRATIONS - LEAVES, LEAVES, 0, 0, 0]
    assert [shown[name] for name in ("letters", "letters_sent", "letters_left_out")] == [
        REGISTRATIONS,
        REGISTRATIONS,
        0,
    ]
    assert asked_once(season) == []
    assert told_once(season) == []
    assert refunded_once(season) == []
    assert [line for name in NAMES for line in town.ops(name, "invariants")] == []
    assert town.bugs() == []


def told(town: Town, address: str) -> list[str]:
    """The ids of the postponement's mails to somebody."""
    mails = [mail.message for mail in town.mail.to(address)]
    of = [one for one in mails if str(one["X-Message-Key"]).startswith("activity_message:")]
    return [str(one["Message-ID"]) for one in of]


def _past() -> str:
    return (utc_now() - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")


def asked_once(season: Season) -> list[str]:
    """One choice for each registration, done; history tells of each once."""
    town = season.town
    rows = town.rows("registration", "SELECT registration_id, state FROM rearrangement_choice")
    every = {row["id"] for row in town.rows("registration", "SELECT id FROM contract_registrations")}
    counts = Counter(row["registration_id"] for row in rows)
    wrong = [f"{one} was asked {counts[one]} times" for one in every | counts.keys() if counts[one] != 1]
    query = "SELECT subject_id FROM history_entry WHERE action IN"
    query += " ('registration.choice_by_default', 'registration.choice_made')"
    said = Counter(row["subject_id"] for row in town.rows("registration", query))
    return wrong + [f"history says {said[one]} choices of {one}" for one in every if said[one] != 1]


def told_once(season: Season) -> list[str]:
    """One mail of the postponement to each contact, sent again only under its own id; one calendar of one sequence."""
    ids: dict[str, set[str]] = {address: set() for address in season.addresses}
    sequences: set[str] = set()
    for mail in season.town.mail.mails:
        if str(mail.message["X-Message-Key"]).startswith("activity_message:"):
            ids.setdefault(mail.recipients[0], set()).add(str(mail.message["Message-ID"]))
            text = "".join(
                part.get_payload(decode=True).decode(errors="replace")  # type: ignore[union-attr]
                for part in mail.message.walk()
                if part.get_content_type() == "text/calendar"
            )
            sequences.add(" ".join(sorted(set(re.findall(r"SEQUENCE:\d+", text)))))
    wrong = [f"{address} was told {len(found)} times" for address, found in ids.items() if len(found) != 1]
    return wrong + ([] if len(sequences) == 1 and "SEQUENCE:" in str(sequences) else [f"calendars say {sequences}"])


def refunded_once(season: Season) -> list[str]:
    """Who leaves has one credit note of the whole; a card its money back, once; the others have their invoice."""
    town, wrong = season.town, []
    documents = town.rows("billing", "SELECT order_id, kind, total FROM contract_invoices")
    for n, buyer in enumerate(season.buyers):
        mine = sorted(row["total"] for row in documents if row["order_id"] == str(buyer.id))
        due = [PRICE] if n < STAYS else [-PRICE, PRICE]
        if mine != due:
            wrong.append(f"{buyer.number} ({buyer.method}) has documents of {mine}, not {due}")
    refunds = town.rows("billing", "SELECT order_id, amount FROM contract_refunds WHERE status = 'succeeded'")
    back = Counter({row["order_id"]: row["amount"] for row in refunds})
    cards = {str(one.id): PRICE for one in season.buyers[STAYS:] if one.method == "card"}
    wrong += [] if back == cards and len(refunds) == len(cards) else [f"refunds: {refunds}"]
    return [*wrong, *checks._stripe(town), *checks._numbers(town), *checks._ledger(town)]

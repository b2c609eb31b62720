"""A message to five hundred people while whoever sends it is killed again and again: each gets it once."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import httpx
import pytest

from kit.clock import utc_now
from tests import make
from tests.fire.conftest import Fresh
from tests.fire.harness.people import COCKTAIL
from tests.fire.harness.town import Town
from tests.registration.mailing import contact

PEOPLE, KILLS = 500, 6
LAYOUT = {"registration": [("serve",), ("work",)], "billing": [("serve",)], "notify": [("serve",), ("work",)]}


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("mailings")
    with fresh(folder) as urls, Town(urls, folder, LAYOUT) as running:
        running.change("registration", "UPDATE resource SET capacity = 100000 WHERE capacity > 0")
        yield running


def signed_up(town: Town) -> set[str]:
    """So many registrations of a contact each; their addresses."""
    db, addresses = town.databases["registration"], [f"personne-{n}@example.org" for n in range(PEOPLE)]
    for address in addresses:
        contact(db, make.registered(db, COCKTAIL, "car", ["Zoé Roy"], utc_now()), address)
    return set(addresses)


def confirmed(town: Town) -> str:
    """A mailing to all of them, confirmed; its id."""
    keys, home = town.pass_of("coordinator"), town.url("registration")
    with town.databases["registration"].read() as session:
        activity = make.activity_id(session, COCKTAIL)
    said = {"subject": {"fr": "Le stationnement change"}, "text": {"fr": "Bonjour {{ prénom }}."}}
    made = httpx.post(
        f"{home}/api/staff/activities/{activity}/mailings", json=said, headers=keys, trust_env=False, timeout=30
    )
    assert made.status_code == 201, made.text
    one = f"{home}/api/staff/mailings/{made.json()['id']}"
    assert httpx.post(f"{one}/confirm", headers=keys, trust_env=False, timeout=30).status_code == 200
    return str(made.json()["id"])


def waiting(town: Town, mailing: str) -> int:
    """Letters that nobody has handed over yet."""
    query = "SELECT mailing_id FROM mailing_recipient WHERE state = 'ready'"
    return sum(row["mailing_id"] == mailing for row in town.rows("registration", query))


def test_five_hundred_letters_through_kills_reach_each_person_once(town: Town, say: Callable[..., None]) -> None:
    addresses, chance, landed = signed_up(town), random.Random(9), 0
    mailing = str(uuid.UUID(confirmed(town)))
    victims = [town["registration-2"], town["registration"], town["notify"], town["notify-2"]]
    while landed < KILLS:
        # A kill every so many letters, so that each lands in the middle of the work.
        edge = PEOPLE - (landed + 1) * PEOPLE // (KILLS + 2)
        town.until(lambda edge=edge: waiting(town, mailing) <= edge, f"{edge} letters left", 150)
        time.sleep(chance.uniform(0, 0.1))
        victim = victims[landed % len(victims)]
        victim.kill()
        victim.start()
        landed += 1
        say(f"kill {landed} of {victim.name} with {waiting(town, mailing)} letters left")
    town.restart()
    town.until(lambda: waiting(town, mailing) == 0, "all handed over", 150)
    took = town.drain()
    mails = [mail for mail in town.mail.mails if str(mail.message["X-Message-Key"]).startswith("activity_message:")]
    ids: dict[str, set[str]] = {}
    for mail in mails:
        ids.setdefault(mail.recipients[0], set()).add(str(mail.message["Message-ID"]))
    say(f"{len(mails)} mails to {len(ids)} people; drained in {took:.0f} s")
    assert set(ids) == addresses
    assert max(len(one) for one in ids.values()) == 1, "a mail that was sent twice is the same mail"
    messages = town.rows("notify", "SELECT * FROM contract_messages WHERE kind = 'activity_message'")
    assert Counter(row["status"] for row in messages) == {"sent": PEOPLE}
    states = town.rows("registration", "SELECT state, COUNT(*) AS n FROM mailing_recipient GROUP BY state")
    assert [(row["state"], row["n"]) for row in states] == [("sent", PEOPLE)]
    assert town.ops("registration", "invariants") == [] and town.bugs() == []

"""A hundred random kills while people sign up, pay, change their minds and arrive. Then everything drains and holds.

`FIRE_SEED=… make test-fire` draws another hundred, or the ones that failed: who comes, what they do, who is killed and
how long after the one before. What the processes were doing at that moment is theirs to say.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.crowd import Crowd
from tests.fire.harness.people import COCKTAIL
from tests.fire.harness.town import NAMES, Town

SEED = int(os.environ.get("FIRE_SEED", "20270217"))
KILLS = 100
HOLD_SECONDS = 8
# Fewer than are wanted: the last ones are fought for, and a payment that comes late may find none.
PLACES = 120
# Seconds between two kills, and how many processes may be down at once: people must get on with their lives.
PAUSE = (0.05, 0.6)
MOST_DOWN = 2
# Only a machine that does nothing any more is given up on: a busy one takes its time.
LONGEST = 1200.0


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("random")
    layout = {name: [("serve",), ("work",)] for name in NAMES}
    with fresh(folder) as urls, Town(urls, folder, layout, {"HOLD_SECONDS": str(HOLD_SECONDS)}) as running:
        narrow = "UPDATE resource SET capacity = :places WHERE key = 'places' AND activity_id IN"
        narrow += " (SELECT id FROM activity WHERE key = :key)"
        running.change("registration", narrow, places=PLACES, key=COCKTAIL)
        yield running


def kill_at_random(town: Town, chance: random.Random) -> int:
    """Any process that is ready, at any moment; it is started again at once. How many kills landed."""
    victims = [process for name in NAMES for process in town.of(name)]
    begun, landed = time.monotonic(), 0
    while landed < KILLS and time.monotonic() < begun + LONGEST:
        time.sleep(chance.uniform(*PAUSE))  # The moment of the kill is what is random here.
        ready = [process for process in victims if process.alive and process.ready()]
        if len(ready) > len(victims) - MOST_DOWN:
            victim = chance.choice(ready)
            victim.kill()
            landed += 1
            victim.start()
    return landed


def test_kills_at_a_hundred_random_moments_lose_nothing(town: Town, say: Callable[..., None]) -> None:
    say(f"seed {SEED}")
    crowd = Crowd(town, SEED, at_once=6, most=2000, hold_seconds=HOLD_SECONDS)
    crowd.start()
    begun = time.monotonic()
    landed = kill_at_random(town, random.Random(SEED))
    took = time.monotonic() - begun
    town.restart()
    crowd.join(120)
    drained = town.drain()
    kills = {process.name: process.kills for name in NAMES for process in town.of(name)}
    say(f"seed {SEED}: {landed} kills in {took:.0f} s, {kills}; drained in {drained:.0f} s")
    say(f"lives: {dict(Counter(life.kind for life in crowd.lives))}")
    say(f"ends: {dict(ends(town))}; answers: {dict(answers(crowd))}")
    assert landed == KILLS == sum(kills.values())
    assert not crowd.failures, "\n".join(crowd.failures[:5])
    assert differences(town) == []
    assert wrong_ends(town, crowd) == []
    assert town.bugs() == []
    assert 500 not in answers(crowd)
    lived = {life.kind for life in crowd.lives if life.sure}
    assert lived >= {"card_and_back", "free", "invoice", "walk_in_cash"}, "the load was real"
    assert any(life.cancelled for life in crowd.lives) and any(life.credited for life in crowd.lives)


def wrong_ends(town: Town, crowd: Crowd) -> list[str]:
    registrations = {row["id"]: row for row in town.rows("registration", "SELECT * FROM contract_registrations")}
    orders = {row["id"]: row for row in town.rows("billing", "SELECT * FROM contract_orders")}
    ids = [(life, str(life.buyer.id)) for life in crowd.lives]
    wrong = [life.wrong_end(registrations.get(id_), orders.get(id_)) for life, id_ in ids]
    strangers = registrations.keys() - {id_ for _life, id_ in ids}
    return [line for line in wrong if line] + [f"registration {id_} is nobody's" for id_ in strangers]


def ends(town: Town) -> Counter[str]:
    rows = town.rows("registration", "SELECT status, COUNT(*) AS n FROM contract_registrations GROUP BY status")
    return Counter({row["status"]: row["n"] for row in rows})


def answers(crowd: Crowd) -> Counter[int]:
    """Statuses seen by everybody; 0 is a connection refused or cut."""
    return sum((Counter(life.buyer.seen) for life in crowd.lives), Counter())

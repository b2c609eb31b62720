"""A hundred random kills while people sign up, pay, change their minds and arrive. Then everything drains and holds."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.lives import Crowd
from tests.fire.harness.town import NAMES, Town

SEED = 20270217
KILLS = 100
HOLD_SECONDS = 8
# Seconds between two kills, and how many processes may be down at once: people must get on with their lives.
PAUSE = (0.05, 0.6)
MOST_DOWN = 2
LONGEST = 400.0


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("random")
    layout = {name: [("serve",), ("work",)] for name in NAMES}
    with fresh(folder) as urls, Town(urls, folder, layout, {"HOLD_SECONDS": str(HOLD_SECONDS)}) as running:
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


def test_a_hundred_random_kills(town: Town, say: Callable[..., None]) -> None:
    crowd = Crowd(town, SEED, at_once=6, most=220, hold_seconds=HOLD_SECONDS)
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
    assert crowd.failures == []
    assert differences(town) == []
    assert [wrong for life in crowd.lives if (wrong := life.wrong_end())] == []
    assert town.bugs() == []
    assert 500 not in answers(crowd)
    assert {life.kind for life in crowd.lives if life.paid}, "the load was real"


def ends(town: Town) -> Counter[str]:
    rows = town.rows("registration", "SELECT status, COUNT(*) AS n FROM contract_registrations GROUP BY status")
    return Counter({row["status"]: row["n"] for row in rows})


def answers(crowd: Crowd) -> Counter[int]:
    """Statuses seen by everybody; 0 is a connection refused or cut."""
    return sum((Counter(life.buyer.seen) for life in crowd.lives), Counter())

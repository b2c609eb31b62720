"""Everybody at once, and Stripe on a bad day."""

import random
import threading
import time
from dataclasses import dataclass, field
from traceback import format_exception

from tests.fire.harness.lives import LIVES, Life, drawn
from tests.fire.harness.town import Town

FAIR = {"lose": 0, "duplicate": 0, "delay": 0.0, "hold": False}
WEATHER = (
    FAIR,
    {"lose": 2},
    {"duplicate": 2},
    {"delay": 1.5},
    {"duplicate": 1, "delay": 0.5},
    {"hold": True},
    {"cut": {"path": "/v1/refunds", "next": 1, "method": "POST"}},
    {"cut": {"path": "/v1/checkout/sessions", "next": 1, "method": "POST"}},
)


@dataclass
class Crowd:
    """So many people at once, one life after the other, until `join`. `failures`: what should not have happened."""

    town: Town
    seed: int
    at_once: int
    most: int
    hold_seconds: float
    lives: list[Life] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._chance, self._lock = random.Random(self.seed), threading.Lock()
        self._threads = [threading.Thread(target=self._live_on, daemon=True) for _ in range(self.at_once)]
        self._threads.append(threading.Thread(target=self._rain, daemon=True))
        for thread in self._threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Nobody begins a new life; those who are in the middle of one finish it."""
        self.stop.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.1, end - time.monotonic()))
            assert not thread.is_alive(), "somebody never came to an end"

    def _live_on(self) -> None:
        while not self.stop.is_set():
            life = self._next()
            if life is None:
                return
            try:
                life.run()
            except BaseException as error:
                self.failures.append(f"{life}: {''.join(format_exception(error)[-4:])}")
            self.stop.wait(life.chance.uniform(0.0, 0.4))

    def _next(self) -> Life | None:
        with self._lock:
            if len(self.lives) >= self.most:
                return None
            kind = self._chance.choices(list(LIVES), list(LIVES.values()))[0]
            life = drawn(self.town, kind, random.Random(self._chance.random()), self.hold_seconds)
            self.lives.append(life)
            return life

    def _rain(self) -> None:
        """Webhooks are lost, doubled, late, and come in the wrong order; Stripe's answers are cut off."""
        stripe, chance = self.town.stripe, random.Random(self.seed + 1)
        try:
            while not self.stop.is_set():
                stripe.switch(**FAIR | chance.choice(WEATHER))
                self.stop.wait(chance.uniform(0.5, 2.0))
                stripe.send_held(order=chance.choice(("given", "reversed")))
            stripe.switch(**FAIR)
            stripe.send_held(order="reversed")
        except BaseException as error:
            self.failures.append("the weather: " + "".join(format_exception(error)[-4:]))

"""How people use the town while it burns: each life is drawn from a seed, tries again when nobody answers, and ends."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.fire.harness.people import WEBINAR, Buyer
from tests.fire.harness.town import Town

# What a life may be, and how often.
LIVES = {
    "card_and_back": 24,
    "card_browser_closed": 20,
    "declined_then_paid": 10,
    "declined_and_left": 6,
    "abandoned": 8,
    "paid_at_the_last_moment": 8,
    "free": 10,
    "invoice": 14,
}


@dataclass
class Life:
    """One buyer and what they did: `paid` when Stripe took their money, `cancelled` when they gave places back."""

    buyer: Buyer
    kind: str
    chance: random.Random
    hold_seconds: float
    paid: bool = False
    cancelled: bool = False
    cheque: bool = False

    def run(self) -> None:
        buyer = self.buyer
        if buyer.sign_up(people=self.chance.choice((1, 1, 2))) != 201:
            return
        if buyer.method == "card":
            self._card()
        elif buyer.method == "invoice" and self.chance.random() < 0.5:
            self._cheque()
        sure = self.paid or buyer.method != "card"
        if sure and self.chance.random() < 0.3:
            self._change_their_mind()
        elif sure and self.chance.random() < 0.4:
            self._arrive()

    def _card(self) -> None:
        session = self.buyer.pay_page()
        if not session or self.kind == "abandoned":
            return
        if self.kind.startswith("declined"):
            self.buyer.pay(session, "decline")
        if self.kind == "declined_and_left":
            return
        if self.kind == "paid_at_the_last_moment":
            time.sleep(self.hold_seconds * self.chance.uniform(0.7, 1.1))
        answer = self.buyer.pay(session)
        self.paid = answer.status_code == 303
        if self.paid and self.kind != "card_browser_closed":
            self.buyer.come_back(answer)

    def _cheque(self) -> None:
        """Staff record a cheque, with one key for all their tries; billing may not have heard of the order yet."""
        town, buyer = self.buyer.town, self.buyer
        body = {"method": "cheque", "amount": buyer.state["total"], "received_on": today().isoformat()}
        for _ in range(600):
            headers = town.pass_of("director") | {"Idempotency-Key": f"cheque-{buyer.id}", "Accept": "application/json"}
            url = f"{town.url('billing')}/api/orders/{buyer.id}/payments"
            status = buyer.insist("POST", url, json=body, headers=headers).status_code
            if status != 404:
                self.cheque = status == 200
                assert self.cheque, f"a cheque was refused: {status}"
                return
            time.sleep(0.1)

    def _change_their_mind(self) -> None:
        if self._confirmed():
            status = self.buyer.cancel()
            assert status == 200, f"cancelling was refused: {status}"
            self.cancelled = True

    def _arrive(self) -> None:
        if not self._confirmed():
            return
        arrival = self.buyer.arrive(insist=True)
        assert arrival is not None and arrival["outcome"] == "welcome", arrival

    def _confirmed(self) -> bool:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            if (status := self.buyer.now()["status"]) != "held":
                return bool(status == "confirmed")
            time.sleep(0.2)
        return False

    def wrong_end(self) -> str:
        """What is wrong with how it ended, once everything is quiet; nothing when it is right."""
        if not self.buyer.state.get("personal_url"):
            return ""
        status = self.buyer.now()["status"]
        right = {"confirmed"} if self.paid or self.buyer.method != "card" else {"expired"}
        if self.cancelled:
            right = {"cancelled"}
        elif self.kind == "paid_at_the_last_moment" and self.paid:
            right = {"confirmed", "expired"}  # Expired, and then refunded in full: the checks look at that.
        return "" if status in right else f"{self.kind} (paid: {self.paid}, cancelled: {self.cancelled}) ended {status}"


@dataclass
class Crowd:
    """So many people at once, one life after the other, until `stop`. `failures`: what should not have happened."""

    town: Town
    seed: int
    at_once: int
    most: int
    hold_seconds: float
    lives: list[Life] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._chance, self._lock = random.Random(self.seed), threading.Lock()
        self._threads = [threading.Thread(target=self._live_on, daemon=True) for _ in range(self.at_once)]
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
                self.failures.append(error)
            self.stop.wait(life.chance.uniform(0.0, 0.4))

    def _next(self) -> Life | None:
        with self._lock:
            if len(self.lives) >= self.most:
                return None
            kind = self._chance.choices(list(LIVES), list(LIVES.values()))[0]
            method = kind if kind in ("free", "invoice") else "card"
            buyer = Buyer(self.town, method, WEBINAR if kind == "free" else Buyer.activity)
            life = Life(buyer, kind, random.Random(self._chance.random()), self.hold_seconds)
            self.lives.append(life)
            return life


def today() -> date:
    """The day in Saguenay, where the cheque is received."""
    return datetime.now(ZoneInfo("America/Toronto")).date()

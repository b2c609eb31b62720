"""How people use the town while it burns: each life is drawn from a seed, tries again when nobody answers, and ends."""

import random
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

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
    "walk_in_cash": 8,
    "walk_in_invoice": 4,
}
CREDIT = 1000


@dataclass
class Life:
    """One person and what was done for them.

    `paid`: Stripe took their money; `sure`: they were told that they have their places; `cancelled`: they gave them
    back; `credited`: what staff took off; `collected`: what the door took in cash, or staff by cheque.
    """

    buyer: Buyer
    kind: str
    chance: random.Random
    hold_seconds: float
    signed_up: bool = False
    paid: bool = False
    sure: bool = False
    cancelled: bool = False
    credited: int = 0
    collected: int = 0

    def run(self) -> None:
        if self.kind.startswith("walk_in"):
            self._walk_in()
            return
        buyer = self.buyer
        people = self.chance.choice((1, 1, 2))
        if buyer.sign_up(people) != 201:
            assert sold_out(buyer.state), buyer.state
            return
        self.signed_up = True
        if self.chance.random() < 0.3:
            self._sign_up_again(people)
        if buyer.method == "card":
            self._card()
        elif buyer.method == "invoice" and self.chance.random() < 0.5:
            self._cheque()
        if self.paid or buyer.method != "card":
            self._afterwards()

    def _sign_up_again(self, people: int) -> None:
        """The answer did not reach them, they think: the same request is answered the same."""
        told = self.buyer.state
        assert self.buyer.sign_up(people) == 201
        assert self.buyer.state == told, "a repeated signup is answered as it was"

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
        body = {"method": "cheque", "amount": self.buyer.state["total"], "received_on": today().isoformat()}
        self._staff("/payments", body)
        self.collected = self.buyer.state["total"]

    def _afterwards(self) -> None:
        """They are in: some change their minds, some are given something back, some arrive."""
        if not self._confirmed():
            return
        self.sure = True
        drawn = self.chance.random()
        if drawn < 0.25:
            status = self.buyer.cancel()
            assert status == 200, f"cancelling was refused: {status}"
            self.cancelled = True
        elif drawn < 0.45 and self.buyer.method != "free":
            self._staff("/credits", {"amount": CREDIT, "reason": "Geste commercial"})
            self.credited = CREDIT
        elif drawn < 0.75:
            arrival = self.buyer.arrive(insist=True)
            assert arrival is not None and arrival["outcome"] == "welcome", arrival
        if self.collected and (self.cancelled or self.credited):
            self._pay_back_by_hand()

    def _pay_back_by_hand(self) -> None:
        """A cheque is paid back by a cheque, once billing has heard what is owed."""
        for _ in range(600):
            due = [one for one in self._billing("GET", "").json()["refunds"] if one["status"] == "to_pay_by_hand"]
            for refund in due:
                self._staff(f"/api/refunds/{refund['id']}/done", {"how": "cheque"})
            if due:
                return
            time.sleep(0.1)
        raise AssertionError(f"nothing is to be paid back to buyer {self.buyer.number}")

    def _staff(self, address: str, body: dict[str, Any]) -> None:
        """Staff act on the order; billing may not have heard of it yet."""
        for _ in range(600):
            answer = self._billing("POST", address, body)
            if answer.status_code != 404:
                assert answer.status_code == 200, f"{address} refused: {answer.text}"
                return
            time.sleep(0.1)
        raise AssertionError(f"billing never heard of the order of buyer {self.buyer.number}")

    def _billing(self, method: str, address: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """As the accountant, about this order (or the whole of an address), with one key for all the tries."""
        town = self.buyer.town
        key = f"{address.rsplit('/', 1)[-1]}-{self.buyer.id}"
        headers = town.pass_of("accountant") | {"Idempotency-Key": key, "Accept": "application/json"}
        path = address if address.startswith("/api/") else f"/api/orders/{self.buyer.id}{address}"
        return self.buyer.insist(method, town.url("billing") + path, json=body, headers=headers)

    def _walk_in(self) -> None:
        """The door signs them up, takes the money and lets them in, in one gesture that is repeated until answered."""
        buyer, method = self.buyer, self.buyer.method
        body = {"registration_id": str(buyer.id), "first_name": "Maude", "last_name": f"Fictive {buyer.number}"}
        body |= {"email": buyer.email, "product": "car", "who": "anyone", "method": method}
        body |= {"company": "Usinage Valbrume inc."} if method == "invoice" else {}
        for _ in range(2 if self.chance.random() < 0.3 else 1):
            answer = buyer.at_the_door("walk-ins", body)
            if answer.status_code in (409, 422):
                assert not self.signed_up and sold_out(answer.json()), answer.text
                return
            assert answer.status_code == 201, answer.text
            self.signed_up = self.sure = True
            told = answer.json()
            assert told["status"] == "confirmed" and told["check_in_id"], told
            self.collected = told["total"] if method == "cash" else 0

    def _confirmed(self) -> bool:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            if (status := self.buyer.now()["status"]) != "held":
                return bool(status == "confirmed")
            time.sleep(0.2)
        return False

    def wrong_end(self, registration: dict[str, Any] | None, order: dict[str, Any] | None) -> str:
        """What is wrong with how it ended, once everything is quiet; nothing when it is right."""
        status = registration["status"] if registration else ""
        if status not in self._right_ends():
            return f"{self} ended {status or 'nowhere'}"
        if not self.sure or order is None:
            return ""
        credited = order["total"] if self.cancelled else self.credited
        paid = order["total"] if self.paid or self.collected else 0
        wrong = (order["credited"], order["paid"]) != (credited, paid)
        return f"{self}: credited {order['credited']}, paid {order['paid']}" if wrong else ""

    def _right_ends(self) -> set[str]:
        if not self.signed_up:
            return {""}
        if self.cancelled:
            return {"cancelled"}
        if self.sure or self.buyer.method != "card":
            return {"confirmed"}
        # Paid after the hold had ended: expired, and refunded in full, which `checks` looks at.
        late = {"expired"} if self.kind == "paid_at_the_last_moment" else set()
        return {"confirmed"} | late if self.paid else {"expired"}

    def __str__(self) -> str:
        return f"{self.kind} {self.buyer.number} (paid {self.paid}, sure {self.sure}, cancelled {self.cancelled})"


def drawn(town: Town, kind: str, chance: random.Random, hold_seconds: float) -> Life:
    at_once = {"free": "free", "invoice": "invoice", "walk_in_cash": "cash", "walk_in_invoice": "invoice"}
    method = at_once.get(kind, "card")
    buyer = Buyer(town, method, WEBINAR if kind == "free" else Buyer.activity)
    return Life(buyer, kind, chance, hold_seconds)


def sold_out(refusal: dict[str, Any]) -> bool:
    """All gone, or fewer left than were asked for."""
    return refusal["code"] == "SoldOut" or "problem.not_enough_left" in refusal.get("errors", {}).values()


def today() -> date:
    """The day in Saguenay, where the cheque is received."""
    return datetime.now(ZoneInfo("America/Toronto")).date()

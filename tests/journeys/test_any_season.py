"""Any season of an activity, in any order: sold, added to, edited, postponed, chosen, taken back, called off.

After each step money is conserved, no place is oversold, everyone was told once of each move, invoices are as they
were, and no invariant of any service is broken.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kit.db import new_id
from tests.conftest import copies
from tests.fakes.clock import FakeClock
from tests.fakes.house import House
from tests.fakes.postgres import Cluster
from tests.fakes.stripe_server import StripeServer
from tests.journeys.conftest import Furnished
from tests.journeys.test_called_off import rows
from tests.journeys.test_office import staff

COCKTAIL = "caricatures-2027"
# As few as there may be: one of its products takes ten.
FEWEST = 10
WORDS = {"subject": {"fr": "Nouvelle"}, "text": {"fr": "Bonjour {{ prénom }}."}}
Step = tuple[str, int]


class Season:
    """The services, who signed up, and what each contact must have been told by now."""

    def __init__(self, house: House) -> None:
        self.house, self.client = house, house.clients["registration"]
        self.activity = str(rows(house, "registration", f"SELECT id FROM activity WHERE key = '{COCKTAIL}'")[0].id)
        self.sold: list[dict[str, Any]] = []
        self.moves: list[str] = []
        self.undone = set[str]()
        self.told: Counter[str] = Counter()
        self.invoices: dict[str, str] = {}
        self.statuses: Counter[tuple[str, int]] = Counter()

    def call(self, act: str, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """Refused for a reason is fine; a bug is not."""
        headers = headers or staff(self.house, "coordinator")
        answer = self.client.request(method, path, headers=headers, **more)
        assert answer.status_code in (200, 201, 409, 422), f"{act}: {answer.text}"
        self.statuses[act, answer.status_code] += 1
        return answer

    def settle(self) -> None:
        for _ in range(2):
            self.house.settle()
            self.house.webhooks()
        self.house.settle()

    def confirmed(self) -> Counter[str]:
        """Confirmed registrations by their contact's address."""
        query = "SELECT contact_email FROM registration WHERE status = 'confirmed'"
        return Counter(row.contact_email for row in rows(self.house, "registration", query))

    def chosen(self, n: int) -> dict[str, Any] | None:
        return self.sold[n % len(self.sold)] if self.sold else None

    # What may be done. Each is given a number that decides what of it.

    def sell(self, n: int) -> None:
        number = len(self.sold)
        method, people = ("invoice", "card", "card")[n % 3], 1 + n // 3 % 3
        person = {"first_name": "Zoé", "last_name": f"Fictive {number}", "email": f"zoe-{number}@example.org"}
        body = {
            "contact": person,
            "company": f"Usine {number} inc.",
            "items": [{"product": "car", "who": "non_member", "quantity": people, "attendees": [person]}],
            "contact_attends": True,
            "method": method,
            "terms_accepted": True,
        }
        answer = self.call("sell", "POST", f"/api/activities/{COCKTAIL}/registrations", json=body)
        if answer.status_code != 201:
            return
        told = answer.json()
        self.sold.append(told)
        # Of those by card, some never pay.
        if method == "card" and n % 4:
            visitor = self.house.visitor()
            visitor.post(visitor.get(f"{told['personal_url']}/pay").url, {"action": "pay"})

    def add(self, n: int) -> None:
        if first := self.chosen(n):
            person = {"first_name": "Ajout", "last_name": "Fictif"}
            item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}
            body = {"items": [item], "method": "invoice"}
            answer = self.call("add", "POST", f"/api/staff/registrations/{first['id']}/amendments", json=body)
            if answer.status_code == 201:
                told = answer.json()
                self.sold.append({**told, "id": told["registration_id"], "personal_url": self._address(told)})

    def _address(self, told: dict[str, Any]) -> str:
        links = self.house.registration.links
        return str(links.registration(told["registration_id"], 1))

    def cheque(self, n: int) -> None:
        """Somebody pays the whole of an invoice."""
        if one := self.chosen(n):
            day = str(self.house.clock().date())
            cheque = {"method": "cheque", "amount": one["total"], "received_on": day}
            headers = staff(self.house, "accountant") | {"Idempotency-Key": str(new_id())}
            billing = self.house.clients["billing"]
            answer = billing.post(f"/api/orders/{one['id']}/payments", json=cheque, headers=headers)
            assert answer.status_code in (200, 201, 404, 409, 422), answer.text
            self.statuses["cheque", answer.status_code] += 1

    def cancel(self, n: int) -> None:
        if one := self.chosen(n):
            body = {} if n % 2 else {"keep_percent": 0}
            self.call("cancel", "POST", f"/api/staff/registrations/{one['id']}/cancel", json=body)

    def choose(self, n: int) -> None:
        """By the contact's own link: stay, leave, or what is not offered yet."""
        if one := self.chosen(n):
            headers = {"X-Link-Token": one["personal_url"].rsplit("/", 1)[-1]}
            said = ("keep", "refund", "refund", "credit")[n // 7 % 4]
            self.call(said, "POST", f"/api/registrations/{one['id']}/choice", headers, json={"answer": said})

    def _rearrange(self, kind: str, **more: Any) -> None:
        contacts = self.confirmed()
        path = f"/api/staff/activities/{self.activity}/rearrangements"
        answer = self.call(kind, "POST", path, json={"kind": kind, **WORDS, **more})
        if answer.status_code == 200:
            self.moves.append(answer.json()["id"])
            # Each registration of a contact chooses for itself; otherwise a contact is told once.
            self.told += contacts if kind == "postpone" else Counter(contacts.keys())

    def postpone(self, n: int) -> None:
        day = self.house.clock().date()
        starts = date(2027, 6, 1) + timedelta(weeks=n % 20)
        by, default = day + timedelta(days=1 + n % 5), ("keep", "refund")[n % 2]
        self._rearrange("postpone", starts=f"{starts}T17:00", decide_by=str(by), default=default)

    def online(self, _n: int) -> None:
        self._rearrange("online")

    def call_off(self, _n: int) -> None:
        self._rearrange("cancel")

    def undo(self, n: int) -> None:
        """The last one, mostly: within the hour or too late, before or after refunds."""
        if self.moves:
            one = self.moves[-1] if n % 4 else self.moves[n % len(self.moves)]
            contacts = self.confirmed()
            answer = self.call("undo", "POST", f"/api/staff/rearrangements/{one}/undo", json=WORDS)
            if answer.status_code == 200 and one not in self.undone:
                self.undone.add(one)
                self.told += Counter(contacts.keys())

    def price(self, n: int) -> None:
        path = f"/api/staff/activities/{self.activity}"
        section = self.call("read", "GET", f"{path}/draft").json()["prices"]
        for product in section["products"]:
            for price in product["prices"]:
                price["label"].update(fr=f"Tarif {n}")
        self.call("price", "PUT", f"{path}/prices", json=section)

    def capacity(self, n: int) -> None:
        path = f"/api/staff/activities/{self.activity}"
        section = self.call("read", "GET", f"{path}/draft").json()["resources"]
        for resource in section["resources"]:
            resource["capacity"] = FEWEST + n % 8
        self.call("capacity", "PUT", f"{path}/resources", json=section)

    def wait(self, n: int) -> None:
        """Minutes, hours, days: holds end, days to choose are over."""
        self.house.clock.advance(**({"minutes": 31}, {"hours": 2}, {"days": 2}, {"days": 6})[n % 4])

    def check(self) -> None:
        """What must be true now."""
        self.settle()
        assert self.house.invariants() == []
        assert unlike_places(self.house) == []
        assert unlike_money(self.house) == []
        now = {row.number: repr(row) for row in rows(self.house, "billing", "SELECT * FROM contract_invoices")}
        assert {number: now.get(number) for number in self.invoices} == self.invoices, "to the byte"
        self.invoices = now
        mails = [one for one in self.house.mail.letters if "activity_message" in one["Message-ID"]]
        assert Counter(parseaddr(str(one["To"]))[1] for one in mails) == self.told


def unlike_places(house: House) -> list[str]:
    """Places taken are those of people who come or may still pay, never more than there are."""
    query = "SELECT taken, capacity FROM contract_resources WHERE activity_key = 'caricatures-2027' AND key = 'places'"
    [places] = rows(house, "registration", query)
    people = "SELECT COUNT(*) AS n FROM attendee a JOIN registration r ON r.id = a.registration_id"
    people += " WHERE a.status = 'active' AND r.status IN ('held', 'confirmed')"
    [standing] = rows(house, "registration", people)
    wrong = [] if 0 <= places.taken <= places.capacity else [f"{places.taken} of {places.capacity} places"]
    return wrong + ([] if places.taken == standing.n else [f"{places.taken} places, {standing.n} people"])


def unlike_money(house: House) -> list[str]:
    """Stripe, the orders, the registrations and the ledger say the same of every cent."""
    assert house.stripe is not None
    client, wrong = house.stripe.client().v1, list[str]()
    came = sum(one.amount_received or 0 for one in client.payment_intents.list({"limit": 100}).data)
    left = sum(one.amount for one in client.refunds.list({"limit": 100}).data if one.status == "succeeded")
    ledger = "SELECT account, SUM(debit) - SUM(credit) AS held FROM contract_ledger GROUP BY account"
    accounts = {row.account: int(row.held) for row in rows(house, "billing", ledger)}
    if sum(accounts.values()):
        wrong.append(f"the ledger does not balance: {accounts}")
    if accounts.get("1020", 0) != came - left:
        wrong.append(f"Stripe holds {came - left}, the books {accounts.get('1020', 0)}")
    orders = {str(row.id).replace("-", ""): row for row in rows(house, "billing", "SELECT * FROM contract_orders")}
    for row in rows(house, "registration", "SELECT * FROM contract_registrations"):
        order = orders.get(str(row.id).replace("-", ""))
        if order is None and row.status in ("confirmed", "cancelled"):
            wrong.append(f"registration {row.code} has no order")
        elif order is not None and row.status in ("confirmed", "cancelled"):
            if (row.credited, row.refunded, row.total) != (order.credited, order.refunded, order.total):
                wrong.append(f"registration {row.code}: {row}, its order {order}")
            if (
                row.status == "cancelled"
                and row.method == "card"
                and order.paid - order.refunded > order.total - order.credited
            ):
                wrong.append(f"registration {row.code} is owed money: {order}")
    return wrong


ACTS: dict[str, Callable[[Season, int], None]] = {
    name: getattr(Season, name)
    for name in "sell add cheque cancel choose postpone online undo price capacity wait".split()
}
# Mostly sales, moves and answers.
NAMES = st.sampled_from([*["sell"] * 5, *["choose"] * 5, *["postpone"] * 3, *["undo"] * 2, *ACTS])
STEPS = st.lists(st.tuples(NAMES, st.integers(0, 200)), min_size=10, max_size=16)


@settings(
    max_examples=6,
    derandomize=True,
    # Each takes seconds: the first that fails is shown as it is.
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=STEPS, off=st.booleans())
def test_season_of_any_acts_conserves_money_places_and_what_was_said(
    cluster: Cluster | None, furnished: Furnished, tmp_path: Path, steps: list[Step], off: bool
) -> None:
    clock = FakeClock(datetime(2027, 2, 18, 15, 0, tzinfo=UTC))
    folder = tmp_path / str(new_id())
    folder.mkdir()
    with (
        copies(cluster, furnished.urls.__getitem__, folder) as database,
        StripeServer(clock=lambda: clock().timestamp()) as server,
    ):
        house = House(database, clock, server)
        try:
            season = Season(house)
            season.capacity(2)
            for name, n in [("sell", 1), ("sell", 3), *steps]:
                ACTS[name](season, n)
                season.check()
            if off:
                season.call_off(0)
                season.check()
                assert +season.confirmed() == Counter()
        finally:
            house.close()

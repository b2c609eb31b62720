"""SIGKILL between each step of what is added to a confirmed registration: by staff on invoice, by its contact by card.

One amendment, one order, one invoice or one payment page, one letter of each kind; places never oversold; the same
asked again answers the same.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import Buyer
from tests.fire.harness.town import Town
from tests.fire.test_steps import BEFORE_AND_AFTER, Story

PRICE = 9773
Rows = list[dict[str, Any]]


@dataclass
class Adding:
    """What is added to a buyer's registration, with an id of its own, so that it can be asked again."""

    story: Story
    first: Buyer
    by_staff: bool
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def town(self) -> Town:
        return self.story.town

    @property
    def method(self) -> str:
        return "invoice" if self.by_staff else "card"

    @property
    def guest(self) -> str:
        return f"ajout-{self.first.number}-{self.id.hex[:6]}@example.org"

    @property
    def asked(self) -> tuple[str, dict[str, Any]]:
        kind = "staff/registrations" if self.by_staff else "registrations"
        person = {"first_name": "Zoé", "last_name": "Ajoutée", "email": self.guest}
        item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}
        body = {"amendment_id": str(self.id), "items": [item], "method": self.method, "terms_accepted": True}
        keys = self.town.pass_of("coordinator") if self.by_staff else {"X-Link-Token": self.first.token}
        headers = {**keys, "Accept": "application/json"}
        return f"{self.first.home}/api/{kind}/{self.first.id}/amendments", {"json": body, "headers": headers}

    def once(self) -> None:
        url, more = self.asked
        self.first.once("POST", url, **more)

    def insist(self) -> dict[str, Any]:
        url, more = self.asked
        answer = self.first.insist("POST", url, **more)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def again(self) -> None:
        """Asked twice more, it answers twice the same."""
        first, second = self.insist(), self.insist()
        assert first == second
        assert first.get("registration_id", first.get("id")) == str(self.id)

    @property
    def buyer(self) -> Buyer:
        """Whoever pays for it: the same contact, by the amendment's own link."""
        told = self.insist()
        buyer = Buyer(self.town, id=self.id)
        buyer.state = {"personal_url": told["pay_url"].removesuffix("/pay")}
        return buyer


@dataclass
class Additions:
    """A town, and what was added to whom."""

    story: Story
    every: list[Adding] = field(default_factory=list)

    def new(self, by_staff: bool) -> Adding:
        first = Buyer(self.story.town, "invoice")
        assert first.sign_up() == 201
        adding = Adding(self.story, first, by_staff)
        self.every.append(adding)
        return adding


@pytest.fixture(scope="module")
def additions(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Additions]:
    folder = tmp_path_factory.mktemp("amendments")
    with fresh(folder) as urls, Town(urls, folder) as town:
        yield Additions(Story(town))


BY_BOTH = pytest.mark.parametrize("by_staff", [True, False], ids=["staff", "contact"])


@BY_BOTH
@pytest.mark.parametrize("table", ["registration_line", "resource"])
def test_amendment_killed_while_it_is_written_is_made_once(additions: Additions, by_staff: bool, table: str) -> None:
    adding = additions.new(by_staff)
    adding.story.kill("registration", adding.story.stall("registration", table), adding.once)
    adding.again()
    finish(adding)


@BY_BOTH
@BEFORE_AND_AFTER
def test_amendment_killed_around_its_request_is_made_once(additions: Additions, by_staff: bool, when: str) -> None:
    adding = additions.new(by_staff)
    held = adding.story.hold("registration", "/api/", when, containing=f"{adding.first.id}/amendments")
    adding.story.kill("registration", held, adding.once)
    adding.again()
    finish(adding)


@pytest.mark.parametrize("victim", ["registration", "billing"])
@BEFORE_AND_AFTER
def test_amendment_killed_while_its_order_is_told_has_one(additions: Additions, victim: str, when: str) -> None:
    adding = additions.new(by_staff=True)
    held = adding.story.hold("billing", "/mailbox", when, containing=adding.id)
    adding.story.kill(victim, held, adding.once)
    adding.again()


@BEFORE_AND_AFTER
def test_amendment_killed_while_its_letters_are_told_has_one_of_each(additions: Additions, when: str) -> None:
    adding = additions.new(by_staff=True)
    held = adding.story.hold("notify", "/mailbox", when, containing=adding.guest)
    adding.story.kill("notify", held, adding.once)


@BEFORE_AND_AFTER
def test_amendment_killed_while_its_order_is_placed_for_a_card_has_one(additions: Additions, when: str) -> None:
    adding = additions.new(by_staff=False)
    buyer = adding.buyer
    held = adding.story.hold("billing", "/orders/", when, "PUT", adding.id)
    adding.story.kill("registration", held, lambda: buyer.ask_once("POST", "pay"))
    finish(adding)


@BEFORE_AND_AFTER
def test_amendment_killed_while_its_payment_page_is_made_has_one(additions: Additions, when: str) -> None:
    adding = additions.new(by_staff=False)
    buyer = adding.buyer
    address = buyer.ask("POST", "pay").json()["pay_url"]
    held = adding.story.hold("stripe", "/v1/checkout/sessions", when, containing=adding.id)
    adding.story.kill("billing", held, lambda: buyer.once("GET", address))
    finish(adding)


@BEFORE_AND_AFTER
def test_amendment_killed_while_its_payment_is_told_is_confirmed_once(additions: Additions, when: str) -> None:
    adding = additions.new(by_staff=False)
    buyer = adding.buyer
    session = buyer.pay_page()
    held = adding.story.hold("registration", "/mailbox", when, containing=adding.id)
    adding.story.kill("registration", held, lambda: buyer.pay(session))


def test_amendment_of_the_last_place_killed_before_it_is_told_keeps_it(additions: Additions) -> None:
    """Whoever comes next is told that there is none; the same asked again answers as it did."""
    town = additions.story.town
    adding, late = additions.new(by_staff=True), Adding(additions.story, additions.every[0].first, by_staff=True)
    [places] = town.rows("registration", PLACES)
    capacity = "UPDATE resource SET capacity = :capacity WHERE id = :id"
    town.change("registration", capacity, capacity=places["taken"] + 1, id=key_of(town, places["id"]))
    held = adding.story.hold("registration", "/api/", "after", containing=f"{adding.first.id}/amendments")
    adding.story.kill("registration", held, adding.once)
    url, more = late.asked
    refused = late.first.insist("POST", url, **more)
    assert (refused.status_code, refused.json()["code"]) == (409, "SoldOut")
    adding.again()
    town.change("registration", capacity, capacity=places["capacity"], id=key_of(town, places["id"]))


def key_of(town: Town, id_: str) -> str:
    """An id as a parameter of a statement."""
    return uuid.UUID(id_).hex if town.databases["registration"].is_sqlite else id_


def finish(adding: Adding) -> None:
    """A card pays, and comes back."""
    if not adding.by_staff:
        buyer = adding.buyer
        buyer.come_back(buyer.pay(buyer.pay_page()))


def test_amendments_after_all_kills_have_one_of_everything(additions: Additions, say: Callable[..., None]) -> None:
    town = additions.story.town
    seconds = town.drain()
    kills = {name: town[name].kills for name in ("registration", "billing", "notify")}
    say(f"killed {kills} in the middle of {len(additions.every)} amendments; drained in {seconds:.0f} s")
    assert differences(town) == []
    assert town.bugs() == []
    assert [line for adding in additions.every for line in wrong(town, adding)] == []
    [places] = town.rows("registration", PLACES)
    assert places["taken"] == 2 * len(additions.every), "one place for the first, one for what was added"


PLACES = "SELECT id, taken, capacity FROM contract_resources WHERE activity_key = 'caricatures-2027' AND key = 'places'"


def of(rows: Rows, column: str, id_: uuid.UUID) -> Rows:
    return [row for row in rows if row[column] == str(id_)]


def wrong(town: Town, adding: Adding) -> Iterator[str]:
    """What one amendment left behind, where it is not exactly one of each."""
    name = f"amendment {adding.id} ({adding.method})"
    registrations = town.rows("registration", "SELECT id, status, amends_id FROM contract_registrations")
    mine = [row["id"] for row in of(registrations, "amends_id", adding.first.id)]
    if mine != [str(adding.id)]:
        yield f"{name}: {mine} amend it"
    orders = of(town.rows("billing", "SELECT id, amends, total, status FROM contract_orders"), "id", adding.id)
    shown = [(uuid.UUID(str(row["amends"])), row["total"], row["status"]) for row in orders]
    if shown != [(adding.first.id, PRICE, "invoiced" if adding.by_staff else "paid")]:
        yield f"{name}: its orders are {shown}"
    invoices = of(town.rows("billing", "SELECT order_id, total FROM contract_invoices"), "order_id", adding.id)
    if [row["total"] for row in invoices] != [PRICE]:
        yield f"{name}: its invoices are {invoices}"
    history = town.rows("registration", "SELECT subject_id FROM history_entry WHERE action = 'registration.amended'")
    if len(of(history, "subject_id", adding.first.id)) != 1:
        yield f"{name}: the history of its registration tells of it {len(of(history, 'subject_id', adding.first.id))}"
    messages = of(town.rows("notify", "SELECT kind, entity FROM contract_messages"), "entity", adding.id)
    kinds = Counter(row["kind"] for row in messages)
    expected = {"registration_confirmed": 1, "invoice_issued": 1} if adding.by_staff else {"registration_confirmed": 1}
    if {kind: kinds[kind] for kind in expected} != expected or set(kinds) - set(expected) - {"payment_received"}:
        yield f"{name}: its letters are {dict(kinds)}"
    ids = {str(mail.message["Message-ID"]) for mail in town.mail.to(adding.guest)}
    if len(ids) != 1:
        yield f"{name}: its guest was sent {len(ids)} tickets"
    sessions = town.stripe.client().v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
    pages = [one for one in sessions if one.client_reference_id == str(adding.id)]
    if len(pages) != (0 if adding.by_staff else 1):
        yield f"{name}: it has {len(pages)} payment pages"

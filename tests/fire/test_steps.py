"""SIGKILL while a process waits in the middle of a step of the path (design.md §3), at each of its steps.

A gate holds a request before it is forwarded (the step was not done) or with its answer in hand (it was done and nobody
was told); a stalled database holds a transaction. Then the process is started again, and whoever was waiting does what
people do: they try again. The last test lets everything drain, and looks at how each story ended.

What a dead process had taken on is left alone for its lease, up to a minute: the steps that leave the longest leases
come first, so that these run out while the others burn.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.gate import Hold
from tests.fire.harness.people import Buyer
from tests.fire.harness.stall import Stall
from tests.fire.harness.town import Town

BEFORE_AND_AFTER = pytest.mark.parametrize("when", ["before", "after"])
Act = Callable[[], object]


@dataclass
class Story:
    """A town, how each buyer's story must end, and the Message-IDs of mail that was sent and not recorded."""

    town: Town
    repeated: list[str] = field(default_factory=list)
    ends: list[tuple[Buyer, str]] = field(default_factory=list)

    def buyer(self, end: str = "confirmed", **more: Any) -> Buyer:
        buyer = Buyer(self.town, **more)
        self.ends.append((buyer, end))
        return buyer

    def at_stripe(self, end: str = "confirmed") -> tuple[Buyer, str]:
        """Somebody who stands on Stripe's page."""
        buyer = self.buyer(end)
        assert buyer.sign_up(people=2) == 201
        return buyer, buyer.pay_page()

    def confirmed(self, end: str = "confirmed") -> Buyer:
        """Somebody who has paid and come back."""
        buyer, session = self.at_stripe(end)
        buyer.come_back(buyer.pay(session))
        self.town.until(lambda: buyer.now()["status"] == "confirmed", "confirmed")
        return buyer

    def kill(self, name: str, where: Hold | Stall, act: Act) -> None:
        """Somebody acts; the process that is caught in the middle of it is killed there, and started again."""
        victim = self.town[name]
        acting = threading.Thread(target=act, daemon=True)
        acting.start()
        try:
            where.wait(victim) if isinstance(where, Stall) else where.wait()
            victim.kill()
        finally:
            where.end()
        acting.join(20)
        assert not acting.is_alive()
        self.town.restart(name)

    def stall(self, name: str, table: str) -> Stall:
        return Stall(self.town.urls[name], table)

    def hold(self, name: str, path: str, when: str, method: str = "POST", containing: object = "") -> Hold:
        return self.town.gates[name].hold(path, when, method, str(containing))


@pytest.fixture(scope="module")
def story(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("steps")
    with fresh(folder) as urls, Town(urls, folder) as town:
        yield Story(town)


@BEFORE_AND_AFTER
def test_refund_killed_while_sent_happens_once(story: Story, when: str) -> None:
    buyer = story.confirmed("cancelled")
    held = story.hold("stripe", "/v1/refunds", when)
    story.kill("billing", held, lambda: buyer.cancel())


@BEFORE_AND_AFTER
def test_payment_page_killed_while_closed_is_closed(story: Story, when: str) -> None:
    """Billing dies while it ends Stripe's page: it cannot say, the places are kept, and it is asked again."""
    buyer, session = story.at_stripe("expired")
    held = story.hold("stripe", f"/v1/checkout/sessions/{session}/expire", when)
    story.kill("billing", held, lambda: buyer.let_go())


@BEFORE_AND_AFTER
def test_hold_killed_while_its_end_is_asked_ends(story: Story, when: str) -> None:
    """Registration dies while it asks billing to close: the places are given back, once, by whoever looks next."""
    buyer, _session = story.at_stripe("expired")
    held = story.hold("billing", f"/orders/{buyer.id}/close", when)
    story.kill("registration", held, lambda: buyer.let_go())


def test_cancellation_killed_before_it_is_heard_happens_once(story: Story) -> None:
    buyer = story.confirmed("cancelled")
    held = story.hold("registration", f"/api/registrations/{buyer.id}/cancel", "after")
    story.kill("registration", held, lambda: buyer.ask_once("POST", "cancel"))
    assert buyer.cancel() == 200


def test_step_5_killed_while_the_webhook_is_stored_is_done_once(story: Story) -> None:
    buyer, session = story.at_stripe()
    story.kill("billing", story.stall("billing", "incoming"), lambda: buyer.pay(session))


def test_step_5_killed_before_the_stored_webhook_is_processed_is_done_once(story: Story) -> None:
    buyer, session = story.at_stripe()
    billing = story.town["billing"]
    working, billing.arguments = billing.arguments, [*billing.arguments, "--no-worker"]
    billing.kill()
    story.town.restart("billing")
    buyer.pay(session)
    waiting = "SELECT COUNT(*) AS n FROM incoming WHERE state = 'ready' AND attempts = 0"
    story.town.until(lambda: story.town.rows("billing", waiting)[0]["n"], "the webhook is stored")
    billing.kill()
    billing.arguments = working
    story.town.restart("billing")


def test_step_5_killed_while_settling_reads_stripe_is_done_once(story: Story) -> None:
    _buyer, session = story.at_stripe()
    held = story.hold("stripe", f"/v1/checkout/sessions/{session}", "before", "GET")
    story.kill("billing", held, lambda: story.town.stripe.pay(session))


def test_step_5_killed_while_settling_writes_on_return_is_done_once(story: Story) -> None:
    buyer, session = story.at_stripe()
    story.town.stripe.switch(lose=1000)
    back = buyer.pay(session).headers["location"]
    story.town.stripe.switch(lose=0)
    story.kill("billing", story.stall("billing", "ledger_entry"), lambda: buyer.once("GET", back))


@BEFORE_AND_AFTER
def test_step_6_killed_while_the_payment_is_reported_is_done_once(story: Story, when: str) -> None:
    """Settled and committed; the message is not delivered yet, or delivered and the answer lost."""
    buyer, session = story.at_stripe()
    held = story.hold("registration", "/mailbox", when, containing=buyer.id)
    story.kill("billing", held, lambda: buyer.pay(session))


def test_step_7_killed_while_the_registration_is_confirmed_is_done_once(story: Story) -> None:
    buyer, session = story.at_stripe()
    story.kill("registration", story.stall("registration", "outbox"), lambda: buyer.pay(session))


@BEFORE_AND_AFTER
def test_step_7_killed_while_the_message_is_posted_is_done_once(story: Story, when: str) -> None:
    buyer, session = story.at_stripe()
    held = story.hold("notify", "/mailbox", when, containing=buyer.id)
    story.kill("registration", held, lambda: buyer.pay(session))


def test_step_8_killed_while_the_message_is_queued_is_done_once(story: Story) -> None:
    buyer, session = story.at_stripe()
    story.kill("notify", story.stall("notify", "message"), lambda: buyer.pay(session))


def test_step_8_killed_after_the_mail_was_accepted_repeats_its_message_id(story: Story) -> None:
    """The one thing that may happen twice: the same mail, under the same Message-ID."""
    buyer, session = story.at_stripe()
    mail = story.town.mail
    mail.hold.clear()
    try:
        before = len(mail.mails)
        buyer.pay(session)
        story.town.until(lambda: len(mail.mails) > before, "the mail server has it, and does not answer")
        story.town["notify"].kill()
    finally:
        mail.hold.set()
    story.repeated.append(str(mail.mails[before].message["Message-ID"]))
    story.town.restart("notify")


@BEFORE_AND_AFTER
def test_step_8_killed_while_the_delivery_is_reported_is_done_once(story: Story, when: str) -> None:
    buyer, session = story.at_stripe()
    held = story.hold("registration", "/mailbox", when, containing="DeliveryReported")
    story.kill("notify", held, lambda: buyer.pay(session))


def told_welcome(buyer: Buyer) -> bool:
    arrival = buyer.arrive(insist=True)
    return arrival is not None and arrival["outcome"] == "welcome"


def test_step_9_killed_while_somebody_is_checked_in_is_done_once(story: Story) -> None:
    buyer = story.confirmed()
    story.kill("registration", story.stall("registration", "check_in"), lambda: buyer.arrive(insist=False))
    assert told_welcome(buyer)


def test_step_9_killed_before_the_door_has_its_answer_is_done_once(story: Story) -> None:
    buyer = story.confirmed()
    held = story.hold("registration", "/api/activities/", "after")
    story.kill("registration", held, lambda: buyer.arrive(insist=False))
    assert told_welcome(buyer), "the same gesture is told the same"


def through_the_form(story: Story, name: str, where: Callable[[], Hold | Stall]) -> None:
    """The form is posted, something dies, the same form is posted again: to Stripe, and back with a ticket."""
    buyer = story.buyer()
    form = buyer.fill_in()
    story.kill(name, where(), lambda: buyer.once("POST", buyer.form_url, data=form))
    buyer.follow("POST", buyer.form_url, form)
    buyer.come_back(buyer.pay(buyer.session_shown()))
    assert buyer.page.status == 200
    buyer.known_by(buyer.page.url)


def test_step_1_killed_while_the_form_is_sent_is_done_once(story: Story) -> None:
    through_the_form(story, "registration", lambda: story.stall("registration", "resource"))


@BEFORE_AND_AFTER
def test_step_2_killed_while_the_order_is_on_its_way_is_done_once(story: Story, when: str) -> None:
    through_the_form(story, "registration", lambda: story.hold("billing", "/orders/", when, "PUT"))


def test_step_3_killed_while_the_order_is_placed_is_done_once(story: Story) -> None:
    buyer = story.buyer()
    buyer.sign_up()
    story.kill("billing", story.stall("billing", "buyer"), lambda: buyer.ask("POST", "pay"))
    buyer.come_back(buyer.pay(buyer.pay_page()))


@BEFORE_AND_AFTER
def test_step_4_killed_while_the_payment_page_is_made_is_done_once(story: Story, when: str) -> None:
    buyer = story.buyer()
    buyer.sign_up()
    address = buyer.ask("POST", "pay").json()["pay_url"]
    held = story.hold("stripe", "/v1/checkout/sessions", when, containing=buyer.id)
    story.kill("billing", held, lambda: buyer.once("GET", address))
    buyer.come_back(buyer.pay(buyer.pay_page()))
    sessions = story.town.stripe.client().v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
    assert len([one for one in sessions if one.client_reference_id == str(buyer.id)]) == 1


def test_stories_after_all_kills_drain_and_end_as_expected(story: Story, say: Callable[..., None]) -> None:
    town = story.town
    kills = {name: town[name].kills for name in ("registration", "billing", "notify")}
    seconds = town.drain()
    say(f"killed in the middle of a step: {kills}; then drained in {seconds:.0f} s")
    assert differences(town) == []
    assert town.bugs() == []
    found = {buyer.number: (buyer.now()["status"], expected) for buyer, expected in story.ends}
    mails = [str(mail.message["Message-ID"]) for mail in town.mail.mails]
    assert [mails.count(one) for one in story.repeated] == [2] * len(story.repeated), "sent again under the same id"
    assert {number: pair for number, pair in found.items() if pair[0] != pair[1]} == {}
    for buyer, expected in story.ends:
        ids = {str(mail.message["Message-ID"]) for mail in town.mail.to(buyer.guest)}
        wanted = {"confirmed": 1, "cancelled": 2, "expired": 0}[expected] if buyer.people == 2 else 0
        assert len(ids) == wanted, f"the guest of buyer {buyer.number} ({expected}) received {ids}"

"""One house is down, or hangs: the others go on, nobody is told a lie, and all of it goes through when it is back."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.fire.conftest import Fresh
from tests.fire.harness.checks import differences
from tests.fire.harness.people import WEBINAR, Buyer
from tests.fire.harness.town import Town

# Long enough for any of these tests, short enough for a failed one to leave nothing held behind it.
HOLD = {"HOLD_SECONDS": "60"}


@pytest.fixture(scope="module")
def standing(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("outages")
    with fresh(folder) as urls, Town(urls, folder, settings=HOLD) as running:
        yield running


@pytest.fixture
def town(standing: Town) -> Iterator[Town]:
    """Every house is back after the test, whatever became of it, and everything holds."""
    yield standing
    for process in standing.processes.values():
        if process.alive:
            process.thaw()
    standing.restart()
    standing.drain()
    assert differences(standing) == []
    assert standing.bugs() == []


def mailed(town: Town, buyer: Buyer) -> bool:
    return bool(town.mail.to(buyer.email))


def confirmed_at_once(town: Town) -> list[Buyer]:
    """Those who do not wait for billing: a free signup and one by invoice."""
    buyers = [Buyer(town, "free", WEBINAR), Buyer(town, "invoice")]
    for buyer in buyers:
        assert buyer.sign_up() == 201
        assert buyer.state["status"] == "confirmed"
    return buyers


def by_form(town: Town) -> Buyer:
    """A card buyer who has filled in the form and sent it."""
    buyer = Buyer(town)
    buyer.follow("POST", buyer.form_url, buyer.fill_in())
    return buyer


def personal_page(buyer: Buyer) -> str:
    assert "/r/" in buyer.page.url, buyer.page.url
    return buyer.page.url.split("?")[0]


def pays(town: Town, buyer: Buyer) -> None:
    """From Stripe's page back to the personal page, which tells that it is confirmed."""
    answer = buyer.pay(buyer.session_shown())
    assert answer.status_code == 303
    buyer.come_back(answer)
    town.until(lambda: mailed(town, buyer), "the ticket is mailed")
    assert buyer.follow("GET", personal_page(buyer)).has("C’est confirmé"), buyer.page.text


@pytest.mark.parametrize("how", ["dead", "hanging"])
def test_billing_down_then_back_ends_every_story_as_expected(town: Town, how: str) -> None:
    if how == "dead":
        town["billing"].kill()
    else:
        town["billing"].freeze()
    sure = confirmed_at_once(town)
    town.until(lambda: all(mailed(town, buyer) for buyer in sure), "both are mailed while billing is down")
    buyer = by_form(town)
    assert "payment=unreachable" in buyer.page.url and buyer.page.status == 200
    assert buyer.page.has("Vos places sont gardées"), buyer.page.text
    address = personal_page(buyer)
    assert "payment=unreachable" in buyer.follow("GET", address + "/pay").url, "still down, still told"

    if how == "dead":
        town.restart("billing")
    else:
        town["billing"].thaw()
    buyer.follow("GET", address + "/pay")
    pays(town, buyer)


def test_notify_down_then_back_ends_every_story_as_expected(town: Town) -> None:
    town["notify"].kill()
    sure = confirmed_at_once(town)
    buyer = by_form(town)
    buyer.come_back(buyer.pay(buyer.session_shown()))
    assert buyer.follow("GET", personal_page(buyer)).has("C’est confirmé"), (
        "confirmed, although nobody can write to them"
    )
    assert not any(mailed(town, one) for one in (*sure, buyer))
    town.restart("notify")
    town.until(lambda: all(mailed(town, one) for one in (*sure, buyer)), "all of them are mailed")


def test_stripe_down_before_the_payment_page_is_made_up_for(town: Town) -> None:
    town["stripe"].kill()
    sure = confirmed_at_once(town)
    buyer = Buyer(town)
    form = buyer.fill_in()
    sent = buyer.insist("POST", buyer.form_url, data=form)
    answer = buyer.once("GET", sent.headers["location"])
    assert answer is not None and answer.status_code == 503 and answer.headers["Retry-After"]
    assert "vos places sont gardées" in answer.text.casefold(), answer.text
    town.restart("stripe")
    buyer.follow("GET", sent.headers["location"])
    # The browser never stood on the personal page: its address is what billing sends it back to.
    paid = buyer.pay(buyer.session_shown())
    buyer.come_back(paid)
    assert buyer.page.has("C’est confirmé"), buyer.page.text
    town.until(lambda: all(mailed(town, one) for one in (*sure, buyer)), "all of them are mailed")


def test_stripe_down_after_the_payment_is_made_up_for(town: Town) -> None:
    """Its webhook was lost, and nobody can ask it: the page says that it is being confirmed, and then it is."""
    buyer = by_form(town)
    town.stripe.switch(lose="all")
    answer = buyer.pay(buyer.session_shown())
    town["stripe"].kill()
    buyer.come_back(answer)
    assert not buyer.page.has("C’est confirmé")
    assert buyer.page.status == 200
    town.restart("stripe")
    town.until(lambda: mailed(town, buyer), "the reconciler finds the payment")
    assert buyer.follow("GET", personal_page(buyer)).has("C’est confirmé")


def test_stripe_down_when_a_refund_is_due_is_made_up_for(town: Town) -> None:
    buyer = Buyer(town)
    assert buyer.sign_up() == 201
    session = buyer.pay_page()
    buyer.come_back(buyer.pay(session))
    town["stripe"].kill()
    assert buyer.cancel() == 200
    town.until(lambda: town.ops("billing", "pending")["refunds_in_flight"] == 1, "the refund waits")
    town.restart("stripe")
    town.until(lambda: town.ops("billing", "pending")["refunds_in_flight"] == 0, "the refund has left")
    [order] = town.rows(
        "billing", "SELECT paid, refunded FROM contract_orders WHERE code = :code", code=buyer.state["code"]
    )
    assert order["paid"] == order["refunded"] > 0


def test_registration_down_when_the_webhook_comes_is_made_up_for(town: Town) -> None:
    buyer = by_form(town)
    session = buyer.session_shown()
    town["registration"].kill()
    answer = buyer.pay(session)
    back = buyer.insist("GET", answer.headers["location"])
    assert back.status_code == 303, "billing settles, and sends the browser on"
    code = "SELECT status FROM contract_orders WHERE status = 'open'"
    town.until(lambda: town.rows("billing", code) == [], "billing knows that it is paid")
    assert not mailed(town, buyer)
    town.restart("registration")
    town.until(lambda: mailed(town, buyer), "confirmed and mailed")
    assert buyer.follow("GET", back.headers["location"]).has("C’est confirmé")


class Accented(Buyer):
    """Somebody whose address most mail servers refuse."""

    @property
    def email(self) -> str:
        return f"zoé-{self.number}@example.org"


def test_mail_server_without_accents_loses_nobody(town: Town) -> None:
    """Whom it refuses is told on the form; nobody is confirmed whose letter then cannot leave."""
    town.mail.smtputf8 = False
    refused = Accented(town, "free", WEBINAR)
    assert refused.sign_up() == 422
    assert refused.state["errors"]["contact.email"] == "problem.email_accent"
    sure = confirmed_at_once(town)
    town.until(lambda: all(mailed(town, buyer) for buyer in sure), "all who are confirmed are mailed")
    with town.databases["notify"].read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM message WHERE status = 'failed'")).scalar_one() == 0

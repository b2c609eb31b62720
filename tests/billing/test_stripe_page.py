"""What Stripe's page shows, and until when it is open."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kit.money import RATES, Rates
from tests.billing.conftest import Billing, Start, begun
from tests.billing.make import BUYER, line, order
from tests.fakes.stripe_server import StripeServer


@pytest.mark.parametrize(("lang", "locale", "gst"), [("fr", "fr-CA", "TPS (5\xa0%)"), ("en", "en", "GST (5%)")])
def test_stripe_page_shows_our_lines_then_each_tax(
    card: Billing, stripe: StripeServer, lang: str, locale: str, gst: str
) -> None:
    order_id, _, session_id = begun(card, lang=lang)
    client = stripe.client()
    session = client.v1.checkout.sessions.retrieve(session_id)
    assert (session.locale, session.currency, session.amount_total) == (locale, "cad", 24720)
    assert session.client_reference_id == session.metadata["order_id"] == str(order_id)
    assert session.customer_email == "personne@usinage-valbrume.example.org"
    assert session.expires_at >= card.clock().timestamp() + 1800
    assert (session.allowed_payment_method_types, session.adaptive_pricing.enabled) == (["card"], False)
    items = client.v1.checkout.sessions.line_items.list(session_id).data
    assert [(item.amount_total, item.quantity) for item in items] == [(13000, 2), (8500, 1), (1075, 1), (2145, 1)]
    assert items[2].description == gst
    [asked] = stripe.requests("/v1/checkout/sessions", "POST")
    assert asked["idempotency_key"] == f"order-{order_id}-session-1"


def test_stripe_page_with_a_new_rate_shows_it(
    card: Billing, stripe: StripeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.money.RATES", (*RATES, Rates(date(2027, 1, 1), Decimal("0.05"), Decimal("0.125"))))
    _, _, session_id = begun(card)
    items = stripe.client().v1.checkout.sessions.line_items.list(session_id).data
    assert [item.description for item in items[2:]] == ["TPS (5\xa0%)", "TVQ (12,5\xa0%)"]


def test_stripe_page_of_an_untaxed_order_shows_no_tax(card: Billing, stripe: StripeServer) -> None:
    placed = order(line("spon", "500.00", tax_class="out_of_scope"))
    session_id = card.pay_page(card.place(placed).json()["pay_url"])
    assert len(stripe.client().v1.checkout.sessions.line_items.list(session_id).data) == 1


@pytest.mark.parametrize("email", ["", "anaïs@example.org", "a..b@example.org", "personne@exemple"])
def test_stripe_page_asks_for_an_email_address_that_stripe_refuses(
    card: Billing, stripe: StripeServer, email: str
) -> None:
    _, _, session_id = begun(card, buyer=BUYER.model_copy(update={"email": email}))
    assert stripe.client().v1.checkout.sessions.retrieve(session_id).customer_email is None


def test_stripe_page_of_places_held_for_days_still_opens(start: Start, stripe: StripeServer) -> None:
    """Stripe takes no page that ends in more than a day."""
    billing = start(stripe)
    _, _, session_id = begun(billing, hold_until=billing.clock() + timedelta(days=7))
    assert stripe.client().v1.checkout.sessions.retrieve(session_id).status == "open"


@pytest.mark.parametrize(("hold", "page"), [(2, 30), (60, 60), (240, 240)])
def test_stripe_page_ends_with_its_hold_and_never_before_stripe_allows(
    card: Billing, stripe: StripeServer, hold: int, page: int
) -> None:
    """In minutes; two more, because Stripe counts from when it hears of it."""
    now = card.clock()
    _, _, session_id = begun(card, hold_until=now + timedelta(minutes=hold))
    expires_at = stripe.client().v1.checkout.sessions.retrieve(session_id).expires_at
    assert expires_at == int((now + timedelta(minutes=page + 2)).timestamp())


def test_order_placed_again_with_another_hold_is_the_same_order(card: Billing, stripe: StripeServer) -> None:
    placed, now = order(hold_until=card.clock() + timedelta(minutes=30)), card.clock()
    assert card.place(placed).status_code == card.place(placed).status_code == 200
    longer = placed.model_copy(update={"hold_until": now + timedelta(minutes=90)})
    answer = card.place(longer)
    assert (answer.status_code, answer.json()["total"]) == (200, placed.expected_total)
    session_id = card.pay_page(answer.json()["pay_url"])
    expires_at = stripe.client().v1.checkout.sessions.retrieve(session_id).expires_at
    assert expires_at == int((now + timedelta(minutes=92)).timestamp())

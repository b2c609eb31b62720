"""The hosted page: plain forms, both languages, what each button does."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer
from tests.simulator.conftest import Create


def visit(url: str, action: str | None = None) -> tuple[int, str, dict[str, str]]:
    """Opens the page or presses one of its buttons; redirects are not followed."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        if action is None:
            connection.request("GET", f"/{path}")
        else:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/{path}", urlencode({"action": action}), form)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_payment_page_shows_what_is_to_be_paid(create: Create) -> None:
    status, html, headers = visit(str(create().url))
    assert status == 200
    assert '<html lang="fr-CA">' in html
    assert "Simulé" in html and "aucun vrai paiement" in html
    assert "5 à 7 du Cercle" in html and "130,00\u00a0$" in html and "150,00\u00a0$" in html
    assert re.findall(r'name="action" value="(\w+)"', html) == ["pay", "decline", "abandon"]
    assert "<script" not in html and "style=" not in html and "<style" not in html
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("locale", "lang", "word"),
    [("en", "en-CA", "Simulated – no real payment"), ("fr", "fr-CA", "Simulé"), ("auto", "fr-CA", "Simulé")],
)
def test_payment_page_is_in_the_sessions_language(create: Create, locale: str, lang: str, word: str) -> None:
    _status, html, _headers = visit(str(create(locale=locale).url))
    assert f'<html lang="{lang}">' in html
    assert word in html
    assert ("$130.00" in html) is (lang == "en-CA")


def test_pay_button_leads_to_the_success_address(create: Create, client: stripe.StripeClient) -> None:
    session = create()
    for _click in range(2):
        status, _html, headers = visit(str(session.url), "pay")
        assert (status, headers["location"]) == (303, f"https://billing.example.org/paid?session={session.id}")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert len(client.v1.charges.list().data) == 1, "a double click pays once"
    status, html, _headers = visit(str(session.url))
    assert (status, "Paiement déjà fait" in html) == (200, True)


def test_decline_button_says_so_and_a_second_try_works(create: Create, client: stripe.StripeClient) -> None:
    session = create()
    status, html, _headers = visit(str(session.url), "decline")
    assert (status, 'id="declined"' in html, "Carte refusée" in html) == (402, True, True)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert visit(str(session.url), "pay")[0] == 303
    (intent,) = client.v1.payment_intents.list().data
    assert intent.status == "succeeded"


def test_abandon_button_goes_back_and_leaves_the_session_open(create: Create, client: stripe.StripeClient) -> None:
    session = create()
    status, _html, headers = visit(str(session.url), "abandon")
    assert (status, headers["location"]) == (303, "https://billing.example.org/left")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert not client.v1.payment_intents.list().data


@pytest.mark.parametrize(("action", "status"), [(None, 410), ("pay", 410), ("decline", 410), ("abandon", 303)])
def test_session_expired_cannot_be_paid(
    create: Create, server: StripeServer, client: stripe.StripeClient, action: str | None, status: int
) -> None:
    session = create()
    server.switch(advance=24 * 3600)
    answered, html, _headers = visit(str(session.url), action)
    assert answered == status
    assert ("Page de paiement expirée" in html) is (status == 410)
    assert not client.v1.payment_intents.list().data


def test_page_or_button_unknown_is_refused(create: Create, server: StripeServer) -> None:
    status, html, _headers = visit(f"{server.base}/c/pay/cs_none", "pay")
    assert (status, "introuvable" in html) == (404, True)
    assert visit(str(create().url), "steal")[0] == 200


def test_product_name_with_markup_is_shown_as_text(create: Create) -> None:
    line = {"currency": "cad", "unit_amount": 6500, "product_data": {"name": "<b>5 à 7</b>"}}
    _status, html, _headers = visit(str(create(line_items=[{"quantity": 1, "price_data": line}]).url))
    assert "&lt;b&gt;5 à 7&lt;/b&gt;" in html

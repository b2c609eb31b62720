"""Taxes on the pages: at the rates in force on the activity's own day, named as they are computed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit.money import RATES, Rates
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.reading import path, text

FROM = date(2027, 3, 10)
FORMS = {"fr": path(COCKTAIL) + "/inscription", "en": path(COCKTAIL, "en") + "/registration"}


@pytest.fixture
def higher_tvq(monkeypatch: pytest.MonkeyPatch) -> None:
    """TVQ at 12 % from a day on."""
    monkeypatch.setattr("kit.money.RATES", (*RATES, Rates(FROM, Decimal("0.05"), Decimal("0.12"))))


@pytest.mark.usefixtures("higher_tvq")
def test_tax_rate_that_is_new_shows_on_the_activity_and_the_form(browser: Browser, clock: FakeClock) -> None:
    clock.set(datetime(2027, 3, 9, 12, tzinfo=UTC))
    assert "TPS (5 %) et TVQ (9,975 %) en sus" in text(browser(), path(COCKTAIL))
    clock.set(datetime(2027, 3, 10, 12, tzinfo=UTC))
    page, english = text(browser(), path(COCKTAIL)), text(browser(), path(COCKTAIL, "en"))
    assert "TPS (5 %) et TVQ (12 %) en sus" in page and "Non-membre 85,00 $ 99,45 $" in page
    assert "GST (5%) and QST (12%) are added" in english
    form, english = text(browser(), FORMS["fr"]), text(browser(), FORMS["en"])
    assert "TPS (5 %)" in form and "TVQ (12 %) 10,20 $" in form and "9,975" not in form
    assert "GST (5%)" in english and "QST (12%) $10.20" in english


@pytest.mark.usefixtures("higher_tvq")
def test_taxes_are_those_of_the_activitys_local_day(browser: Browser, clock: FakeClock) -> None:
    """Ten in the evening on the ninth in Saguenay is already the tenth in UTC."""
    clock.set(datetime(2027, 3, 10, 3, tzinfo=UTC))
    form = text(browser(), FORMS["fr"])
    assert "TVQ (9,975 %) 8,48 $" in form and "97,73 $" in form and "99,45 $" not in form
    assert "Non-membre 85,00 $ 97,73 $" in text(browser(), path(COCKTAIL))


@pytest.mark.usefixtures("higher_tvq")
def test_registration_keeps_the_tax_rates_of_its_day(service: Any, browser: Browser, clock: FakeClock) -> None:
    clock.set(datetime(2027, 3, 9, 12, tzinfo=UTC))
    mine = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    clock.set(datetime(2027, 3, 11, 12, tzinfo=UTC))
    personal = text(browser(), service.links.registration(mine, 1).removeprefix("http://registration.test"))
    assert "TVQ (9,975 %) 8,48 $" in personal and "12 %" not in personal

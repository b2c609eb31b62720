"""A list kept for a company in arrears: bought by itself at the price it was shown, asked about at a higher one."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from registration.members.rules import Role
from registration.plans.buying.flows_kept import buy_kept
from tests.covering import bought, covered, enrolled, fee_paid, person, renewed, scalar
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.plan_lists import URL, acting_for, recognised, shown


@pytest.fixture(autouse=True)
def in_march(clock: FakeClock, service: Any) -> None:
    clock.set(datetime(2027, 3, 8, 16, tzinfo=UTC))
    renewed(service)


def price_of(service: Any, cents: int) -> None:
    """The plan costs this per employee from now on."""
    with service.db.write() as session:
        mine = "SELECT id FROM activity WHERE key = 'pae-2027'"
        products = f"SELECT id FROM product WHERE activity_id IN ({mine})"
        session.execute(sa.text(f"UPDATE price SET amount = :to WHERE product_id IN ({products})"), {"to": cents})
        session.execute(sa.text("UPDATE activity SET version = version + 1 WHERE key = 'pae-2027'"))


def kept(service: Any) -> int:
    return int(scalar(service, "SELECT count(*) FROM kept_list"))


def invoiced(service: Any) -> int:
    return int(scalar(service, "SELECT coalesce(sum(total), 0) FROM registration WHERE method = 'invoice'"))


def test_list_whose_price_rose_is_kept_until_hr_confirms_the_new_total(service: Any, browser: Browser) -> None:
    before = invoiced(service)
    page = recognised(service, browser(), acting_for(service, "c12", Role.DELEGATE))
    assert bought(service, "c12", [person(1), person(2)]).kept
    price_of(service, 7500)
    fee_paid(service, "c12")
    buy_kept(service)
    assert (kept(service), invoiced(service)) == (1, before)
    said = shown(page)
    assert "Le prix a changé" in said and "149,47 $" in said and "Confirmer à 172,46 $" in said
    refused = page.post(f"{URL}/kept", data={"shown_total": "14947"})
    assert refused.status_code == 303 and kept(service) == 1, "the total of before confirms nothing"
    assert page.post(f"{URL}/kept", data={"shown_total": "17246"}).headers["location"].endswith("?done=covered")
    assert (kept(service), invoiced(service)) == (0, before + 17246)
    assert len(covered(service, enrolled(service, "c12").whose)) == 2
    assert page.post(f"{URL}/kept", data={"shown_total": "17246"}).status_code == 303
    assert invoiced(service) == before + 17246


@pytest.mark.parametrize("cents", [6500, 6000])
def test_list_whose_price_did_not_rise_is_bought_by_itself(service: Any, browser: Browser, cents: int) -> None:
    assert bought(service, "c12", [person(1), person(2)], expected_total=14947).kept
    price_of(service, cents)
    fee_paid(service, "c12")
    buy_kept(service)
    assert kept(service) == 0 and len(covered(service, enrolled(service, "c12").whose)) == 2


def test_list_of_which_somebody_left_is_compared_by_person(service: Any) -> None:
    assert bought(service, "c12", [person(n) for n in range(3)]).kept
    with service.db.write() as session:
        session.execute(sa.text("DELETE FROM coverage WHERE first_name = 'Prénom2'"))
    price_of(service, 6600)
    fee_paid(service, "c12")
    buy_kept(service)
    assert kept(service) == 1
    price_of(service, 6500)
    buy_kept(service)
    assert kept(service) == 0


def test_price_that_rose_is_said_in_english_too(service: Any, browser: Browser) -> None:
    page = recognised(service, browser(), acting_for(service, "c12", Role.DELEGATE))
    bought(service, "c12", [person(1)])
    price_of(service, 7500)
    fee_paid(service, "c12")
    said = page.get(f"{URL}?lang=en").text
    assert "The price has changed: 1 person is waiting" in said and "Confirm at" in said

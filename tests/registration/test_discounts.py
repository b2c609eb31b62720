"""What member prices come to beside a fee: the test that the accountant makes before saying how fees are taxed."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kit.contracts import Bilingual
from kit.money import TaxClass
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus, Channel, PriceOption, Who
from registration.renewals.discounts.queries import period_of
from registration.renewals.discounts.rules import FeeTested, pairs
from tests.registration.conftest import Browser
from tests.registration.renewing import scale
from tests.registration.test_fees import SAMPLE

EARLY = datetime(2027, 3, 1, tzinfo=UTC)


def price(who: Who, amount: int, until: datetime | None = None, at_least: int = 1) -> PriceOption:
    return PriceOption(
        key=f"{who}-{amount}",
        who=who,
        channel=Channel.ONLINE,
        amount=amount,
        tax_class=TaxClass.TAXABLE,
        label=Bilingual(fr="Tarif", en=""),
        until=until,
        min_quantity=at_least,
        components={},
        gl_account="4000",
    )


@pytest.mark.parametrize(
    ("prices", "largest"),
    [
        ([price(Who.MEMBER, 6500), price(Who.NON_MEMBER, 8500)], 2000),
        # Each is lower until a day: what others pay later is not what members pay before.
        (
            [
                price(Who.MEMBER, 5000, EARLY),
                price(Who.MEMBER, 7000),
                price(Who.NON_MEMBER, 6000, EARLY),
                price(Who.NON_MEMBER, 8500),
            ],
            1500,
        ),
        ([price(Who.MEMBER, 5000, EARLY), price(Who.ANYONE, 8000)], 3000),
        ([price(Who.MEMBER, 6500), price(Who.MEMBER, 5500, at_least=3), price(Who.NON_MEMBER, 8500)], 3000),
    ],
)
def test_discount_is_the_largest_at_one_moment(prices: list[PriceOption], largest: int) -> None:
    assert max(others - member for others, member in pairs(prices)) == largest


def test_product_for_members_alone_has_no_discount() -> None:
    assert list(pairs([price(Who.MEMBER, 6500)])) == []


@pytest.mark.parametrize(("discounts", "reached"), [(6749, False), (6750, True), (0, False)])
def test_fee_of_225_is_reached_at_67_50(discounts: int, reached: bool) -> None:
    tested = FeeTested(5, 22500, discounts)
    assert tested.reached is reached and tested.limit == 6750


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        (date(2027, 6, 30), date(2026, 7, 1)),
        (date(2027, 7, 1), date(2027, 7, 1)),
        (date(2028, 2, 29), date(2027, 7, 1)),
    ],
)
def test_period_of_a_day_is_the_memberships_own(day: date, starts: date) -> None:
    period = period_of(SAMPLE, day)
    assert (period.starts, period.ends + timedelta(days=1)) == (starts, starts.replace(year=starts.year + 1))
    assert period_of(None, day).starts == date(day.year, 1, 1)


def test_discounts_are_told_beside_each_fee(service: Any, browser: Browser) -> None:
    told = browser("accountant").get("/api/staff/fees/discounts").json()
    assert (told["starts"], told["ends"]) == ("2026-07-01", "2027-06-30")
    assert told["total"] == sum(one["discount"] for one in told["discounts"]) > 0
    assert all(one["discount"] == one["others"] - one["member"] > 0 for one in told["discounts"])
    assert [one["fee"] for one in told["fees"]] == [22500, 37500, 60000, 95000]
    assert [one["reached"] for one in told["fees"]] == [told["total"] * 100 >= one["fee"] * 30 for one in told["fees"]]
    page = browser("accountant").get("/staff/renewals/discounts").text
    assert "Atteint" in page and "Rabais possibles" in page
    assert "/staff/renewals/discounts" in browser("accountant").get("/staff/renewals/fees").text
    assert browser("welcome").get("/staff/renewals/discounts").status_code == 403


def test_discount_of_what_takes_no_place_is_not_counted(service: Any, browser: Browser) -> None:
    before = browser("director").get("/api/staff/fees/discounts").json()
    gone = before["discounts"][0]["activity_id"]
    with service.db.write() as session:
        session.get_one(Activity, uuid.UUID(gone)).status = ActivityStatus.CANCELLED
    after = browser("director").get("/api/staff/fees/discounts").json()
    assert gone not in {one["activity_id"] for one in after["discounts"]} and after["total"] < before["total"]


def test_discounts_follow_the_period_of_memberships(service: Any, browser: Browser) -> None:
    scale(service.db, service.clock(), starts_month=1)
    told = browser("director").get("/api/staff/fees/discounts").json()
    assert (told["starts"], told["ends"]) == ("2027-01-01", "2027-12-31")

"""What is on offer, with nothing running: whether one may sign up, for whom, at which price, under which name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kit.contracts import Bilingual
from kit.money import TaxClass
from registration.catalog.offers.rules import units_left
from registration.catalog.rules import (
    NO_CODE,
    ActivityStatus,
    Channel,
    CodeEffect,
    PriceOption,
    Sale,
    SaleState,
    Visitor,
    Who,
    groups,
    line_label,
    sale_state,
)

NOON = datetime(2027, 3, 1, 17, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
OPEN = Sale(ActivityStatus.PUBLISHED, True, BEFORE, AFTER, AFTER)


@pytest.mark.parametrize(
    ("sale", "sold_out", "state"),
    [
        (OPEN, False, SaleState.OPEN),
        (OPEN, True, SaleState.SOLD_OUT),
        (replace(OPEN, status=ActivityStatus.CANCELLED, ends_at=BEFORE), False, SaleState.CANCELLED),
        (replace(OPEN, status=ActivityStatus.POSTPONED), False, SaleState.POSTPONED),
        (replace(OPEN, signup_open=False), False, SaleState.BY_CONTACT),
        (replace(OPEN, ends_at=NOON, signup_open=False), False, SaleState.PAST),
        (replace(OPEN, opens_at=AFTER), True, SaleState.NOT_YET),
        (replace(OPEN, opens_at=NOON), False, SaleState.OPEN),
        (replace(OPEN, closes_at=BEFORE), True, SaleState.CLOSED),
        (replace(OPEN, closes_at=NOON), False, SaleState.OPEN),
        (replace(OPEN, opens_at=None, closes_at=None, ends_at=None), False, SaleState.OPEN),
    ],
)
def test_sale_state_by_dates_and_places_is_the_first_reason(sale: Sale, sold_out: bool, state: SaleState) -> None:
    assert sale_state(NOON, sale, sold_out) is state


def price(key: str, who: Who, channel: Channel = Channel.ONLINE, until: datetime | None = None) -> PriceOption:
    return PriceOption(key, who, channel, 100, TaxClass.TAXABLE, Bilingual(fr=key), until, 1, {}, "4110")


PRICES = [
    price("m", Who.MEMBER, until=NOON),
    price("n", Who.NON_MEMBER),
    price("porte", Who.ANYONE, Channel.ON_SITE),
    price("hon", Who.CODE),
]


@pytest.mark.parametrize(
    ("member", "now", "channel", "code", "takes_for"),
    [
        (False, NOON, Channel.ONLINE, NO_CODE, [Who.NON_MEMBER]),
        (True, NOON, Channel.ONLINE, NO_CODE, [Who.MEMBER, Who.NON_MEMBER]),
        (True, AFTER, Channel.ONLINE, NO_CODE, [Who.NON_MEMBER]),
        (True, NOON, Channel.ON_SITE, NO_CODE, [Who.ANYONE]),
        (True, NOON, Channel.ONLINE, CodeEffect(opens="hon"), [Who.CODE]),
        (False, NOON, Channel.ONLINE, CodeEffect(opens="other"), [Who.NON_MEMBER]),
        (False, NOON, Channel.ONLINE, CodeEffect(percent_off=50), [Who.NON_MEMBER]),
    ],
)
def test_groups_by_visitor_channel_and_code_are_whom_one_may_take_for(
    member: bool, now: datetime, channel: Channel, code: CodeEffect, takes_for: list[Who]
) -> None:
    assert groups(PRICES, Visitor(member=member), now, channel, code) == takes_for


def test_code_that_opens_and_lowers_is_refused() -> None:
    with pytest.raises(ValueError, match="never both"):
        CodeEffect(opens="hon", percent_off=50)


def test_line_label_of_a_price_that_repeats_its_product_says_it_once() -> None:
    product = Bilingual(fr="Quatuor", en="Foursome")
    whole = line_label(product, Bilingual(fr="quatuor, membre", en="Member"))
    assert (whole.fr, whole.en) == ("quatuor, membre", "Foursome – Member")


@pytest.mark.parametrize(
    ("uses", "units"),
    [({}, None), ({"seats": 0}, None), ({"unknown": 1}, None), ({"seats": 4}, 2), ({"seats": 1, "carts": 2}, 1)],
)
def test_units_left_are_bounded_by_the_scarcest_resource(uses: dict[str, int], units: int | None) -> None:
    assert units_left(uses, {"seats": 9, "carts": 3}) == units

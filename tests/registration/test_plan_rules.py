"""A signup worked out before anything is written: when it is open, how it is paid, which rows it makes."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.errors import InvalidInput, Refusal
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import CodeEffect
from registration.registrations.rules import RegistrationStatus, SoldOut
from registration.signup.rules import Circumstances, MembersOnly, SignupClosed, TotalChanged
from registration.signup.rules_plan import plan
from registration.signup.schemas import Contact, Item, SignupRequest
from tests import make

FEBRUARY = datetime(2027, 2, 17, 16, tzinfo=UTC)
ONLINE = {"product": "car", "who": "non_member"}
AT_THE_DOOR = {"product": "car", "who": "anyone"}


@pytest.fixture
def cocktail(service: Any) -> Offer:
    return make.offer_of(service.db, "caricatures-2027")


@pytest.fixture
def around(service: Any, cocktail: Offer) -> Circumstances:
    return make.circumstances(service.db, cocktail, False, FEBRUARY)


def request_of(item: dict[str, str] = ONLINE, **changes: Any) -> SignupRequest:
    """One place by invoice, or with the changes."""
    given = {
        "registration_id": uuid.UUID(int=1),
        "contact": Contact(first_name="Maude", last_name="Contact", email="maude@example.org"),
        "company": "Fonderie Noël",
        "items": (Item(**item, quantity=1),),
        "method": "invoice",
        "terms_accepted": True,
    }
    return SignupRequest(**given | changes)


@pytest.mark.parametrize(
    ("moment", "online", "at_the_door"),
    [
        (datetime(2027, 1, 1, tzinfo=UTC), SignupClosed, None),
        (FEBRUARY, None, None),
        (datetime(2027, 3, 16, tzinfo=UTC), SignupClosed, None),
        (datetime(2027, 3, 19, tzinfo=UTC), SignupClosed, SignupClosed),
    ],
)
def test_signup_outside_its_dates_is_refused_but_at_the_door(
    cocktail: Offer,
    around: Circumstances,
    moment: datetime,
    online: type[Refusal] | None,
    at_the_door: type[Refusal] | None,
) -> None:
    def refusal(item: dict[str, str], channel: str) -> type[Exception] | None:
        try:
            plan(cocktail, request_of(item), replace(around, now=moment, channel=channel))
        except Refusal as refused:
            return type(refused)
        return None

    assert (refusal(ONLINE, "online"), refusal(AT_THE_DOOR, "on_site")) == (online, at_the_door)


@pytest.mark.parametrize(("channel", "item"), [("online", ONLINE), ("on_site", AT_THE_DOOR)])
def test_signup_when_no_place_is_left_is_sold_out_everywhere(
    cocktail: Offer, around: Circumstances, channel: str, item: dict[str, str]
) -> None:
    full = cocktail.with_resources({key: replace(one, taken=one.capacity) for key, one in cocktail.resources.items()})
    with pytest.raises(SoldOut):
        plan(full, request_of(item), replace(around, channel=channel))


def test_signup_for_members_is_refused_to_others_only(cocktail: Offer, around: Circumstances) -> None:
    closed = replace(cocktail, activity=replace(cocktail.activity, members_only=True))
    with pytest.raises(MembersOnly):
        plan(closed, request_of(), around)
    member = replace(around, visitor=replace(around.visitor, member=True))
    assert plan(closed, request_of(), member).confirmed


@pytest.mark.parametrize(
    ("method", "channel", "card_offered", "refused"),
    [
        ("invoice", "online", True, False),
        ("card", "online", True, False),
        ("card", "online", False, True),
        ("cash", "online", True, True),
        ("cash", "on_site", False, False),
        ("free", "online", True, True),
        ("", "online", True, True),
    ],
)
def test_method_not_offered_here_is_refused(
    cocktail: Offer, around: Circumstances, method: str, channel: str, card_offered: bool, refused: bool
) -> None:
    request = request_of(AT_THE_DOOR if channel == "on_site" else ONLINE, method=method)
    here = replace(around, channel=channel, card_offered=card_offered)
    if not refused:
        assert plan(cocktail, request, here).registration.method == method
        return
    with pytest.raises(InvalidInput) as problem:
        plan(cocktail, request, here)
    assert problem.value.places == {"method": "problem.method"}


@pytest.mark.parametrize(("amount", "refused"), [(43, True), (44, False)])
def test_card_that_would_pay_less_than_stripe_takes_has_its_own_sentence(
    cocktail: Offer, around: Circumstances, amount: int, refused: bool
) -> None:
    """0.43 and its taxes are 0.49; Stripe takes 0.50 and more. An invoice has no such limit."""
    prices = tuple(replace(price, amount=amount) for price in cocktail.products[0].prices)
    cheap = replace(cocktail, products=(replace(cocktail.products[0], prices=prices),))
    item = ONLINE | {"product": cheap.products[0].key}
    assert plan(cheap, request_of(item), around).registration.method == "invoice"
    if not refused:
        assert plan(cheap, request_of(item, method="card"), around).registration.method == "card"
        return
    with pytest.raises(InvalidInput) as problem:
        plan(cheap, request_of(item, method="card"), around)
    assert problem.value.places == {"method": "problem.card_minimum"}


def test_signup_of_nothing_owed_is_free_whatever_is_asked(cocktail: Offer, around: Circumstances) -> None:
    guest = replace(around, code=CodeEffect(opens="car-hon"), code_id=uuid.UUID(int=2))
    planned = plan(cocktail, request_of({"product": "car", "who": "code"}, method="card", company=""), guest)
    assert (planned.registration.method, planned.registration.total, planned.confirmed) == ("free", 0, True)
    assert (planned.registration.code_id, planned.code_units) == (uuid.UUID(int=2), 1)


def test_total_other_than_the_one_shown_is_refused(cocktail: Offer, around: Circumstances) -> None:
    total = plan(cocktail, request_of(), around).registration.total
    assert plan(cocktail, request_of(expected_total=total), around).registration.total == total
    for shown in (total - 1, total + 1):
        with pytest.raises(TotalChanged) as refused:
            plan(cocktail, request_of(expected_total=shown), around)
        assert refused.value.field == "total"


def test_terms_accepted_are_on_the_registration_with_when_and_in_which_language(
    cocktail: Offer, around: Circumstances
) -> None:
    planned = plan(cocktail, request_of(lang="en"), around).registration
    of = str(around.association.valid_from)
    assert planned.terms == {"accepted_at": FEBRUARY.isoformat(), "lang": "en", "of": of}


def test_plan_by_card_holds_and_by_invoice_confirms_with_the_same_rows(cocktail: Offer, around: Circumstances) -> None:
    two = (Item(**ONLINE, quantity=2),)
    held, confirmed = (plan(cocktail, request_of(items=two, method=method), around) for method in ("card", "invoice"))
    assert held.registration.status is RegistrationStatus.HELD and not held.confirmed
    assert held.registration.hold_until == FEBRUARY + timedelta(seconds=1800)
    assert confirmed.confirmed and confirmed.registration.hold_until is None
    assert confirmed.registration.confirmed_at == FEBRUARY
    for planned in (held, confirmed):
        [line], [(_, units)] = planned.lines, planned.takes
        assert (line.position, line.quantity, line.cancelled, line.standing, units) == (0, 2, 0, 2, 2)
        assert [person.full_name for person in planned.attendees] == ["Maude Contact", ""]
        assert [(person.position, person.unit) for person in planned.attendees] == [(1, 0), (2, 1)]
        assert planned.code_units == 0

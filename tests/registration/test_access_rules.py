"""Accounts and tokens, with nothing running: what state they are in, what is accepted of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from registration.access.rules import (
    PASSWORD_LENGTH,
    AccountDetails,
    AccountState,
    PasswordTooShort,
    TokenState,
    account_problems,
    account_state,
    check_password,
    token_state,
)
from registration.staff.rules import first_page, own_address

NOW = datetime(2027, 2, 17, 14, 0, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
DETAILS = AccountDetails("zoe@example.org", "Zoé O'Brume", ("door",), "fr", None)


@pytest.mark.parametrize(
    ("disabled_at", "expires_at", "has_password", "state"),
    [
        (None, None, True, AccountState.OPEN),
        (None, AFTER, True, AccountState.OPEN),
        (None, None, False, AccountState.INVITED),
        (None, NOW, True, AccountState.ENDED),
        (None, BEFORE, False, AccountState.ENDED),
        (BEFORE, None, True, AccountState.CLOSED),
        (BEFORE, BEFORE, True, AccountState.CLOSED),
    ],
)
def test_account_state_by_day_and_password_is_one_of_four(
    disabled_at: datetime | None, expires_at: datetime | None, has_password: bool, state: AccountState
) -> None:
    assert account_state(disabled_at, expires_at, has_password, NOW) is state


@pytest.mark.parametrize(
    ("revoked_at", "expires_at", "state"),
    [
        (None, None, TokenState.OPEN),
        (None, AFTER, TokenState.OPEN),
        (None, NOW, TokenState.ENDED),
        (BEFORE, None, TokenState.REVOKED),
        (BEFORE, BEFORE, TokenState.REVOKED),
    ],
)
def test_token_state_by_day_and_revocation_is_one_of_three(
    revoked_at: datetime | None, expires_at: datetime | None, state: TokenState
) -> None:
    assert token_state(revoked_at, expires_at, NOW) is state


def test_password_of_twelve_characters_is_the_shortest_accepted() -> None:
    check_password("douze lettre")
    with pytest.raises(PasswordTooShort) as refused:
        check_password("onze lettre")
    assert (refused.value.status, refused.value.field, refused.value.values) == (422, "password", {"n": 12})
    assert PASSWORD_LENGTH == 12


def test_account_with_name_address_and_role_has_no_problem() -> None:
    assert account_problems(DETAILS, NOW) == {}
    assert account_problems(replace(DETAILS, expires_at=AFTER, roles=("door", "accountant")), NOW) == {}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (replace(DETAILS, name=""), "name"),
        (replace(DETAILS, email=""), "email"),
        (replace(DETAILS, email="zoe@"), "email"),
        (replace(DETAILS, roles=()), "roles"),
        (replace(DETAILS, roles=("door", "emperor")), "roles"),
        (replace(DETAILS, expires_at=NOW), "until"),
        (replace(DETAILS, expires_at=BEFORE), "until"),
    ],
)
def test_account_field_unacceptable_is_named(details: AccountDetails, field: str) -> None:
    assert account_problems(details, NOW) == {field: f"problem.staff_{field}"}


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ({"director"}, "home"),
        ({"coordinator", "accountant", "door"}, "home"),
        ({"accountant", "door"}, "orders"),
        ({"door"}, "check-in"),
        (set(), "check-in"),
    ],
)
def test_first_page_by_role_is_where_the_work_is(roles: set[str], page: str) -> None:
    assert first_page(frozenset(roles)) == page


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.example.org", True),
        ("https://a.example.org/staff", True),
        ("https://b.example.org/staff", True),
        ("https://a.example.org.evil.example/staff", False),
        ("/staff", False),
        ("", False),
    ],
)
def test_address_after_sign_in_is_a_page_of_ours_or_none(url: str, own: bool) -> None:
    assert own_address(url, ["https://a.example.org", "https://b.example.org"]) == (url if own else "")

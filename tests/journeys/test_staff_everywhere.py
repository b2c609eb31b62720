"""One sign-in, kept by registration, serves the three services; a role taken away is gone everywhere within minutes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from kit.auth import PASS_LIFE
from kit.contracts.callers import Caller
from kit.contracts.letters.links import StaffInvite
from registration.access import actions
from registration.staff.models import StaffMember
from tests import make
from tests.fakes.house import House, Visitor

PASSWORD = "quatre mots sans lien"
EMAIL = "nouvelle@example.org"
BY = Caller(frozenset({"director"}), "u1", "Directrice fictive")
PAGES = {
    "http://registration.test/staff/members": "Membres",
    "http://billing.test/staff/orders": "Commandes",
    "http://notify.test/staff/messages": "Messages",
}


@pytest.fixture
def invited(house: House) -> tuple[StaffMember, Visitor]:
    """A coordinator who came by the link of the invitation and chose a password."""
    for app in house.apps.values():
        app.state.service.passwords = make.quick_passwords()
    now, home = house.clock(), house.registration.home
    member = make.staff(house.registration.db, EMAIL, ["coordinator"], now, name="Nouvelle Personne")
    with house.registration.db.write() as session:
        actions.send_link(session, member, StaffInvite, home, house.registration.settings.session_secret, now)
    house.settle()
    link = re.search(r"http://registration\.test/staff/password/\S+", house.mail.text(EMAIL))
    assert link
    visitor = house.visitor()
    assert visitor.get(link.group()).status == 200
    assert visitor.post(link.group(), {"password": PASSWORD}).status == 200
    return member, visitor


def change(house: House, member: StaffMember, **fields: Any) -> None:
    with house.registration.db.write() as session:
        row = session.exec(select(StaffMember).where(StaffMember.id == member.id)).one()
        for field, value in fields.items():
            setattr(row, field, value)
        session.add(row)


def later(house: House) -> None:
    house.clock.advance(seconds=PASS_LIFE.total_seconds() + 1)


def test_sign_in_once_opens_the_three_services(house: House, invited: tuple[StaffMember, Visitor]) -> None:
    _, visitor = invited
    for _ in range(2):
        for url, title in PAGES.items():
            page = visitor.get(url)
            assert (page.url, page.status) == (url, 200) and page.has(title) and page.has("Nouvelle Personne")
            # The same pages are offered from everywhere.
            assert all(f'href="{other}"' in page.text for other in PAGES)
        later(house)


def test_role_removed_is_gone_everywhere_within_minutes(house: House, invited: tuple[StaffMember, Visitor]) -> None:
    member, visitor = invited
    change(house, member, roles=["door"])
    later(house)
    assert [visitor.get(url).status for url in PAGES] == [403, 403, 403]


@pytest.mark.parametrize("how", ["closed", "past the last day", "signed out"])
def test_account_ended_is_ended_everywhere(house: House, invited: tuple[StaffMember, Visitor], how: str) -> None:
    member, visitor = invited
    if how == "closed":
        with house.registration.db.write() as session:
            actions.close(session, member.id, BY, house.clock())
    if how == "past the last day":
        change(house, member, expires_at=house.clock() + timedelta(minutes=1))
    other = Visitor(house)
    other._cookies = dict(visitor._cookies)  # The same browser on another device: only the login's end can reach it.
    if how == "signed out":
        visitor.post("http://registration.test/staff/sign-out", {})
    later(house)
    for url in PAGES:
        assert other.get(url).url.startswith("http://registration.test/staff/sign-in?next="), url


def test_pass_gone_stale_without_registration_opens_nothing(house: House, invited: tuple[StaffMember, Visitor]) -> None:
    _, visitor = invited
    later(house)
    house.down.add("registration")
    assert visitor.get("http://billing.test/staff/orders").status == 503
    house.down.clear()
    assert visitor.get("http://billing.test/staff/orders").status == 200

"""Options for somebody who leaves, or is given as many by somebody else, while they are being added."""

import uuid
from typing import Any

import pytest

from kit.contracts.callers import ANYONE
from kit.errors import Busy
from registration.amendments import actions, flows
from registration.amendments.schemas import AmendmentRequest
from registration.invariants import invariants
from registration.signup.actions import Announcement
from tests.registration import test_amendments as amended
from tests.registration.conftest import Browser

golf, first = amended.golf, amended.first


@pytest.fixture
def pair(browser: Browser, golf: uuid.UUID) -> str:
    """Two at the golf."""
    other = {**amended.PERSON, "first_name": "Luc", "email": "luc@example.org"}
    item = {"product": "golf-ind", "who": "member", "quantity": 2, "attendees": [amended.PERSON, other]}
    asked = {"contact": amended.CONTACT, "items": [item], "method": "invoice", "company": "Fonderie Noël"}
    asked |= {"contact_attends": False, "reason": "Membre"}
    done = browser("coordinator").post(f"/api/staff/activities/{golf}/telephone-signups", json=asked)
    assert done.status_code == 201, done.text
    return str(done.json()["registration_id"])


def options(units: int, *places: int) -> AmendmentRequest:
    asked = {"items": [amended.mulligan(units)], "method": "invoice", "places": places}
    return AmendmentRequest.model_validate(asked)


def test_option_for_somebody_who_leaves_meanwhile_is_not_sold(service: Any, browser: Browser, pair: str) -> None:
    of = flows.amendment_sale(service, uuid.UUID(pair))
    gone = of.whole.active[0]
    assert amended.cancel(browser, pair, attendees=[str(gone.id)], keep_percent=0).status_code == 200
    with pytest.raises(Busy):
        flows.amend_by_staff(service, of, options(1, gone.position), ANYONE)
    assert invariants(service.db) == []
    assert len(amended.posted(service, "PlaceOrder")) == 1


def test_options_added_twice_at_once_stay_within_what_one_may_have(service: Any, first: str) -> None:
    """Each alone is within it, two, worked out before the other is written."""
    of = flows.amendment_sale(service, uuid.UUID(first))
    one, other = (flows.amendment_plan(service, of, options(2)) for _ in range(2))
    with service.db.write() as session:
        actions.amend(session, flows.amended(of, options(2)), one, Announcement(), ANYONE)
    with pytest.raises(Busy), service.db.write() as session:
        actions.amend(session, flows.amended(of, options(2)), other, Announcement(), ANYONE)
    assert invariants(service.db) == []

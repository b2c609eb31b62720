"""What actions refuse, or leave as it is, when two who act at once have passed every check before them."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from kit.contracts.callers import ANYONE
from kit.errors import NotFound
from kit.sql import column, table
from registration.access.actions import bootstrap, set_language
from registration.catalog.models import Resource
from registration.history import queries as history
from registration.registrations.actions import confirm_paid, lock_registration, release
from registration.registrations.actions_confirming import refuse_held
from registration.registrations.rules import NotInThisState
from tests import make
from tests.fakes.clock import FakeClock


def test_signup_that_waits_for_nobody_is_refused_by_nobody(
    service: Any, clock: FakeClock, signed_up: list[uuid.UUID]
) -> None:
    for registration in signed_up[:2]:
        with pytest.raises(NotInThisState), service.db.write() as session:
            refuse_held(session, registration, ANYONE, clock())


def test_payment_after_the_hold_takes_no_place_where_there_is_none(
    service: Any, clock: FakeClock, signed_up: list[uuid.UUID]
) -> None:
    with service.db.write() as session:
        release(session, signed_up[1], clock())
        full = sa.update(table(Resource)).where(column(Resource.key) == "places")
        session.execute(full.values({column(Resource.taken): column(Resource.capacity)}))
        assert confirm_paid(session, lock_registration(session, signed_up[1]), clock()) is None
        session.rollback()


def test_language_that_somebody_reads_already_changes_nothing(service: Any, clock: FakeClock) -> None:
    member = make.staff(service.db, "elle@example.org", ["coordinator"], clock())
    with service.db.write() as session:
        set_language(session, member.id, "fr", ANYONE, clock())
        assert history.of(session, member.id) == []
        set_language(session, member.id, "en", ANYONE, clock())
        assert len(history.of(session, member.id)) == 1


def test_first_link_is_dead_once_a_director_has_a_password(service: Any, clock: FakeClock) -> None:
    make.staff(service.db, "elle@example.org", ["director"], clock(), password_hash="x")
    with pytest.raises(NotFound), service.db.write() as session:
        bootstrap(session, "direction@example.org", clock())

"""Names leave the history when the people they are of are forgotten, and it is never changed otherwise."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.exc import DatabaseError

from kit.contracts.callers import ANYONE
from kit.db import new_id
from kit.sql import column, table
from registration.history.actions import record
from registration.history.models import HistoryEntry
from registration.privacy.flows_retention import forget
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL
from tests.registration.strangers import client_from, post, signup


def test_address_that_was_replaced_is_gone_after_its_term_from_the_history(few: FastAPI, clock: FakeClock) -> None:
    person = {"first_name": "Canari", "last_name": "Premier", "email": "canari@example.org"}
    item = {"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}
    made = post(few, "192.0.2.1", signup(method="invoice", items=[item])).json()
    client, token = client_from(few, "192.0.2.1"), {"X-Link-Token": made["personal_url"].rsplit("/", 1)[1]}
    [place] = client.get(f"/api/registrations/{made['id']}/attendees", headers=token).json()
    other = {"first_name": "Autre", "last_name": "Personne", "email": "autre.canari@example.org"}
    address = f"/api/registrations/{uuid.UUID(made['id'])}/attendees/{place['id']}"
    assert client.post(address, json=other, headers=token).status_code < 300
    clock.advance(days=365 * 8)
    forget(few.state.service)
    with few.state.service.db.read() as session:
        kept = json.dumps([list(row) for row in session.execute(sa.select(HistoryEntry.changes))])
    assert "canari@example.org" not in kept and "Canari" not in kept, kept


def test_entry_is_only_ever_emptied_whole_and_says_who_and_when(service: Any, clock: FakeClock) -> None:
    order = make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    entry, changes = table(HistoryEntry), column(HistoryEntry.changes)
    mine = sa.update(entry).where(column(HistoryEntry.subject_id) == order)
    for values in (
        {changes: [{"field": "x", "old": None, "new": 1}]},
        {changes: [], column(HistoryEntry.actor): "Moi"},
    ):
        with pytest.raises(DatabaseError), service.db.write() as session:
            session.execute(mine.values(values))
    with service.db.write() as session:
        session.execute(mine.values({changes: []}))


def test_entries_older_than_seven_years_are_forgotten_and_no_others(service: Any, clock: FakeClock) -> None:
    with service.db.write() as session:
        for at in (clock() - timedelta(days=9 * 366), clock()):
            record(session, "activity", new_id(), "activity.saved", ANYONE, at)
    clock.advance(days=20 * 366)
    forget(service)
    with service.db.read() as session:
        saved = sa.select(column(HistoryEntry.id)).where(column(HistoryEntry.action) == "activity.saved")
        assert len(session.execute(saved).all()) == 1

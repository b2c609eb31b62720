"""Drafts that are published by the clock, once; authors who begin the same at once."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from kit.contracts import OrderMethod
from registration import jobs
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import Held
from registration.catalog.sections.schemas import PlaceText
from tests.fakes.clock import FakeClock
from tests.registration.test_authoring import AUTHOR, COORDINATOR, NOW, begun, cocktail_alone, read

__all__ = ["begun"]


def test_scheduled_draft_is_published_by_the_clock_once(service: Any, begun: uuid.UUID) -> None:
    at = datetime(2027, 2, 1, 14, 0, tzinfo=UTC)
    with service.db.write() as session:
        whole = read(session, begun)
        essentials = whole.essentials.model_copy(update={"place": PlaceText(city="Saguenay")})
        actions.save(session, begun, essentials, "", Held(), AUTHOR)
        actions.save(
            session, begun, whole.terms.model_copy(update={"methods": (OrderMethod.CARD,)}), "", Held(), AUTHOR
        )
        actions.publish(session, begun, at, AUTHOR)
        assert actions.publish_due(session, COORDINATOR, NOW) == 0
    with service.db.write() as session:
        assert actions.publish_due(session, COORDINATOR, at) == 1
        assert actions.publish_due(session, COORDINATOR, at) == 0
    with service.db.read() as session:
        assert session.get_one(Activity, begun).status is ActivityStatus.PUBLISHED


def test_worker_publishes_what_is_due(service: Any, begun: uuid.UUID, clock: FakeClock) -> None:
    """The loop of the worker, by the service's own clock."""
    with service.db.write() as session:
        whole = read(session, begun)
        essentials = whole.essentials.model_copy(update={"place": PlaceText(city="Saguenay")})
        actions.save(session, begun, essentials, "", Held(), AUTHOR)
        actions.save(
            session, begun, whole.terms.model_copy(update={"methods": (OrderMethod.CARD,)}), "", Held(), AUTHOR
        )
        actions.publish(session, begun, clock() + timedelta(hours=1), Author(COORDINATOR, clock()))
    jobs.publish_due(service)
    with service.db.read() as session:
        assert session.get_one(Activity, begun).status is ActivityStatus.DRAFT
    clock.advance(hours=1)
    jobs.publish_due(service)
    with service.db.read() as session:
        assert session.get_one(Activity, begun).status is ActivityStatus.PUBLISHED


def test_two_authors_who_begin_the_same_at_once_both_get_a_draft(service: Any) -> None:
    together = threading.Barrier(4)

    def begin(_number: int) -> uuid.UUID:
        with service.db.write() as session:
            if not service.db.is_sqlite:  # SQLite lets one writer in at a time.
                together.wait()
            return actions.begin(session, cocktail_alone(), AUTHOR)

    with ThreadPoolExecutor(4) as threads:
        begun_ids = list(threads.map(begin, range(4)))
    with service.db.read() as session:
        slugs = {session.get_one(Activity, one).slug_fr for one in begun_ids}
    assert slugs == {"5-a-7-du-printemps", *(f"5-a-7-du-printemps-{n}" for n in (2, 3, 4))}

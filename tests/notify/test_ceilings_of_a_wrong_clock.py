"""Letters that were taken while the clock ran ahead close no ceiling."""

import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import House, opened, settings
from tests.notify.letters import letter
from tests.notify.test_ceilings import CEILINGS, sent_and_refused


@pytest.fixture
def low(make_database: MakeDatabase, clock: FakeClock, mail_server: MailServer) -> Iterator[House]:
    with opened(settings(make_database("notify"), smtp_url=mail_server.url, **CEILINGS), clock) as house:
        yield house


def test_letters_taken_while_the_clock_ran_ahead_close_no_ceiling_for_years(low: House) -> None:
    right = low.clock()
    low.clock.set(right.replace(year=right.year + 5))
    for n in range(6):
        low.tell(letter("attendee_replaced", entity=str(uuid.uuid4()), to=f"early{n}@example.org"))
    low.clock.set(right)
    low.clock.advance(days=2)
    low.tell(letter("attendee_replaced", entity=str(uuid.uuid4()), to="later@example.org"))
    assert sent_and_refused(low) == (7, {})

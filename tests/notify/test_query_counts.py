"""Staff's pages and the API ask as many statements for one message or attempt as for many."""

import uuid
from typing import Any

from notify.channels.rules import Outcome
from notify.delivery.models import Delivery, Resend
from tests.counting import statements
from tests.notify.conftest import House
from tests.notify.letters import letter

MANY = 30
# What is asked for, and the most statements it may ask.
PAGES = {
    "/staff/messages": 5,
    "/staff/messages?status=queued": 5,
    "/staff/messages/{message}": 5,
    "/api/messages": 4,
    "/api/messages?search=rivebelle": 4,
    "/api/messages/{message}": 4,
}


def test_pages_with_more_rows_run_no_more_queries(house: House) -> None:
    message = told(house, 1)
    before = {address: asked_for(house, address, message) for address in PAGES}
    message = told(house, MANY)
    after = {address: asked_for(house, address, message) for address in PAGES}
    assert after == before
    assert {address: after[address] for address, most in PAGES.items() if after[address] > most} == {}


def told(house: House, times: int) -> str:
    """So many messages, the last of which was tried and asked for again as often."""
    house.tell(*(letter("ticket") for _ in range(times)))
    message, now = house.messages()[0]["id"], house.clock()
    with house.here.db.write() as session:
        for n in range(times):
            of_it: dict[str, Any] = {"message_id": uuid.UUID(message), "at": now}
            session.add(Delivery(**of_it, attempt=n + 1, outcome=Outcome.LATER, code=451, detail="Plus tard"))
            session.add(Resend(**of_it, by="Coordonnatrice fictive"))
    return str(message)


def asked_for(house: House, address: str, message: str) -> int:
    """How many statements, while nothing is remembered of the last time."""
    house.clock.advance(seconds=10)
    headers = house.signed_in() | {"Accept": "*/*" if "/api/" in address else "text/html"}
    with statements(house.here.db) as asked:
        answer = house.client.get(address.format(message=message), headers=headers)
    assert answer.status_code == 200, f"{address}: {answer.text}"
    return len(asked)

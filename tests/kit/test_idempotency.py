"""`Idempotency-Key`: the same key and body, the same answer, once; whatever happens in between."""

import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from kit import idempotency
from kit.errors import TooMany
from tests.kit.room import HOME, Room

WISH = {"name": "Tente", "people": 2}
KEY = {"Idempotency-Key": "k-1"}


def ask(room: Room, body: Any = WISH, key: dict[str, str] = KEY, path: str = "/wishes") -> Any:
    return room.client().post(path, json=body, headers=key)


def test_request_sent_again_with_its_key_has_the_same_answer_and_says_so(room: Room) -> None:
    first, again = ask(room), ask(room)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() == {"n": 1, "name": "Tente"}
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert room.done == ["Tente"]


def test_request_without_a_key_or_with_another_is_done_again(room: Room) -> None:
    assert [ask(room, key=key).json()["n"] for key in ({}, {}, KEY, {"Idempotency-Key": "k-2"})] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("body", "path"), [({"name": "Table", "people": 2}, "/wishes"), (WISH, "/other-wishes")], ids=["body", "address"]
)
def test_key_sent_with_another_body_is_refused(room: Room, body: Any, path: str) -> None:
    ask(room)
    refused = ask(room, body, path=path)
    assert (refused.status_code, refused.json()["code"]) == (422, "KeyReused")
    assert room.done == ["Tente"]


def test_key_of_somebody_else_is_another_key(room: Room) -> None:
    """The same word said by a colleague, by the holder of another link or from another address finds nothing."""
    first = ask(room).json()["n"]
    link = ask(room, key=KEY | {"X-Link-Token": "one"}).json()["n"]
    other = ask(room, key=KEY | {"X-Link-Token": "another"}).json()["n"]
    elsewhere = TestClient(room.app, base_url=HOME, client=("192.0.2.7", 50000))
    afar = elsewhere.post("/wishes", json=WISH, headers=KEY).json()["n"]
    assert len({first, link, other, afar}) == 4
    assert [ask(room).json()["n"], ask(room, key=KEY | {"X-Link-Token": "one"}).json()["n"]] == [first, link]


def test_key_that_is_too_long_is_refused(room: Room) -> None:
    assert ask(room, key={"Idempotency-Key": "k" * 256}).status_code == 422
    assert ask(room, key={"Idempotency-Key": "k" * 255}).status_code == 201


@pytest.mark.parametrize(("error", "status"), [(TooMany(), 429), (ZeroDivisionError(), 500)])
def test_request_that_fails_leaves_its_key_free(room: Room, error: Exception, status: int) -> None:
    """The key's row is in the act's own transaction: nothing done, nothing remembered (a crash is no different)."""

    def fail() -> None:
        raise error

    room.act = fail
    assert ask(room).status_code == status
    room.act = lambda: None
    again = ask(room)
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (201, False)
    assert ask(room).json() == again.json()


def test_request_while_the_first_is_at_work_waits_or_is_told_so(room: Room) -> None:
    """PostgreSQL says at once that it is at work; on SQLite writers stand in line, and the second gets the answer."""
    at_work, go_on = threading.Event(), threading.Event()

    def work() -> None:
        at_work.set()
        assert go_on.wait(10)

    room.act = work
    answers: dict[str, Any] = {}

    def first() -> None:
        answers["first"] = ask(room)

    def second() -> None:
        answers["second"] = ask(room)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert at_work.wait(10)
    threads[1].start()
    threads[1].join(0.3 if room.service.db.is_sqlite else 4)
    waiting = threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join()
    assert answers["first"].status_code == 201 and room.done == ["Tente"]
    if room.service.db.is_sqlite:
        assert waiting and answers["second"].headers["Idempotent-Replayed"] == "true"
    else:
        told = answers["second"]
        assert not waiting
        assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (409, "KeyInFlight", "1")
    assert ask(room).headers["Idempotent-Replayed"] == "true"


def test_answer_of_a_key_is_stored_as_long_as_it_may_be_asked_again(room: Room) -> None:
    ask(room)
    with room.service.db.write() as session:
        idempotency.purge(session, room.clock())
    assert ask(room).headers["Idempotent-Replayed"] == "true"
    room.clock.advance(seconds=1)
    with room.service.db.write() as session:
        idempotency.purge(session, room.clock())
    assert "Idempotent-Replayed" not in ask(room).headers

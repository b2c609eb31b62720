"""The loops beside the web server: begun is finished, told is done at once, a failing job ends nothing."""

import logging
import threading
import time
from collections.abc import Callable

import pytest

from kit.errors import Busy
from kit.worker import Loop, Worker, pause

LONG = 60.0


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_loop_goes_on_while_there_is_more_then_waits_to_be_woken() -> None:
    turns: list[int] = []
    wake = threading.Event()

    def job() -> bool:
        turns.append(1)
        return len(turns) < 3

    worker = Worker([Loop("deliver", LONG, job, wake)])
    worker.start()
    until(lambda: len(turns) == 3)
    wake.set()
    until(lambda: len(turns) == 4)
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 5, "a loop that waits is stopped at once"
    assert len(turns) == 4


def test_loop_just_woken_gathers_for_a_moment() -> None:
    turns: list[float] = []
    wake = threading.Event()

    def job() -> bool:
        turns.append(time.monotonic())
        return False

    worker = Worker([Loop("deliver", LONG, job, wake, gather=0.2)])
    worker.start()
    until(lambda: turns)
    wake.set()
    woken = time.monotonic()
    until(lambda: len(turns) == 2)
    assert turns[1] - woken > 0.15
    worker.stop()


def test_worker_stopped_lets_a_turn_end_and_begins_no_other() -> None:
    at_work, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def job() -> bool:
        at_work.set()
        assert go_on.wait(10)
        done.append("whole")
        return True

    worker = Worker([Loop("refunds", 0, job)])
    worker.start()
    assert at_work.wait(10)
    worker.stop(timeout=0)
    go_on.set()
    worker.stop()
    assert done == ["whole"]


def test_job_that_fails_is_logged_and_has_its_next_turn(caplog: pytest.LogCaptureFixture) -> None:
    turns: list[int] = []

    def job() -> bool:
        turns.append(1)
        if len(turns) < 3:
            raise ValueError("Rosalie Deux-Rives")
        return False

    worker = Worker([Loop("holds", 0.01, job), Loop("other", LONG, lambda: False)])
    with caplog.at_level(logging.ERROR):
        worker.start()
        until(lambda: len(turns) > 3)
        worker.stop()
    assert [(record.msg, record.job, record.error) for record in caplog.records[:2]] == [  # type: ignore[attr-defined]
        ("job failed", "holds", "ValueError")
    ] * 2


def test_loops_that_hang_are_waited_for_together() -> None:
    begun, free = threading.Barrier(4), threading.Event()

    def hangs() -> bool:
        begun.wait(10)
        return free.wait(10)

    worker = Worker([Loop(f"hangs {n}", 60.0, hangs) for n in range(3)])
    worker.start()
    begun.wait(10)
    started = time.monotonic()
    worker.stop(timeout=0.3)
    assert 0.3 <= time.monotonic() - started < 0.6
    free.set()


def test_job_that_finds_the_database_away_is_said_once_and_asked_ever_more_rarely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns: list[float] = []

    def job() -> bool:
        turns.append(time.monotonic())
        if len(turns) < 5:
            raise Busy()
        return False

    worker = Worker([Loop("deliver", 0.02, job)])
    worker.start()
    until(lambda: len(turns) >= 5)
    worker.stop()
    assert [record.getMessage() for record in caplog.records] == ["job put off"]
    assert caplog.records[0].levelno == logging.WARNING and not caplog.records[0].exc_info
    assert turns[4] - turns[3] > 0.25, "0.04, 0.08, 0.16, then 0.32 s"


def test_pause_of_a_loop_grows_to_a_limit_and_never_below_its_rhythm() -> None:
    assert [pause(1.0, busy) for busy in (0, 1, 2, 5, 100)] == [1.0, 2.0, 4.0, 10.0, 10.0]
    assert pause(60.0, 3) == 60.0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop is late after a tenth of a second without a turn that went well."""
    monkeypatch.setattr("kit.worker.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("kit.worker.MOST_PAUSE", 0.01)


@pytest.mark.usefixtures("impatient")
def test_loop_that_hangs_or_fails_every_time_is_late() -> None:
    free = threading.Event()

    def fails() -> bool:
        raise ValueError("a bug")

    def is_away() -> bool:
        raise Busy()

    jobs = {"hangs": lambda: free.wait(10), "fails": fails, "is away": is_away, "works": lambda: False}
    worker = Worker([Loop(name, 0.01, job) for name, job in jobs.items()])
    assert worker.late() == {}, "a process that does not work has no loop that could be late"
    worker.start()
    assert set(worker.late().values()) == {0}
    until(lambda: sum(worker.late().values()) == 2)
    assert worker.late() == {"hangs": 1, "fails": 1, "is away": 0, "works": 0}
    free.set()
    worker.stop()

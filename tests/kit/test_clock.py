"""What is remembered for a few seconds, and for as long as it cannot be read again."""

from datetime import timedelta

import pytest

from kit.clock import Remembered
from kit.errors import Busy
from tests.fakes.clock import FakeClock


class Read:
    """Something that can be read, or cannot for now."""

    def __init__(self) -> None:
        self.times, self.away = 0, False

    def __call__(self) -> int:
        if self.away:
            raise Busy()
        self.times += 1
        return self.times


def test_answer_is_read_again_once_its_seconds_are_over() -> None:
    read, clock = Read(), FakeClock()
    remembered = Remembered(read, clock, 5)
    assert remembered() == remembered() == 1
    clock.advance(seconds=5)
    assert remembered() == 2
    clock.now -= timedelta(hours=1)
    assert remembered() == 3, "a clock that was set back keeps nothing for an hour"


def test_answer_stays_while_it_cannot_be_read_and_is_asked_for_once_in_its_seconds() -> None:
    read, clock = Read(), FakeClock()
    remembered = Remembered(read, clock, 5)
    remembered()
    read.away = True
    clock.advance(seconds=60)
    assert remembered() == 1
    read.away = False
    assert remembered() == 1, "asked again when its seconds are over"
    clock.advance(seconds=5)
    assert remembered() == 2


def test_answer_that_was_never_read_is_busy_until_it_is() -> None:
    read = Read()
    read.away = True
    remembered = Remembered(read, FakeClock(), 5)
    with pytest.raises(Busy):
        remembered()
    read.away = False
    assert remembered() == 1

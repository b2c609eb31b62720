"""What a number of cents, a count, a moment and a day may be in a body."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kit.contracts import Cents, Count, Day, Instant, SendMessage
from kit.web.brand import tones


@pytest.mark.parametrize("kind", [Cents, Count])
@pytest.mark.parametrize("value", ["1", True, 1.0, None])
def test_integer_written_otherwise_is_no_number_of_cents_or_of_people(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
    assert TypeAdapter(kind).validate_python(-7473) == -7473


@pytest.mark.parametrize("kind", [Instant, Day])
@pytest.mark.parametrize("value", [1234567, 1.5, True, "1234567", " 20270610 ", "-12.5", "+3"])
def test_time_written_as_a_number_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError, match="ISO 8601"):
        TypeAdapter(kind).validate_python(value)


def test_times_are_read_as_they_are_written() -> None:
    moment = datetime(2027, 6, 10, 15, tzinfo=UTC)
    assert TypeAdapter(Instant).validate_python("2027-06-10T15:00:00Z") == moment
    assert TypeAdapter(Instant).validate_python(moment) == moment
    assert TypeAdapter(Day).validate_python("2027-06-10") == date(2027, 6, 10)


def test_message_that_is_no_object_is_refused() -> None:
    with pytest.raises(ValidationError):
        SendMessage.model_validate("a letter")


@pytest.mark.parametrize("accent", ["blue", "#12345", "#1f5f8b; x"])
def test_accent_written_otherwise_is_refused(accent: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        tones(accent)

"""Times as an author writes them: on the wall clock of the activity's zone, to the minute."""

from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from kit.contracts import Day
from kit.contracts.base import YEARS

# The years an author may write: a day at the edge of what calendars hold may be another year's elsewhere.
WRITTEN_YEARS = YEARS[1:-1]


def _on_the_wall(value: datetime) -> datetime:
    """A wall clock has no zone, and shows minutes."""
    if value.tzinfo is not None or value.year not in WRITTEN_YEARS:
        raise PydanticCustomError("not_a_time", "a time of the activity's wall clock, without a zone")
    return value.replace(second=0, microsecond=0)


def _hour(value: time) -> time:
    """The same of an hour alone."""
    if value.tzinfo is not None:
        raise PydanticCustomError("not_a_time", "an hour of the activity's wall clock, without a zone")
    return value.replace(second=0, microsecond=0)


def _in_reach(value: date) -> date:
    if value.year not in WRITTEN_YEARS:
        raise PydanticCustomError("not_a_time", "a day that an activity may have")
    return value


Wall = Annotated[datetime, AfterValidator(_on_the_wall)]
Hour = Annotated[time, AfterValidator(_hour)]
WrittenDay = Annotated[Day, AfterValidator(_in_reach)]

"""The base of every contract, and the types that say what a number or a time may be."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# The years that a day or a moment may have: beyond, calendars end and sums of days overflow.
YEARS = range(1900, 2200)
T = TypeVar("T", bound=date)
DIGITS = re.compile(r"\s*[-+]?[\d.]+\s*")


def _no_number(value: Any) -> Any:
    """Pydantic would read a number, or a text of digits, as so many seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and DIGITS.fullmatch(value)):
        raise PydanticCustomError("not_a_time", "a time is written in ISO 8601")
    return value


def _conceivable(value: T) -> T:
    """A moment is kept in UTC, where the last evening of a year is the next year's: it could not be said again."""
    utc = value.astimezone(UTC) if isinstance(value, datetime) and value.year in YEARS else value
    if utc.year not in YEARS:
        raise PydanticCustomError("not_a_time", "a time is between 1900 and 2199")
    return value


# In a JSON body "1", 1.0 and true are no numbers of cents or of people. A query holds only texts: it uses `int`.
Cents = Annotated[int, Field(strict=True)]
Count = Annotated[int, Field(strict=True)]
# A moment, with its zone (UTC where it is ours to say), and a day; in ISO 8601.
Instant = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_conceivable)]
Day = Annotated[date, BeforeValidator(_no_number), AfterValidator(_conceivable)]


class Contract(BaseModel):
    """A shape two services agree on. Unknown fields are ignored, so that a newer sender can talk to us."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Contract):
    """Something a service tells another through its outbox. `senders` names who may say it: a mailbox refuses it
    from anybody else."""

    senders: ClassVar[tuple[str, ...]] = ()


class Bilingual(Contract):
    """A text in French and, where it exists, in English."""

    fr: str = Field(description="The text in French.", examples=["Tournoi de golf"])
    en: str = Field(default="", description="The text in English; empty: French only.", examples=["Golf tournament"])

    def in_(self, lang: str) -> str:
        """The text in a language; French where English is missing."""
        return (self.en or self.fr) if lang == "en" else self.fr

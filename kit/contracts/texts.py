"""Texts as people type and paste them: what can be seen of one, and the numbers and days it says."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from kit.contracts.base import YEARS

# What a code is drawn from: read aloud and typed without confusion (Crockford's digits).
READ_ALOUD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Characters a line of a form may have (a name, a company), and an answer.
LINE, ANSWER = 200, 1000
# Letters and marks that show nothing, beside the blanks and the format characters that Unicode calls so.
HOLLOW = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
# How letters are compared that have no accent to take off; a soft hyphen and marks of no width are no part of a word.
PLAIN = str.maketrans(
    dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
    | {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h", "œ": "oe", "æ": "ae"}
)
# What must not come in from anywhere: controls that no text has (one database refuses a NUL, the other keeps it), and
# those that turn the direction of whatever is printed after them.
NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NUMBER = re.compile(r"[-+\u2212]?(?:[0-9]{1,30}|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,9})(?:[.,][0-9]{1,30})?")
# What stands between two letters of one word.
PARTING = re.compile(r"(?<=\w)['’‘ʼ\u2010\u2011-](?=\w)")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Letters of the scripts that run from right to left, and the marks that turn a text.
TURNING = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolated(text: str) -> str:
    """A text that may run from right to left, marked so that it turns nothing of the sentence it stands in."""
    return f"\u2068{NEVER.sub('', text)}\u2069" if TURNING.search(text) else text


def is_unseen(character: str) -> bool:
    """Whether a character shows nothing: a blank, a control or format character, or a hollow letter."""
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cf") or kind.startswith("Z") or character in HOLLOW or "\ufe00" <= character <= "\ufe0f"


def seen(text: str) -> str:
    """A text without what shows nothing at its ends, and without controls; empty when nothing of it can be seen.

    Inside, a joiner may hold an emoji or an Arabic word together, so it stays. Raises UnicodeEncodeError, a ValueError,
    on half a character, which JSON can say and nothing can keep.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text.encode()
    text = NEVER.sub("", text)
    first, last = 0, len(text)
    while first < last and is_unseen(text[first]):
        first += 1
    # What follows a letter may belong to it: the variation of an emoji does.
    while last > first and is_unseen(text[last - 1]) and not "\ufe00" <= text[last - 1] <= "\ufe0f":
        last -= 1
    return text[first:last]


def _seen(value: Any) -> Any:
    return seen(value) if isinstance(value, str) else value


def seen_answers(value: Any) -> Any:
    """Answers without what shows nothing at their ends; what is no table of answers is left for the type to refuse."""
    return {key: _seen(answer) for key, answer in value.items()} if isinstance(value, dict) else value


SEEN = BeforeValidator(_seen)
# One line of a form. How long it may be is checked with the rest, so that every face can name the field and the limit.
Line = Annotated[str, Field(json_schema_extra={"maxLength": LINE}), SEEN]


def line_problems(shape: BaseModel) -> dict[str, str]:
    """The fields of a shape that are longer than a line may be, with the key of the sentence that states the limit."""
    return {name: "problem.line_too_long" for name in _lines(type(shape)) if len(getattr(shape, name)) > LINE}


@cache
def _lines(shape: type[BaseModel]) -> tuple[str, ...]:
    return tuple(name for name, field in shape.model_fields.items() if SEEN in field.metadata)


def glued(text: str) -> str:
    """The words of a text that an apostrophe or a hyphen parts, without it: people look for O’Brien as `obrien`."""
    return " ".join(PARTING.sub("", word) for word in text.split() if PARTING.search(word))


def number(text: str) -> Decimal | None:
    """A number as people write it here, `1 304,5` or `1304.5`; None for anything that a program alone would read."""
    if not NUMBER.fullmatch(text):
        return None
    return Decimal(re.sub("[ \u00a0\u202f]", "", text).replace(",", ".").replace("\u2212", "-"))


def day(text: str) -> date | None:
    """A day as a form sends it, `2027-06-10`; None for every other way of writing one, and beyond YEARS."""
    try:
        said = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None
    return said if said and said.year in YEARS else None

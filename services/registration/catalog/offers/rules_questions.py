"""Questions asked with a registration, as pure frozen things: what kind of answer, of whom, under which condition."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from kit.contracts import Bilingual

# What was told in confidence is erased so many days after the activity, unless its question says otherwise.
SENSITIVE_DAYS = 30


class QuestionType(StrEnum):
    """What an answer may be: words, one option, several options, yes or no, a number, a day."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"


class Per(StrEnum):
    """Of whom a question is asked: of each attendee, or once for the registration."""

    ATTENDEE = "attendee"
    REGISTRATION = "registration"


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen; `id` is what is stored."""

    id: str
    label: Bilingual

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Self:
        return cls(data["id"], Bilingual(fr=data["fr"], en=data.get("en", "")))

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "fr": self.label.fr, "en": self.label.en}


@dataclass(frozen=True)
class ShowIf:
    """Under which condition a question is shown: one of these products was taken, and another question was answered
    by one of these options. What is empty asks for nothing."""

    products: tuple[str, ...] = ()
    question: str = ""
    answers: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From `{}`, `{"products": [keys]}` or `{"question": key, "is": [option ids]}`, or both together."""
        products, answers = data.get("products", ()), data.get("is", ())
        return cls(tuple(products), data.get("question", ""), tuple(answers))

    def as_json(self) -> dict[str, Any]:
        """What says nothing is left out."""
        products = {"products": list(self.products)} if self.products else {}
        return products | ({"question": self.question, "is": list(self.answers)} if self.question else {})


@dataclass(frozen=True)
class QuestionOffer:
    """One question of an activity. A sensitive answer is shown only to those who need it.

    `purge_days` is how many days after the activity its answers are erased. An earlier version, which is asked no
    more, is `replaced_by` the key of the question that is asked now.
    """

    id: uuid.UUID
    key: str
    per: Per
    type: QuestionType
    required: bool
    label: Bilingual
    options: tuple[Option, ...] = ()
    max_choices: int | None = None
    show_if: ShowIf = ShowIf()
    sensitive: bool = False
    purge_days: int | None = None
    version: int = 1
    replaced_by: str = ""

    @property
    def confidential(self) -> bool:
        """Whether its answers are for those who need them only: sensitive, or erased on a day of their own."""
        return self.sensitive or self.kept_days is not None

    @property
    def kept_days(self) -> int | None:
        """After how many days its answers are erased, sealed until then; None: with the ordinary ones."""
        return SENSITIVE_DAYS if self.sensitive and self.purge_days is None else self.purge_days

    @property
    def takes_several(self) -> bool:
        return self.type is QuestionType.CHOICES

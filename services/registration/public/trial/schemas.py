"""What a trial answers. Amounts are cents."""

from pydantic import BaseModel, Field

from kit.contracts import Cents
from kit.contracts.shown import LetterShown
from registration.trial.flows import Tried


class TrialOut(BaseModel):
    """What a signup would have led to; nothing of it was kept."""

    total: Cents = Field(description="Total with taxes, in cents.", examples=[7473])
    places: list[str] = Field(description="What stands on each ticket in place of a code.", examples=[["ESSAI-1"]])
    letters: list[LetterShown] | None = Field(description="The letters; null: they could not be read in time.")

    @classmethod
    def of(cls, tried: Tried) -> "TrialOut":
        letters = None if tried.letters is None else list(tried.letters)
        whole = tried.whole
        return cls(total=whole.registration.total, places=[one.code for one in whole.attendees], letters=letters)

"""A sponsor level as its author writes it: in the editor, by the API, in a copy."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kit.contracts import Bilingual, Count
from kit.contracts.texts import Line
from registration.catalog.levels.rules import Level, Promise, Spot


def _some(value: dict[str, int]) -> dict[str, int]:
    return {key: units for key, units in value.items() if units}


class _Part(BaseModel):
    """Part of a level."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelText(_Part):
    """What something is called, in French and, where it exists, in English."""

    fr: Line = Field(default="", description="In French.", examples=["Trou 7"])
    en: Line = Field(default="", description="In English; empty: shown in French.", examples=["Hole 7"])

    @property
    def said(self) -> Bilingual:
        return Bilingual(fr=self.fr, en=self.en)

    @classmethod
    def of(cls, text: Bilingual) -> "LabelText":
        return cls(fr=text.fr, en=text.en)


class SpotText(_Part):
    """A spot that one sponsor has: a hole, say."""

    key: str = Field(default="", description="Key for good; empty: a new spot.", examples=["spon-trou:7"])
    label: LabelText = Field(description="What it is called.")


class PromiseText(_Part):
    """A benefit that each sponsor of the level is owed."""

    label: LabelText = Field(description="What is owed.")
    weeks_before: Count | None = Field(
        default=None, ge=0, le=104, description="Weeks before the activity by which it is owed; null: by its day."
    )


class LevelText(_Part):
    """What a sponsorship brings beside its price."""

    includes: Annotated[dict[str, Count], AfterValidator(_some)] = Field(
        default={}, description="Units of other products that come with it.", examples=[{"golf-quat": 1}]
    )
    benefits: tuple[PromiseText, ...] = Field(default=(), max_length=40, description="What it promises, in order.")
    spots: tuple[SpotText, ...] = Field(
        default=(), max_length=100, description="Spots it is sold by, each once; none: it is sold without."
    )

    @classmethod
    def of(cls, level: Level) -> "LevelText | None":
        """None for a product that is no sponsorship."""
        if not level.is_level:
            return None
        return cls(
            includes=dict(level.includes),
            benefits=tuple(
                PromiseText(label=LabelText.of(one.label), weeks_before=one.weeks_before) for one in level.benefits
            ),
            spots=tuple(SpotText(key=one.key, label=LabelText.of(one.label)) for one in level.spots),
        )

    def level(self, spots: tuple[Spot, ...]) -> Level:
        """The level it says, with its spots as they are counted."""
        benefits = tuple(Promise(one.label.said, one.weeks_before) for one in self.benefits)
        return Level(True, dict(self.includes), benefits, spots)

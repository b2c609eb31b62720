"""What the API takes and gives of an activity as its author writes it; the pages use the same."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from kit.contracts import Day, Instant
from kit.contracts.texts import Line
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    Key,
    Prices,
    Questions,
    Resources,
    SectionName,
    Terms,
    Text,
    Title,
    Welcome,
)
from registration.catalog.sections.schemas_times import Wall

OpenedOn = Annotated[str, Query(max_length=40, description="Mark of the text that was read; empty: take what stands.")]


class NewActivity(BaseModel):
    """A draft to begin: from a `preset`, from a `template` of the house, as a copy of another activity (`copy_of`), or
    from nothing but its `kind`.

    `title`, `day` and `place` are what a preset leaves to say; what a section says beside goes in that section.
    """

    preset: Key = Field(default="", description="Name of a preset; empty: none.", examples=["cocktail"])
    template: uuid.UUID | None = Field(default=None, description="Template of the house; null: none.")
    copy_of: uuid.UUID | None = Field(default=None, description="Activity to copy; null: none.")
    kind: Key = Field(default="", description="Kind, when it is from neither.", examples=["cocktail_5a7"])
    key: Key = Field(default="", description="Key for good; empty: made from the title.", examples=["golf-2028"])
    title_fr: Line = Field(default="", description="Title in French.", examples=["5 à 7 du printemps"])
    title_en: Line = Field(default="", description="Title in English; empty: none yet.", examples=["Spring mixer"])
    day: Day | None = Field(default=None, description="Its day; of a copy, empty: the same weekday a year later.")
    place: Line = Field(default="", description="Name of the place.", examples=["Salle des Deux-Rives"])


class SeriesIn(BaseModel):
    """A series: editions or cohorts of the same activity."""

    key: Key = Field(description="Key for good.", examples=["efficacite2-2027"])
    title: Title = Field(description="Title.")
    slug: Title = Field(description="Last part of the address of its page.")
    summary: Text = Field(default=Text(), description="What it is.")


class SeriesOut(SeriesIn):
    """A series as it is."""

    id: uuid.UUID = Field(description="Id of the series.")


class GapView(BaseModel):
    """Something that is missing. What is not `needed` keeps nobody from publishing."""

    section: SectionName = Field(description="The section it is missing in.")
    what: str = Field(description="What is missing.", examples=["french_text"])
    needed: bool = Field(description="Publishing needs it.", examples=[True])


class WarningView(BaseModel):
    """Something about dates that is worth a look."""

    what: str = Field(description="What it is.", examples=["holiday"])
    day: Day | None = Field(description="The day it is about.", examples=["2028-06-24"])
    name: str = Field(description="The holiday, or the title of the other activity.", examples=["national"])


class DraftView(BaseModel):
    """An activity section by section. `marks` say what text was read: a section sent with its mark is refused when
    somebody saved another text since."""

    id: uuid.UUID = Field(description="Id of the activity.")
    key: str = Field(description="Its key.", examples=["golf-2028"])
    kind: str = Field(description="What kind of activity it is.", examples=["golf_tournament"])
    timezone: str = Field(description="The zone of its wall clock.", examples=["America/Toronto"])
    status: str = Field(description="`draft`, `published`, `postponed` or `cancelled`.", examples=["draft"])
    publish_at: Instant | None = Field(description="When the clock publishes it (UTC); null: not scheduled.")
    essentials: Essentials = Field(description="What it is, and where it happens.")
    dates: Dates = Field(description="When it happens and when one may sign up.")
    prices: Prices = Field(description="What is for sale.")
    resources: Resources = Field(description="What there is so much of.")
    questions: Questions = Field(description="What is asked.")
    terms: Terms = Field(description="How it is paid, and what is returned.")
    welcome: Welcome = Field(description="At which points people are checked in.")
    marks: dict[SectionName, str] = Field(description="The mark of each section.", examples=[{"dates": "5f1e"}])
    gaps: list[GapView] = Field(description="What is missing.")
    warnings: list[WarningView] = Field(description="What is worth a look.")


class PublishRequest(BaseModel):
    """When it is shown: now, or at a time of its wall clock."""

    at: Wall | None = Field(default=None, description="When; null: now.", examples=["2027-03-15T09:00"])


class Publication(BaseModel):
    """What became of it."""

    status: str = Field(
        description="`published`, `draft` (until its time has come, or again), or `deleted`.", examples=["published"]
    )
    publish_at: datetime | None = Field(description="When the clock publishes it (UTC); null: it is.")


class NewDraft(BaseModel):
    """A new draft."""

    id: uuid.UUID = Field(description="Id of the activity.")
    key: str = Field(description="Its key.", examples=["golf-2028"])


class TemplateIn(BaseModel):
    """The name of a template to be."""

    name: Line = Field(description="What staff know it by.", examples=["5 à 7 du jeudi"])


class TemplateOut(BaseModel):
    """A template of the house."""

    id: uuid.UUID = Field(description="Id of the template.")
    name: str = Field(description="What staff know it by.", examples=["5 à 7 du jeudi"])
    kind: str = Field(description="What is begun from it.", examples=["cocktail_5a7"])


class TemplateReference(BaseModel):
    """The template that was kept, or is kept no longer."""

    id: uuid.UUID = Field(description="Id of the template.")

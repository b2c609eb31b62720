"""The cover of an activity as programs set and read it."""

import uuid

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Count
from registration.catalog.covers.rules import CoverPicture


class CoverIn(BaseModel):
    """A picture, taken before by `POST /api/files?purpose=cover`; without a file, the cover is drawn again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_id: uuid.UUID | None = Field(description="Id of the file; null: the drawn cover.")
    alt_fr: str = Field(
        default="", description="What the picture shows, in French.", examples=["Des golfeuses au premier départ"]
    )
    alt_en: str = Field(default="", description="The same in English; empty: as in French.", examples=[""])


class CoverView(BaseModel):
    """The cover as it is now. `version` is the activity's, raised by the change."""

    file_id: uuid.UUID | None = Field(description="Id of the file; null: it is drawn.")
    url: str = Field(description="Address of the picture; empty: it is drawn.", examples=[""])
    alt_fr: str = Field(description="What the picture shows, in French.", examples=[""])
    alt_en: str = Field(description="The same in English.", examples=[""])
    version: Count = Field(description="Version of the activity.", examples=[2])

    @classmethod
    def of(cls, cover: CoverPicture | None, version: int, home: str) -> "CoverView":
        if cover is None:
            return cls(file_id=None, url="", alt_fr="", alt_en="", version=version)
        return cls(
            file_id=cover.file_id,
            url=home + cover.whole,
            alt_fr=cover.alt.fr,
            alt_en=cover.alt.en,
            version=version,
        )

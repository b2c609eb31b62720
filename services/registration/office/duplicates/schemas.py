"""Duplicates and merges as the API takes and answers them."""

import uuid
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Instant
from registration.members.duplicates.queries import CompanyPair, MergerRow, PersonPair
from registration.members.duplicates.rules import MatchKind, Subject
from registration.members.duplicates.rules_fields import CompanyField


class Named(BaseModel):
    """A company, or a person, by name."""

    id: uuid.UUID = Field(description="Its id.")
    name: str = Field(description="Its name.", examples=["Soudure Cap-aux-Loups inc."])


class PairOut(BaseModel):
    """Two that may be one."""

    subject: Subject = Field(description="`company` or `person`.", examples=["company"])
    one: Named = Field(description="One of the two.")
    other: Named = Field(description="The other.")
    why: list[MatchKind] = Field(
        description="What two companies have alike; empty for people, who have one address.",
        examples=[["near", "domain"]],
    )


class PairList(BaseModel):
    """Pairs that may be one, fifty of each kind at most, those with most alike first."""

    pairs: list[PairOut] = Field(description="The pairs.")

    @classmethod
    def of(cls, companies: Sequence[CompanyPair], people: Sequence[PersonPair]) -> "PairList":
        pairs = [
            PairOut(
                subject=Subject.COMPANY,
                one=Named(id=one.low.id, name=one.low.name),
                other=Named(id=one.high.id, name=one.high.name),
                why=list(one.why),
            )
            for one in companies
        ]
        pairs += [
            PairOut(
                subject=Subject.PERSON,
                one=Named(id=one.low.person.id, name=f"{one.low.person.first_name} {one.low.person.last_name}"),
                other=Named(id=one.high.person.id, name=f"{one.high.person.first_name} {one.high.person.last_name}"),
                why=[],
            )
            for one in people
        ]
        return cls(pairs=pairs)


class NotSameIn(BaseModel):
    """Two that are not the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject = Field(description="`company` or `person`.", examples=["company"])
    one: uuid.UUID = Field(description="One of the two.")
    other: uuid.UUID = Field(description="The other.")


class NotSameOut(BaseModel):
    """It is remembered."""

    subject: Subject = Field(description="`company` or `person`.", examples=["company"])
    one: uuid.UUID = Field(description="One of the two.")
    other: uuid.UUID = Field(description="The other.")


class MergeIn(BaseModel):
    """What goes into what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject = Field(description="`company` or `person`.", examples=["company"])
    gone: uuid.UUID = Field(description="Id of the one that goes.")
    kept: uuid.UUID = Field(description="Id of the one that stays.")
    take: list[CompanyField] = Field(
        default=[],
        description="Fields of which the one that goes has the better ones; of a person, only `name`.",
        examples=[["phone"]],
    )


class MergerOut(BaseModel):
    """A merge."""

    id: uuid.UUID = Field(description="Id of the merge.")
    subject: Subject = Field(description="`company` or `person`.", examples=["company"])
    gone: Named = Field(description="What went.")
    kept: Named = Field(description="What stayed.")
    by: str = Field(description="Who merged them.", examples=["Maya"])
    created_at: Instant = Field(description="When (UTC).")
    until: Instant = Field(description="Until when it can be undone (UTC).")
    undone_at: Instant | None = Field(description="When it was undone (UTC); null: it was not.")

    @classmethod
    def of(cls, row: MergerRow) -> "MergerOut":
        merger = row.merger
        return cls(
            id=merger.id,
            subject=merger.subject,
            gone=Named(id=merger.gone_id, name=row.gone),
            kept=Named(id=merger.kept_id, name=row.kept),
            by=merger.by,
            created_at=merger.created_at,
            until=row.until,
            undone_at=merger.undone_at,
        )


class MergerList(BaseModel):
    """Merges that can still be undone, the newest first."""

    mergers: list[MergerOut] = Field(description="The merges.")

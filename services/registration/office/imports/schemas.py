"""Imports of member lists as the API takes and answers them."""

import uuid

from pydantic import BaseModel, ConfigDict, Field

from kit.contracts import Count, Instant
from registration.members.duplicates.rules import MatchKind
from registration.members.imports.actions import RowDecision
from registration.members.imports.models import MemberImport
from registration.members.imports.queries import ImportView, RowPage
from registration.members.imports.rules import Decision, ImportRowView, ImportState, Left, RowState
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import RowKind


class ImportOut(BaseModel):
    """One import and how far it is. `places` says in which of the list's columns, counted from 0, each of ours is."""

    id: uuid.UUID = Field(description="Id of the import.")
    state: ImportState = Field(description="How far it is.", examples=["previewed"])
    origin: str = Field(description="Which list it is; companies that it makes keep it.", examples=["A"])
    headings: list[str] = Field(description="The list's own headings.", examples=[["Raison sociale", "NEQ"]])
    places: dict[str, int] = Field(description="Our column to its place.", examples=[{"name": 0, "neq": 1}])
    kinds: dict[RowKind, int] = Field(description="How many rows are of each kind.", examples=[{"new": 20}])
    rows: Count = Field(description="How many rows it has.", examples=[24])
    worked: Count = Field(description="How many of them are written, or taken back.", examples=[0])
    undecided: Count = Field(description="Doubtful rows that nobody decided.", examples=[1])
    may_undo: bool = Field(description="Whether it can be undone now.", examples=[False])
    by: str = Field(description="Who brought it in.", examples=["Maya"])
    created_at: Instant = Field(description="When it was read (UTC).")
    done_at: Instant | None = Field(description="When its last row was written (UTC); null until then.")

    @classmethod
    def of(cls, view: ImportView) -> "ImportOut":
        it = view.it
        return cls(
            id=it.id,
            state=it.state,
            origin=it.origin,
            headings=it.headings,
            places=it.places,
            kinds=dict(view.kinds),
            rows=view.rows,
            worked=view.worked,
            undecided=view.undecided,
            may_undo=view.may_undo,
            by=it.by,
            created_at=it.created_at,
            done_at=it.done_at,
        )


class ImportLine(BaseModel):
    """An import of the list of imports."""

    id: uuid.UUID = Field(description="Id of the import.")
    state: ImportState = Field(description="How far it is.", examples=["done"])
    origin: str = Field(description="Which list it is.", examples=["A"])
    by: str = Field(description="Who brought it in.", examples=["Maya"])
    created_at: Instant = Field(description="When it was read (UTC).")

    @classmethod
    def of(cls, it: MemberImport) -> "ImportLine":
        return cls(id=it.id, state=it.state, origin=it.origin, by=it.by, created_at=it.created_at)


class ImportList(BaseModel):
    """The last imports, the newest first."""

    imports: list[ImportLine] = Field(description="The imports.")


class ColumnsIn(BaseModel):
    """Where each of our columns is in the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    places: dict[ImportColumn, int] = Field(
        description="Our column to its place in the list, counted from 0; one that is not named is not read.",
        examples=[{"name": 0, "neq": 1}],
    )


class DifferenceOut(BaseModel):
    """One thing that a row says otherwise than what is known."""

    field: str = Field(description="A field of the company, `person` or `period`.", examples=["phone"])
    ours: str = Field(description="What is known; empty: nothing.", examples=["418-555-0107"])
    theirs: str = Field(description="What the list says.", examples=["418-555-0907"])
    taken: bool = Field(description="Whether it will be taken.", examples=[False])


class ImportRowOut(BaseModel):
    """One row of the list, as it was judged."""

    number: Count = Field(description="Its number in the file.", examples=[12])
    kind: RowKind = Field(description="What it is to what is known.", examples=["different"])
    texts: dict[ImportColumn, str] = Field(description="What it says, put in order.", examples=[{"name": "Toit Roy"}])
    problems: dict[ImportColumn, str] = Field(
        description="Columns that cannot be taken, with the key of the sentence that says why.",
        examples=[{"neq": "problem.company_neq"}],
    )
    company_id: uuid.UUID | None = Field(description="The known company that it is taken for; null: none.")
    twin: int | None = Field(description="Number of an earlier row of the same company; null: none.", examples=[None])
    why: list[MatchKind] = Field(description="What makes it that company.", examples=[["near", "domain"]])
    differences: list[DifferenceOut] = Field(description="What it says otherwise.")
    decision: Decision = Field(description="What was decided of a doubtful row.", examples=["open"])
    state: RowState = Field(description="Whether it was written.", examples=["waiting"])
    left: Left | None = Field(description="Why it was left out, or not taken back; null: it was not.", examples=[None])
    result_id: uuid.UUID | None = Field(description="The company that it became; null until it is written.")

    @classmethod
    def of(cls, row: ImportRowView) -> "ImportRowOut":
        return cls(
            number=row.number,
            kind=row.kind,
            texts=dict(row.texts),
            problems=dict(row.problems),
            company_id=row.match_id,
            twin=row.twin,
            why=list(row.why),
            differences=[
                DifferenceOut(field=one.field, ours=one.ours, theirs=one.theirs, taken=one.field in row.takes)
                for one in row.differences
            ],
            decision=row.decision,
            state=row.state,
            left=row.left,
            result_id=row.result_id,
        )


class ImportRows(BaseModel):
    """Some rows, by their numbers."""

    rows: list[ImportRowOut] = Field(description="The rows.")
    next: int | None = Field(description="Ask for the rows after this number; null: there are none.", examples=[57])

    @classmethod
    def of(cls, page: RowPage) -> "ImportRows":
        return cls(rows=[ImportRowOut.of(row) for row in page.rows], next=page.next)


class RowDecisionIn(BaseModel):
    """What is decided of one row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Count = Field(description="Its number in the file.", examples=[17])
    decision: Decision | None = Field(default=None, description="Of a doubtful row; null: as it was.")
    takes: list[str] | None = Field(
        default=None, description="The differences that are taken; null: as it was.", examples=[["phone"]]
    )
    corrections: dict[ImportColumn, str] = Field(
        default={}, description="Cells put right: the whole list is judged anew.", examples=[{"employees": "12"}]
    )

    @property
    def decided(self) -> RowDecision:
        takes = None if self.takes is None else frozenset(self.takes)
        return RowDecision(self.number, self.decision, takes, self.corrections)


class DecisionsIn(BaseModel):
    """What is decided of some rows; `take_all` decides of every row that says otherwise, before those."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    take_all: bool | None = Field(
        default=None, description="true: take all that lists say otherwise; false: keep ours; null: row by row."
    )
    rows: list[RowDecisionIn] = Field(default=[], description="The rows.", max_length=5000)

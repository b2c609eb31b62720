"""The import of a member list: how far it is, what becomes of each of its rows, and why it is refused."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kit.errors import Refusal
from registration.members.duplicates.rules import MatchKind
from registration.members.lists.rules_columns import ImportColumn
from registration.members.lists.rules_judging import Difference, RowKind

# The most rows of a list, and columns of a row.
MOST_ROWS, MOST_COLUMNS = 5000, 60
# How many rows are written in one transaction: signups go on between two.
AT_ONCE = 200
UNDONE_WITHIN = timedelta(hours=24)
# A list that nobody wrote is forgotten soon; of one that was, what it says of people is.
UNWRITTEN, KEPT = timedelta(days=7), timedelta(days=30)


class ImportState(StrEnum):
    """How far an import is: its columns are to be said, its rows to be looked at; then it is written, or undone."""

    READ = "read"
    PREVIEWED = "previewed"
    WRITING = "writing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


AT_WORK = (ImportState.WRITING, ImportState.UNDOING)
OPEN = (ImportState.READ, ImportState.PREVIEWED)


class RowState(StrEnum):
    """A row waits, was written, was left out (with a reason), or was taken back."""

    WAITING = "waiting"
    WRITTEN = "written"
    LEFT = "left"
    UNDONE = "undone"


class Decision(StrEnum):
    """What somebody says of a row that may be a company known already."""

    OPEN = "open"
    SAME = "same"
    ANOTHER = "another"


class Left(StrEnum):
    """Why a row was left out, or was not taken back."""

    REFUSED = "refused"
    KNOWN = "known"
    GONE = "gone"
    FIRST_LEFT = "first_left"
    USED = "used"


class UnreadableList(Refusal):
    """The file is no spreadsheet that can be read, or has no row below its headings."""

    status = 422


class MemberListTooLarge(Refusal):
    """A file has at most five megabytes."""

    status = 413


class ListTooLong(Refusal):
    """A list has at most five thousand rows."""

    status = 422


class ImportNotOpen(Refusal):
    """The import is being written, or was: nothing of it can be said otherwise."""


class RowsUndecided(Refusal):
    """Some rows wait for somebody to say whether they are a company known already."""


class NothingToWrite(Refusal):
    """The list says nothing that is not known."""


class ImportNotUndone(Refusal):
    """An import is undone once it is written, within a day, once."""


class ImportUsed(Refusal):
    """What the import made is in use: it stays."""


@dataclass(frozen=True)
class ImportRowView:
    """One row of a list as it was judged. `texts` is what it says, put in order; `problems` names what of it cannot be
    taken and the key of the sentence that says why; `twin` is the number of an earlier row of the same company."""

    id: uuid.UUID
    number: int
    texts: Mapping[ImportColumn, str]
    problems: Mapping[ImportColumn, str]
    kind: RowKind
    match_id: uuid.UUID | None
    twin: int | None
    why: tuple[MatchKind, ...]
    differences: tuple[Difference, ...]
    takes: frozenset[str]
    decision: Decision
    state: RowState
    left: Left | None
    result_id: uuid.UUID | None

    @property
    def is_another(self) -> bool:
        """Whether it makes a company of its own."""
        return self.kind is RowKind.NEW or (self.kind is RowKind.DOUBTFUL and self.decision is Decision.ANOTHER)

    @property
    def name(self) -> str:
        return self.texts.get(ImportColumn.NAME, "")

"""A company's list as it is being prepared, and what its rows come to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts.addresses import Reach
from kit.sql import column, table
from registration.plans.lists.models import PlanList, PlanListRow
from registration.plans.lists.rules import Covered, Judgement, judge
from registration.plans.lists.rules_columns import Entry
from registration.plans.queries import coverages_of, free_places, listed_of
from registration.plans.rules import CoverageRow, CoverageState, Whose


@dataclass(frozen=True)
class Draft:
    """The list that a company prepares; `person_id` is who spoke of it last."""

    id: uuid.UUID
    person_id: uuid.UUID
    from_file: bool
    sealed: int
    fields: tuple[str, ...]
    ignored: tuple[str, ...]
    version: int
    said_at: datetime
    entries: tuple[Entry, ...]

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.sealed


@dataclass(frozen=True)
class Prepared:
    """Everything that a company's list comes to now. `waiting` are on the list already and not paid; `free` places are
    paid and wait for somebody."""

    draft: Draft | None
    judgement: Judgement
    waiting: tuple[CoverageRow, ...]
    free: int

    @property
    def absent(self) -> tuple[Covered, ...]:
        """Those covered whom her file does not name."""
        unpaid = {one.id for one in self.waiting}
        from_file = self.draft is not None and self.draft.from_file
        return tuple(one for one in self.judgement.absent if from_file and one.id not in unpaid)

    @property
    def sealed(self) -> int:
        return self.draft.sealed if self.draft else 0

    @property
    def people(self) -> int:
        """How many would be covered."""
        return len(self.judgement.added) + self.sealed + len(self.waiting)

    @property
    def paid(self) -> int:
        """How many of them are paid for: the others take the places that are free."""
        return max(self.people - self.free, 0)

    @property
    def letters(self) -> int:
        return self.judgement.letters + sum(one.by_mail for one in self.waiting)

    @property
    def cards(self) -> int:
        return self.people - self.letters


def draft_of(session: Session, whose: Whose) -> Draft | None:
    """What a company prepares for a plan; None: nothing."""
    mine = (column(PlanList.plan_id) == whose.plan.id, column(PlanList.company_id) == whose.company_id)
    found = session.execute(sa.select(table(PlanList)).where(*mine)).first()
    if found is None:
        return None
    row = cast(PlanList, found)
    return Draft(
        id=row.id,
        person_id=row.person_id,
        from_file=row.from_file,
        sealed=row.sealed,
        fields=tuple(row.fields),
        ignored=tuple(row.ignored),
        version=row.version,
        said_at=row.said_at,
        entries=tuple(_entries(session, row.id)),
    )


def _entries(session: Session, list_id: uuid.UUID) -> Sequence[Entry]:
    columns = (
        column(PlanListRow.number),
        column(PlanListRow.first_name),
        column(PlanListRow.last_name),
        column(PlanListRow.email),
        column(PlanListRow.lang),
        column(PlanListRow.employer_ref),
        column(PlanListRow.choice),
    )
    mine = column(PlanListRow.list_id) == list_id
    rows = session.execute(sa.select(*columns).where(mine).order_by(column(PlanListRow.number)))
    return [Entry(*row) for row in rows]


def prepared(session: Session, whose: Whose, today: date, reach: Reach) -> Prepared:
    """What a company's list comes to now, beside whom it covers."""
    draft = draft_of(session, whose)
    standing = coverages_of(session, whose, CoverageState.LISTED, CoverageState.COVERED)
    covered = [_covered(one) for one in standing if not one.ends_on or one.ends_on >= today]
    entries = draft.entries if draft else ()
    judgement = judge(entries, covered, reach)
    return Prepared(draft, judgement, tuple(listed_of(session, whose)), free_places(session, whose, today))


def _covered(row: CoverageRow) -> Covered:
    return Covered(row.id, row.first_name, row.last_name, row.email, row.lang, row.employer_ref)


def drafts_left(session: Session, before: datetime) -> Sequence[uuid.UUID]:
    """Lists that nobody spoke of since."""
    late = sa.select(column(PlanList.id)).where(column(PlanList.said_at) < before).limit(200)
    return list(session.execute(late).scalars())

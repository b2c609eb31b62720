"""What a form about companies chooses from, and what it is checked against."""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.sql import column
from registration.members.models import Grouping, Membership
from registration.members.records.rules import Offered, Span
from registration.members.rules import GroupingKind


@dataclass(frozen=True)
class ListEntry:
    """One entry of a list by which companies are told apart, as it is on a day (`current`: offered on it)."""

    id: uuid.UUID
    kind: GroupingKind
    key: str
    label: Bilingual
    starts: date | None
    ends: date | None
    replaced_by: str
    target_percent: int | None
    votes: int
    member_price: bool
    in_directory: bool
    position: int

    def is_current(self, day: date) -> bool:
        """Whether it may be chosen on a day."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or self.ends >= day)


@dataclass(frozen=True)
class CompanyLists:
    """The lists by which companies are told apart."""

    entries: tuple[ListEntry, ...]

    @property
    def offered(self) -> Offered:
        return Offered(frozenset((one.kind, one.key) for one in self.entries))

    def of(self, kind: GroupingKind) -> tuple[ListEntry, ...]:
        """One list, in order."""
        return tuple(one for one in self.entries if one.kind is kind)

    def find(self, kind: GroupingKind, key: str) -> ListEntry | None:
        return next((one for one in self.of(kind) if one.key == key), None)

    def on(self, kind: GroupingKind, key: str, day: date) -> ListEntry | None:
        """The entry that a company which carries this key is counted with on a day: the one that replaced it, once it
        ended. A ring of replacements ends where it began."""
        seen: set[str] = set()
        entry = self.find(kind, key)
        while entry is not None and entry.ends is not None and entry.ends < day and entry.replaced_by:
            seen.add(entry.key)
            after = self.find(kind, entry.replaced_by)
            if after is None or after.key in seen:
                break
            entry = after
        return entry

    def counted_as(self, kind: GroupingKind, key: str, day: date) -> frozenset[str]:
        """The keys of companies that count as this one on a day."""
        entries = ((one.key, self.on(kind, one.key, day)) for one in self.of(kind))
        return frozenset(carried for carried, entry in entries if entry and entry.key == key)


def list_rows(session: Session) -> list[Grouping]:
    """Every entry of every list, in order."""
    query = sa.select(Grouping).order_by(column(Grouping.kind), column(Grouping.position), column(Grouping.key))
    return list(session.scalars(query))


def company_lists(session: Session) -> CompanyLists:
    """Every list, in order."""
    return CompanyLists(
        tuple(
            ListEntry(
                row.id,
                row.kind,
                row.key,
                Bilingual(fr=row.label_fr, en=row.label_en),
                row.starts,
                row.ends,
                row.replaced_by,
                row.target_percent,
                row.votes,
                row.member_price,
                row.in_directory,
                row.position,
            )
            for row in list_rows(session)
        )
    )


def spans_beside(session: Session, company_id: uuid.UUID, period_id: uuid.UUID | None) -> list[Span]:
    """The periods of a company beside one."""
    query = sa.select(column(Membership.starts), column(Membership.ends)).where(
        column(Membership.company_id) == company_id
    )
    if period_id is not None:
        query = query.where(column(Membership.id) != period_id)
    return [Span(row.starts, row.ends) for row in session.execute(query)]

"""Codes become valid and end. Written in the order of digests: the order of rows says nothing of whose they are."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from kit.errors import Busy
from kit.sql import column, insert_once, table
from registration.plans.eligibility.models import Eligibility
from registration.plans.eligibility.queries import valid_codes
from registration.plans.eligibility.rules import Codes
from registration.plans.rules import Span

AT_ONCE = 500


def grant(
    session: Session, codes: Codes, plan_id: uuid.UUID, span: Span, first: Mapping[uuid.UUID, int]
) -> dict[uuid.UUID, int]:
    """Give each coverage a code that is valid for these days; its version then: the `first` whose code nobody has."""
    versions = dict(first)
    waiting = set(versions)
    valid = {"plan_id": plan_id, "valid_from": span.starts, "valid_to": span.ends}
    while waiting:
        of = {codes.made(coverage, versions[coverage])[0].digest: coverage for coverage in waiting}
        rows = [{"digest": digest, **valid} for digest in sorted(of)]
        for start in range(0, len(rows), AT_ONCE):
            part, digest = rows[start : start + AT_ONCE], column(Eligibility.digest)
            waiting -= {of[new] for new in insert_once(session, table(Eligibility), part, digest, [digest.key])}
        versions |= {coverage: versions[coverage] + 1 for coverage in waiting}
    return versions


def revoke(session: Session, codes: Codes, coverages: Sequence[tuple[uuid.UUID, int]]) -> None:
    """The codes of these coverages (id and version) are valid no more. Raises Busy when one that is covered has none:
    somebody else is at it."""
    made = valid_codes(session, codes, coverages)
    key = column(Eligibility.digest)
    gone = sa.delete(table(Eligibility)).where(key.in_([one.digest for one in made.values()]))
    if len(session.execute(gone.returning(key)).all()) < len(coverages):
        raise Busy()


def forget(session: Session, before: date) -> None:
    """Codes whose last day is before this one."""
    session.execute(sa.delete(table(Eligibility)).where(column(Eligibility.valid_to) < before))


def shuffle(session: Session) -> bool:
    """On PostgreSQL a row stays where it was written, and says in which transaction: whoever stole the disks could tell
    which codes came with which purchase. All are written anew, in the order of their digests, in one transaction.
    SQLite keeps them in that order by itself. Whether anything was written since it was done last."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    session.execute(sa.text("LOCK TABLE eligibility IN SHARE ROW EXCLUSIVE MODE"))
    alike = sa.text("SELECT count(DISTINCT xmin::text) < 2 FROM eligibility")
    if session.execute(alike).scalar_one():
        return False
    session.execute(
        sa.text(
            "WITH gone AS (DELETE FROM eligibility RETURNING digest, plan_id, valid_from, valid_to)"
            " INSERT INTO eligibility (digest, plan_id, valid_from, valid_to)"
            " SELECT digest, plan_id, valid_from, valid_to FROM gone ORDER BY digest"
        )
    )
    return True

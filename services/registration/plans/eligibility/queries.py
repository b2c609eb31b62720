"""Whether a code is valid: one look-up, whatever was typed."""

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.plans.eligibility.models import Eligibility
from registration.plans.eligibility.rules import Codes, Made, Standing


def standing(session: Session, plan_id: uuid.UUID, digests: Sequence[str], today: date) -> Standing | None:
    """From when to when a code of the plan is valid, whether it has begun or not; None when it is not, or no longer:
    nothing says which."""
    columns = (column(Eligibility.valid_from), column(Eligibility.valid_to))
    mine = (column(Eligibility.digest).in_(digests), column(Eligibility.plan_id) == plan_id)
    row = session.execute(sa.select(*columns).where(*mine)).first()
    return Standing(*row) if row is not None and today <= row.valid_to else None


def valid_codes(session: Session, codes: Codes, coverages: Sequence[tuple[uuid.UUID, int]]) -> dict[uuid.UUID, Made]:
    """The code of each coverage (its id and version) that has one: the one kept of those that our keys make."""
    made = {one.digest: (coverage, one) for coverage, version in coverages for one in codes.made(coverage, version)}
    known = column(Eligibility.digest)
    found: dict[uuid.UUID, Made] = {}
    digests = list(made)
    for start in range(0, len(digests), 500):
        for digest in session.execute(sa.select(known).where(known.in_(digests[start : start + 500]))).scalars():
            coverage, one = made[digest]
            found[coverage] = one
    return found


def count_of(session: Session, plan_id: uuid.UUID) -> int:
    """How many codes of a plan are kept: for the invariants."""
    mine = column(Eligibility.plan_id) == plan_id
    return int(session.execute(sa.select(sa.func.count()).select_from(table(Eligibility)).where(mine)).scalar_one())

"""What must always be true of coverages, whatever crashed, raced or came twice."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.plans.eligibility.models import Eligibility
from registration.plans.models import Coverage, Plan
from registration.plans.rules import CoverageState
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.rules import STANDING

OF_A_PLAN = sa.select(column(Plan.activity_id))
# Who has a place that was paid: on the list of a purchase, covered, or gone and the place not taken yet.
HOLDS = sa.or_(
    column(Coverage.state).in_([CoverageState.LISTED, CoverageState.COVERED]), column(Coverage.free_until).is_not(None)
)


def coverages_astray(session: Session) -> list[str]:
    """A purchase that stands pays as many places as it says; whoever is covered has one code, and nobody else has; who
    was replaced has a successor, as long as the purchase stands."""
    return [*_places(session), *_codes(session), *_successors(session)]


def _places(session: Session) -> list[str]:
    units = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)
    paid = sa.select(sa.func.coalesce(sa.func.sum(units), 0))
    paid = paid.where(column(RegistrationLine.registration_id) == column(Registration.id))
    held = sa.select(sa.func.count()).where(column(Coverage.registration_id) == column(Registration.id), HOLDS)
    query = sa.select(column(Registration.id), paid.scalar_subquery(), held.scalar_subquery()).where(
        column(Registration.activity_id).in_(OF_A_PLAN),
        column(Registration.status).in_(STANDING),
        paid.scalar_subquery() != held.scalar_subquery(),
    )
    return [
        f"registration {id_}: pays {due} coverages, {there} have them" for id_, due, there in session.execute(query)
    ]


def _codes(session: Session) -> list[str]:
    of_coverage = (column(Coverage.plan_id), column(Coverage.starts_on), column(Coverage.ends_on))
    of_code = (column(Eligibility.plan_id), column(Eligibility.valid_from), column(Eligibility.valid_to))
    covered = sa.select(*of_coverage, sa.func.count()).where(column(Coverage.state) == CoverageState.COVERED)
    people = {tuple(row[:3]): row[3] for row in session.execute(covered.group_by(*of_coverage))}
    every = sa.select(*of_code, sa.func.count()).select_from(table(Eligibility)).group_by(*of_code)
    codes = {tuple(row[:3]): row[3] for row in session.execute(every)}
    return [
        f"plan {group[0]}, {group[1]} to {group[2]}: {codes.get(group, 0)} codes, {people.get(group, 0)} people"
        for group in sorted({*people, *codes}, key=str)
        if codes.get(group, 0) != people.get(group, 0)
    ]


def _successors(session: Session) -> list[str]:
    after = table(Coverage).alias()
    succeeded = sa.exists().where(after.c.replaces_id == column(Coverage.id))
    standing = sa.select(column(Registration.id)).where(column(Registration.status).in_(STANDING))
    paid = column(Coverage.registration_id).in_(standing)
    query = sa.select(column(Coverage.id)).where(column(Coverage.state) == CoverageState.REPLACED, paid, ~succeeded)
    return [f"coverage {id_}: replaced by nobody" for id_ in session.execute(query).scalars()]

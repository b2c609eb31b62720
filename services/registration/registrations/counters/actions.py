"""What moves with registrations: units taken of resources, and uses of codes. Core statements, places taken last.

Rows are locked in one order, by whoever takes and whoever gives back: the code, the allotments, the resources, each
kind by its ids. So nobody waits for another in a ring.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.allotments.models import Allotment
from registration.catalog.allotments.queries import for_whom
from registration.catalog.allotments.rules import Beneficiary
from registration.catalog.codes.models import Code
from registration.catalog.codes.rules import CodeSpent, CodeUsedByCompany, CodeUsedUp
from registration.catalog.models import Resource
from registration.registrations.counters.models import AllotmentTake
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.models_rows import line_row
from registration.registrations.rules import STANDING, SoldOut
from registration.registrations.rules_rows import LineRow, RegistrationRow, code_cents, code_units, takes_of

# The statements of the hot path, built once: what is fixed of a statement costs more to build than to run. `kept` units
# are among those reserved: they were never anybody else's.
TAKE_RESOURCES = (
    sa.update(table(Resource))
    .where(
        column(Resource.id) == sa.bindparam("of"),
        column(Resource.taken) + column(Resource.reserved) + sa.bindparam("units") - sa.bindparam("kept")
        <= column(Resource.capacity),
    )
    .values(
        {
            column(Resource.taken): column(Resource.taken) + sa.bindparam("units"),
            column(Resource.reserved): column(Resource.reserved) - sa.bindparam("kept"),
        }
    )
    .returning(column(Resource.id), column(Resource.key), column(Resource.taken), column(Resource.capacity))
)
BUDGET = sa.or_(
    column(Code.budget).is_(None),
    column(Code.spent) + sa.bindparam("cents") <= sa.func.coalesce(column(Code.budget), 0),
)
USE_CODE = (
    sa.update(table(Code))
    .where(
        column(Code.id) == sa.bindparam("of"),
        column(Code.used) + sa.bindparam("units") <= column(Code.max_units),
        BUDGET,
    )
    .values(
        {
            column(Code.used): column(Code.used) + sa.bindparam("units"),
            column(Code.spent): column(Code.spent) + sa.bindparam("cents"),
        }
    )
    .returning(column(Code.per_company))
)
Takes = Sequence[tuple[uuid.UUID, int]]


@dataclass(frozen=True)
class ResourceTaken:
    """A resource after units of it were taken: `taken` of its `capacity`."""

    id: uuid.UUID
    key: str
    taken: int
    capacity: int


def take_resources(session: Session, takes: Takes, kept: Mapping[uuid.UUID, int] | None = None) -> list[ResourceTaken]:
    """Take units of resources, in id order, `kept` of them of what is reserved; the last statements of the transaction.
    Raises SoldOut."""
    taken = []
    for resource, units in takes:
        parameters = {"of": resource, "units": units, "kept": (kept or {}).get(resource, 0)}
        row = session.connection().execute(TAKE_RESOURCES, parameters).first()
        if row is None:
            raise SoldOut()
        taken.append(ResourceTaken(*row))
    return taken


def take_places(session: Session, registration: RegistrationRow, takes: Takes) -> list[ResourceTaken]:
    """The same for a registration, which takes what is reserved for it first. Raises SoldOut."""
    return take_resources(session, takes, _from_allotments(session, registration, takes))


def _from_allotments(session: Session, registration: RegistrationRow, takes: Takes) -> dict[uuid.UUID, int]:
    """What of each resource comes from places that are reserved for it: counted there, and written down."""
    who = Beneficiary(registration.code_id, registration.company_id)
    if who == Beneficiary() or not takes:
        return {}
    wanted, kept = dict(takes), dict[uuid.UUID, int]()
    mine = sa.and_(for_whom(who), column(Allotment.resource_id).in_(wanted))
    query = sa.select(
        column(Allotment.id), column(Allotment.resource_id), column(Allotment.units) - column(Allotment.taken)
    )
    locked = query.where(mine).order_by(column(Allotment.id)).with_for_update(of=table(Allotment))
    for allotment, resource, free in session.execute(locked).all():
        units = min(free, wanted[resource] - kept.get(resource, 0))
        if units > 0:
            kept[resource] = kept.get(resource, 0) + units
            _count(session, allotment, units)
            _write_take(session, registration.id, allotment, units)
    return kept


def _count(session: Session, allotment: uuid.UUID, units: int) -> None:
    update = sa.update(table(Allotment)).where(column(Allotment.id) == allotment)
    session.execute(update.values({column(Allotment.taken): column(Allotment.taken) + units}))


def _write_take(session: Session, registration: uuid.UUID, allotment: uuid.UUID, units: int) -> None:
    """More units that a registration holds of an allotment: a hold that ended may be taken again."""
    mine = sa.and_(
        column(AllotmentTake.registration_id) == registration, column(AllotmentTake.allotment_id) == allotment
    )
    more = (
        sa.update(table(AllotmentTake))
        .where(mine)
        .values({column(AllotmentTake.units): column(AllotmentTake.units) + units})
    )
    if session.execute(more.returning(column(AllotmentTake.units))).first() is None:
        row = {"registration_id": registration, "allotment_id": allotment, "units": units}
        session.execute(sa.insert(table(AllotmentTake)).values(row))


def give_back(session: Session, registration: RegistrationRow, lines: Sequence[LineRow]) -> None:
    """Free the code's uses and the resources of these lines; places that were reserved are so again, unless they were
    released since. The database refuses a negative count: nothing is clamped.

    Last in a transaction, because the resource rows are the busy ones.
    """
    if registration.code_id and (units := code_units(line.for_code for line in lines)):
        less = sa.update(table(Code)).where(column(Code.id) == registration.code_id)
        session.execute(
            less.values(
                {
                    column(Code.used): column(Code.used) - units,
                    column(Code.spent): column(Code.spent) - code_cents(lines),
                }
            )
        )
    takes = takes_of(lines, resources_of(session, registration.activity_id))
    kept = _to_allotments(session, registration.id, takes)
    for resource, units in takes:
        freed = sa.update(table(Resource)).where(column(Resource.id) == resource)
        session.execute(
            freed.values(
                {
                    column(Resource.taken): column(Resource.taken) - units,
                    column(Resource.reserved): column(Resource.reserved) + kept.get(resource, 0),
                }
            )
        )


def _to_allotments(session: Session, registration: uuid.UUID, takes: Takes) -> dict[uuid.UUID, int]:
    """What of each resource goes back to the places reserved that it came from and still are."""
    wanted, kept = dict(takes), dict[uuid.UUID, int]()
    columns = (column(Allotment.id), column(Allotment.resource_id), column(Allotment.released_at))
    query = sa.select(*columns, column(AllotmentTake.units)).select_from(table(Allotment))
    query = query.join(table(AllotmentTake), column(AllotmentTake.allotment_id) == column(Allotment.id))
    mine = (column(AllotmentTake.registration_id) == registration, column(AllotmentTake.units) > 0)
    locked = query.where(*mine).order_by(column(Allotment.id)).with_for_update()
    for allotment, resource, released_at, held in session.execute(locked).all():
        units = min(held, wanted.get(resource, 0))
        if units > 0:
            wanted[resource] -= units
            _count(session, allotment, -units)
            _write_take(session, registration, allotment, -units)
            if released_at is None:
                kept[resource] = kept.get(resource, 0) + units
    return kept


def use_code(session: Session, registration: RegistrationRow, lines: Sequence[LineRow]) -> None:
    """Count what a registration's code serves of its lines, and takes off them. Nothing where it serves none.

    Raises CodeUsedUp with how often it served, CodeSpent, CodeUsedByCompany: beyond what it may.
    """
    units, cents = code_units(line.for_code for line in lines), code_cents(lines)
    if registration.code_id is None or units == 0:
        return
    row = session.execute(USE_CODE, {"of": registration.code_id, "units": units, "cents": cents}).first()
    if row is None:
        raise _refusal(session, registration.code_id, units)
    # The row of the code is locked by now: two of one company see each other.
    if row.per_company is not None and _of_company(session, registration) + units > row.per_company:
        raise CodeUsedByCompany("code", n=row.per_company)


def _refusal(session: Session, code_id: uuid.UUID, units: int) -> CodeUsedUp | CodeSpent:
    query = sa.select(column(Code.used), column(Code.max_units)).where(column(Code.id) == code_id)
    used, most = session.execute(query).one()
    return CodeUsedUp("code", used=used) if used + units > most else CodeSpent("code")


def _of_company(session: Session, registration: RegistrationRow) -> int:
    """Units that the code serves in the other registrations of this one's company that stand: recognised, or by the
    name it gives itself."""
    company = column(Registration.company_id) == registration.company_id
    if registration.company_id is None:
        named_so = column(Registration.company_key) == registration.company_key
        company = sa.and_(column(Registration.company_id).is_(None), named_so)
    query = sa.select(table(RegistrationLine)).join(
        table(Registration), column(Registration.id) == column(RegistrationLine.registration_id)
    )
    mine = (column(Registration.code_id) == registration.code_id, column(Registration.id) != registration.id)
    lines: dict[uuid.UUID, list[LineRow]] = {}
    standing = column(Registration.status).in_(STANDING)
    for line in map(line_row, session.execute(query.where(company, *mine, standing))):
        lines.setdefault(line.registration_id, []).append(line)
    return sum(code_units(line.for_code for line in one) for one in lines.values())


def resources_of(session: Session, activity_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """The resources of an activity by their keys, which lines name."""
    query = sa.select(column(Resource.key), column(Resource.id)).where(column(Resource.activity_id) == activity_id)
    return {row.key: row.id for row in session.execute(query)}

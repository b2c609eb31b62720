"""What must always be true of registration's rows, whatever crashed, raced or came twice.

Each check reads all rows in one or two statements, so that a hundred thousand registrations are checked in seconds.
"""

import uuid

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, select

from kit.db import Database
from kit.sql import column, table
from registration.amendments.queries_differences import amendments_astray
from registration.catalog.allotments.models import Allotment
from registration.catalog.codes.models import Code
from registration.catalog.models import Resource
from registration.history.models import HistoryEntry
from registration.plans.queries_differences import OF_A_PLAN, coverages_astray
from registration.rearrangements.queries_differences import choices_astray
from registration.registrations.arrears.queries import arrears_astray
from registration.registrations.counters.models import AllotmentTake
from registration.registrations.models import AddOnShare, Attendee, Registration, RegistrationLine
from registration.registrations.rules import STANDING, AttendeeStatus, RegistrationStatus
from registration.registrations.rules_rows import code_units
from registration.registrations.tallies.queries import drifted
from registration.renewals.queries_differences import renewals_astray

SHOWN = 20


def invariants(db: Database) -> list[str]:
    """Each difference is a sentence for whoever runs the service; none when all is well."""
    with db.read(one_state=True) as session:
        return [
            *_resources(session),
            *_codes(session),
            *_allotments(session),
            *_tallies(session),
            *_arrears(session),
            *_tickets(session),
            *_add_ons(session),
            *_states(session),
            *_history(session),
            *amendments_astray(session),
            *choices_astray(session),
            *renewals_astray(session),
            *coverages_astray(session),
        ]


STANDS = column(Registration.status).in_(STANDING)
# What a line uses: units of each resource, by its key.
USES = TypeAdapter(dict[str, int])
UNITS = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)


def _resources(session: Session) -> list[str]:
    """Taken = the uses of every line that stands, as the line itself keeps them: a product may be edited since.

    Grouped by activity and uses in the database, so that it stays quick when it is large.
    """
    uses = sa.cast(column(RegistrationLine.uses), sa.Text)
    grouped = (
        select(column(Registration.activity_id), uses, sa.func.sum(UNITS))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDS)
        .group_by(column(Registration.activity_id), uses)
    )
    expected: dict[tuple[uuid.UUID, str], int] = {}
    for activity_id, text, units in session.exec(grouped):
        for key, count in USES.validate_json(text).items():
            place = (activity_id, key)
            expected[place] = expected.get(place, 0) + count * int(units)
    differences = []
    for resource in session.exec(select(Resource)):
        lines = expected.get((resource.activity_id, resource.key), 0)
        if lines != resource.taken:
            differences.append(f"resource {resource.id}: taken is {resource.taken}, its lines say {lines}")
    return differences


def _codes(session: Session) -> list[str]:
    """Used = the units that each code serves in the registrations that stand. One read for all of them."""
    of = (column(Registration.code_id), column(Registration.id), column(RegistrationLine.who))
    lowered_by = column(RegistrationLine.lowered_by)
    grouped = (
        sa.select(*of, lowered_by, sa.func.sum(UNITS))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDS, column(Registration.code_id).is_not(None))
        .group_by(*of, lowered_by)
    )
    lines: dict[tuple[uuid.UUID | None, uuid.UUID], list[tuple[str, int, int]]] = {}
    for code_id, registration_id, who, cents, units in session.execute(grouped):
        lines.setdefault((code_id, registration_id), []).append((who, int(units), cents))
    expected: dict[uuid.UUID | None, tuple[int, int]] = {}
    for (code_id, _), of_registration in lines.items():
        used, spent = expected.get(code_id, (0, 0))
        cents = sum(units * each for _, units, each in of_registration)
        expected[code_id] = (used + code_units(of_registration), spent + cents)
    differences = []
    for code in session.exec(select(Code)):
        for name, was, due in zip(
            ("used", "spent"), (code.used, code.spent), expected.get(code.id, (0, 0)), strict=True
        ):
            if was != due:
                differences.append(f"code {code.id}: {name} is {was}, its registrations say {due}")
    return differences


def _allotments(session: Session) -> list[str]:
    """An allotment's taken = what the registrations that stand hold of it; a resource's reserved = what the allotments
    that were not released still keep. A registration that does not stand holds nothing."""
    held = sa.select(column(AllotmentTake.allotment_id), sa.func.sum(column(AllotmentTake.units)).label("units"))
    held = held.join(table(Registration), column(Registration.id) == column(AllotmentTake.registration_id))
    sums = held.where(STANDS).group_by(column(AllotmentTake.allotment_id)).subquery()
    units = sa.func.coalesce(sums.c.units, 0)
    wrong = sa.select(column(Allotment.id), column(Allotment.taken), units).select_from(table(Allotment))
    wrong = wrong.outerjoin(sums, sums.c.allotment_id == column(Allotment.id)).where(column(Allotment.taken) != units)
    kept = sa.select(sa.func.coalesce(sa.func.sum(column(Allotment.units) - column(Allotment.taken)), 0)).where(
        column(Allotment.resource_id) == column(Resource.id), column(Allotment.released_at).is_(None)
    )
    reserved = sa.select(column(Resource.id), column(Resource.reserved), kept.scalar_subquery())
    unlike = reserved.where(column(Resource.reserved) != kept.scalar_subquery())
    gone = sa.select(column(AllotmentTake.registration_id), column(AllotmentTake.units))
    gone = gone.join(table(Registration), column(Registration.id) == column(AllotmentTake.registration_id))
    gone = gone.where(column(AllotmentTake.units) > 0, sa.not_(STANDS))
    return [
        *(f"allotment {id_}: taken is {was}, its registrations say {due}" for id_, was, due in session.execute(wrong)),
        *(f"resource {id_}: reserved is {was}, its allotments say {due}" for id_, was, due in session.execute(unlike)),
        *(f"registration {id_} does not stand and holds {count} reserved" for id_, count in session.execute(gone)),
    ]


def _tallies(session: Session) -> list[str]:
    """What an activity comes to, as it is kept, is what its registrations and their people say."""
    return [
        f"activity {id_}: its tally is {was}, its registrations say {due}"
        for id_, (was, due) in drifted(session).items()
    ]


def _arrears(session: Session) -> list[str]:
    """Since when a company owes, as it is kept, is when its oldest unpaid invoice was due."""
    return [
        f"company {id_}: unpaid since {was}, its registrations say {due}"
        for id_, (was, due) in arrears_astray(session).items()
    ]


def _tickets(session: Session) -> list[str]:
    """A line's standing units bring exactly as many active attendees; a cancelled registration brings none."""
    active = sa.func.count().filter(column(Attendee.status) == AttendeeStatus.ACTIVE).label("active")
    per_line = sa.select(column(Attendee.line_id), active).group_by(column(Attendee.line_id)).subquery()
    each = column(RegistrationLine.attendees)
    expected = each * UNITS
    partly = sa.and_(each > 1, per_line.c.active < expected)
    query = (
        sa.select(column(RegistrationLine.id), per_line.c.active, expected)
        .join(per_line, per_line.c.line_id == column(RegistrationLine.id))
        .where(per_line.c.active != expected, sa.not_(partly))
    )
    return [
        f"line {line}: {there} active attendees, its units bring {due}" for line, there, due in session.execute(query)
    ]


def _add_ons(session: Session) -> list[str]:
    """A line that brings nobody has its standing units shared out between the people who come; a sponsorship has
    not, and of a plan it covers people who do not come."""
    mine = column(AddOnShare.line_id) == column(RegistrationLine.id)
    active = column(Attendee.status) == AttendeeStatus.ACTIVE
    shares = sa.select(sa.func.coalesce(sa.func.sum(column(AddOnShare.units)), 0)).select_from(table(AddOnShare))
    shared = shares.join(table(Attendee), column(Attendee.id) == column(AddOnShare.attendee_id)).where(mine, active)
    query = (
        sa.select(column(RegistrationLine.id), shared.scalar_subquery(), UNITS)
        .join(table(Registration), column(RegistrationLine.registration_id) == column(Registration.id))
        .where(STANDS, column(RegistrationLine.attendees) == 0, sa.not_(column(RegistrationLine.sponsorship)))
        .where(shared.scalar_subquery() != UNITS, column(Registration.activity_id).not_in(OF_A_PLAN))
    )
    return [f"line {line}: {units} units are for somebody, {due} stand" for line, units, due in session.execute(query)]


STATUS = column(Registration.status)
WAS_CONFIRMED = STATUS.in_([RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED])
# What the dates of a registration say of its state. A rule is named by its sentence, and is what breaks it.
STATES = {
    "a card confirms what it paid, and nothing else": sa.and_(
        column(Registration.method) == "card", WAS_CONFIRMED != column(Registration.paid_at).is_not(None)
    ),
    "what nobody confirmed is not paid": sa.and_(sa.not_(WAS_CONFIRMED), column(Registration.paid_at).is_not(None)),
    "what was confirmed says when": WAS_CONFIRMED != column(Registration.confirmed_at).is_not(None),
    "a hold has an end": sa.and_(STATUS == RegistrationStatus.HELD, column(Registration.hold_until).is_(None)),
    "the end of a hold is looked at, and of nothing else": (STATUS == RegistrationStatus.HELD)
    != column(Registration.check_at).is_not(None),
}


def _states(session: Session) -> list[str]:
    """A registration's dates are those of its state."""
    differences = []
    for rule, broken in STATES.items():
        query = sa.select(column(Registration.id), STATUS).where(broken)
        # Not LIMIT: where there are none, PostgreSQL would have planned to find a few rows quickly.
        rows = session.execute(query).fetchmany(SHOWN)
        differences += [f"registration {id_} is {status}: {rule}" for id_, status in rows]
    return differences


def _history(session: Session) -> list[str]:
    """What was confirmed was confirmed once, and its history says so; of anything else it does not."""
    confirmed = (
        sa.select(column(HistoryEntry.subject_id), sa.func.count().label("times"))
        .where(column(HistoryEntry.action) == "registration.confirmed")
        .group_by(column(HistoryEntry.subject_id))
        .subquery()
    )
    times = sa.func.coalesce(confirmed.c.times, 0)
    query = (
        sa.select(column(Registration.id), STATUS, times)
        .join(confirmed, confirmed.c.subject_id == column(Registration.id), isouter=True)
        .where(times != sa.case((WAS_CONFIRMED, 1), else_=0))
    )
    rows = session.execute(query).fetchmany(SHOWN)
    return [
        f"registration {id_} is {status}: its history says {count} times that it was confirmed"
        for id_, status, count in rows
    ]

"""Plans and who is covered, read: one company's list, its places that are paid and free, and what staff see."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual, OrderMethod
from kit.errors import NotFound
from kit.sql import column, table
from registration.members.models import Company
from registration.plans.models import Coverage, KeptList, Plan, PlanHold
from registration.plans.rules import CoverageRow, CoverageState, PlanRow, Whose, by_name
from registration.plans.schemas import Purchase
from registration.registrations.models import Registration
from registration.registrations.rules import STANDING, RegistrationStatus
from registration.signup.schemas import BillTo, Contact

HERS = (
    column(Coverage.id),
    column(Coverage.plan_id),
    column(Coverage.company_id),
    column(Coverage.registration_id),
    column(Coverage.first_name),
    column(Coverage.last_name),
    column(Coverage.email),
    column(Coverage.lang),
    column(Coverage.employer_ref),
    column(Coverage.card_number),
    column(Coverage.state),
    column(Coverage.starts_on),
    column(Coverage.ends_on),
    column(Coverage.free_until),
    column(Coverage.paid_until),
    column(Coverage.version),
    column(Coverage.letter_version),
    column(Coverage.undelivered),
    column(Coverage.replaces_id),
)


def coverage_row(row: sa.Row[Any]) -> CoverageRow:
    """A row of `HERS`, typed."""
    return CoverageRow(**row._mapping)


def _plan_row(row: sa.Row[Any]) -> PlanRow:
    plan = cast(Plan, row)
    return PlanRow(
        id=plan.id,
        activity_id=plan.activity_id,
        provider_name=plan.provider_name,
        provider_email=plan.provider_email,
        provider_phone=plan.provider_phone,
        entitlement=Bilingual(fr=plan.entitlement_fr, en=plan.entitlement_en),
        mode=plan.mode,
        starts=plan.starts,
        ends=plan.ends,
        link_version=plan.link_version,
    )


def plan_by_id(session: Session, plan_id: uuid.UUID) -> PlanRow:
    """Raises NotFound."""
    row = session.execute(sa.select(table(Plan)).where(column(Plan.id) == plan_id)).first()
    if row is None:
        raise NotFound()
    return _plan_row(row)


def plan_of(session: Session, activity_id: uuid.UUID) -> PlanRow | None:
    """The plan that an activity covers people by; None for any other activity."""
    row = session.execute(sa.select(table(Plan)).where(column(Plan.activity_id) == activity_id)).first()
    return _plan_row(row) if row else None


def plans(session: Session) -> list[PlanRow]:
    """Every plan, the one that begins last first."""
    query = sa.select(table(Plan)).order_by(column(Plan.starts).desc(), column(Plan.id))
    return [_plan_row(row) for row in session.execute(query)]


def of(whose: Whose) -> tuple[sa.ColumnElement[bool], ...]:
    """The rows of one company's part of a plan."""
    return column(Coverage.plan_id) == whose.plan.id, column(Coverage.company_id) == whose.company_id


def coverages_of(session: Session, whose: Whose, *states: CoverageState) -> list[CoverageRow]:
    """Everybody on a company's list, by name; those in these states, or in any."""
    query = sa.select(*HERS).where(*of(whose))
    if states:
        query = query.where(column(Coverage.state).in_(states))
    return by_name([coverage_row(row) for row in session.execute(query)])


def coverage_of(session: Session, whose: Whose, coverage_id: uuid.UUID) -> CoverageRow:
    """One person of a company's list. Raises NotFound, for another company's as for one that does not exist."""
    row = session.execute(sa.select(*HERS).where(*of(whose), column(Coverage.id) == coverage_id)).first()
    if row is None:
        raise NotFound()
    return coverage_row(row)


def coverage_by_id(session: Session, coverage_id: uuid.UUID) -> CoverageRow:
    """Whichever company's it is. Raises NotFound."""
    row = session.execute(sa.select(*HERS).where(column(Coverage.id) == coverage_id)).first()
    if row is None:
        raise NotFound()
    return coverage_row(row)


def coverages_bought(session: Session, registration_id: uuid.UUID, *states: CoverageState) -> list[CoverageRow]:
    """Whom a purchase pays; those in these states, or in any."""
    query = sa.select(*HERS).where(column(Coverage.registration_id) == registration_id)
    if states:
        query = query.where(column(Coverage.state).in_(states))
    return by_name([coverage_row(row) for row in session.execute(query)])


# No purchase that stands pays it: it is on a list, or its purchase expired.
UNPAID = sa.and_(
    column(Coverage.state) == CoverageState.LISTED,
    ~sa.exists().where(
        column(Registration.id) == column(Coverage.registration_id), column(Registration.status).in_(STANDING)
    ),
)

# It is bought, and the code waits: staff hold it.
HELD = sa.and_(
    column(Coverage.state) == CoverageState.LISTED,
    sa.exists().where(
        column(Registration.id) == column(Coverage.registration_id),
        column(Registration.status) == RegistrationStatus.CONFIRMED,
    ),
)


def held_of(session: Session, whose: Whose) -> set[uuid.UUID]:
    """Those of a company whose code staff hold."""
    return set(session.execute(sa.select(column(Coverage.id)).where(*of(whose), HELD)).scalars())


def listed_of(session: Session, whose: Whose) -> list[CoverageRow]:
    """Those on a company's list whom no purchase pays yet."""
    return by_name([coverage_row(row) for row in session.execute(sa.select(*HERS).where(*of(whose), UNPAID))])


def free_places(session: Session, whose: Whose, today: date) -> int:
    """How many places are paid and wait for a newcomer."""
    free = column(Coverage.free_until) >= today
    return int(session.execute(sa.select(sa.func.count()).where(*of(whose), free)).scalar_one())


def kept_list(session: Session, whose: Whose) -> KeptList | None:
    """What a company in arrears asked for, which waits for its fee."""
    mine = (column(KeptList.plan_id) == whose.plan.id, column(KeptList.company_id) == whose.company_id)
    return session.execute(sa.select(KeptList).where(*mine)).scalars().first()


def is_held(session: Session, plan_id: uuid.UUID, company_id: uuid.UUID) -> bool:
    """Whether staff hold a company's codes."""
    return session.get(PlanHold, (plan_id, company_id)) is not None


@dataclass(frozen=True)
class PlanFigures:
    """What is told of a plan: how many companies enrolled their people, and how many people are covered. Nothing
    else."""

    companies: int
    people: int


def figures_of(session: Session, plan_id: uuid.UUID, today: date) -> PlanFigures:
    """Those whose coverage has not ended, whether it has begun or not."""
    mine = (column(Coverage.plan_id) == plan_id, column(Coverage.state) == CoverageState.COVERED)
    companies = sa.func.count(sa.distinct(column(Coverage.company_id)))
    query = sa.select(companies, sa.func.count()).where(*mine, column(Coverage.ends_on) >= today)
    return PlanFigures(*session.execute(query).one())


def covered_ids(session: Session, plan_id: uuid.UUID, today: date) -> Sequence[tuple[uuid.UUID, int]]:
    """The id and version of everybody covered now or from a later day."""
    columns = (column(Coverage.id), column(Coverage.version))
    mine = (column(Coverage.plan_id) == plan_id, column(Coverage.state) == CoverageState.COVERED)
    rows = session.execute(sa.select(*columns).where(*mine, column(Coverage.ends_on) >= today))
    return [(coverage, version) for coverage, version in rows]


@dataclass(frozen=True)
class Kept:
    """What a company in arrears asked for."""

    id: uuid.UUID
    plan_id: uuid.UUID
    company_id: uuid.UUID
    contact: Contact
    lang: str
    bill_to: BillTo
    coverages: frozenset[uuid.UUID]
    seen: int | None

    def rose(self, people: int, total: int) -> bool:
        """Whether so many of them cost more than was seen for all; a cent of rounding is none."""
        if self.seen is None:
            return False
        if people == len(self.coverages):
            return total > self.seen
        return (total - 1) * len(self.coverages) > self.seen * people

    def purchase(self, people: Sequence[uuid.UUID], total: int) -> Purchase:
        """The same, as it is bought when the fee is paid."""
        return Purchase(
            registration_id=self.id,
            lang="en" if self.lang == "en" else "fr",
            contact=self.contact,
            coverages=tuple(people),
            method=OrderMethod.INVOICE,
            bill_to=self.bill_to,
            terms_accepted=True,
            expected_total=total,
        )


def kept_lists(session: Session) -> list[Kept]:
    """Every list that waits for a fee, the first asked for first; that of a company which was merged waits aside."""
    own = sa.select(column(Company.id)).where(column(Company.merged_into_id).is_(None))
    query = sa.select(KeptList).where(column(KeptList.company_id).in_(own))
    rows = session.execute(query.order_by(column(KeptList.said_at), column(KeptList.id))).scalars()
    return [
        Kept(
            id=row.id,
            plan_id=row.plan_id,
            company_id=row.company_id,
            contact=Contact(
                first_name=row.contact_first,
                last_name=row.contact_last,
                email=row.contact_email,
                phone=row.contact_phone,
            ),
            lang=row.lang,
            bill_to=BillTo(**row.bill_to),
            coverages=frozenset(map(uuid.UUID, row.coverages)),
            seen=row.seen,
        )
        for row in rows
    ]

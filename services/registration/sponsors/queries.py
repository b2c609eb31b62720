"""Sponsorships of an activity with what each is owed, and how much is owed everywhere."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from kit.contracts import Bilingual
from kit.money import TaxClass
from kit.sql import column, table
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.rules import STANDING, RegistrationStatus
from registration.sponsors.models import Benefit
from registration.sponsors.rules import BenefitRow

STANDS = column(RegistrationLine.quantity) > column(RegistrationLine.cancelled)
LINE_OF = column(RegistrationLine.registration_id) == column(Registration.id)


UNITS = column(RegistrationLine.quantity) - column(RegistrationLine.cancelled)
# Sponsorships that stand, the greatest first.
_STANDING = (
    sa.select(
        column(RegistrationLine.id),
        column(Registration.id).label("registration_id"),
        column(Registration.code),
        column(Registration.status),
        column(Registration.company_name),
        column(Registration.contact_first),
        column(Registration.contact_last),
        column(Registration.contact_email),
        column(RegistrationLine.label_fr),
        column(RegistrationLine.label_en),
        column(RegistrationLine.tax_class),
        (column(RegistrationLine.unit_amount) * UNITS).label("amount"),
        column(Registration.paid_at),
    )
    .join_from(table(Registration), table(RegistrationLine), LINE_OF)
    .where(column(Registration.status).in_(STANDING), column(RegistrationLine.sponsorship), STANDS)
    .order_by(
        column(RegistrationLine.unit_amount).desc(), column(Registration.created_at), column(RegistrationLine.position)
    )
)


@dataclass(frozen=True, kw_only=True)
class SponsorshipRow:
    """One company's purchase of a level: amounts are cents before tax, of the units that stand."""

    id: uuid.UUID
    registration_id: uuid.UUID
    code: str
    status: RegistrationStatus
    company: str
    contact: str
    email: str
    label: Bilingual
    tax_class: TaxClass
    amount: int
    paid_at: datetime | None
    benefits: tuple[BenefitRow, ...] = ()

    def ordered(self, today: date) -> list[BenefitRow]:
        """What it is owed: late ones first, what was delivered last."""
        return sorted(self.benefits, key=lambda one: one.rank(today))

    def is_late(self, today: date) -> bool:
        return any(one.is_late(today) for one in self.benefits)


def sponsorships(session: Session, activity_id: uuid.UUID) -> list[SponsorshipRow]:
    """Every sponsorship that stands, in two reads, by what they are worth."""
    mine = _STANDING.where(column(Registration.activity_id) == activity_id)
    rows = session.execute(mine).all()
    owed = _benefits(session, [row.id for row in rows])
    return [
        SponsorshipRow(
            id=row.id,
            registration_id=row.registration_id,
            code=row.code,
            status=row.status,
            company=row.company_name,
            contact=f"{row.contact_first} {row.contact_last}".strip(),
            email=row.contact_email,
            label=Bilingual(fr=row.label_fr, en=row.label_en),
            tax_class=row.tax_class,
            amount=int(row.amount),
            paid_at=row.paid_at,
            benefits=tuple(owed.get(row.id, ())),
        )
        for row in rows
    ]


def _benefits(session: Session, lines: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[BenefitRow]]:
    """The benefits of each line."""
    columns = (
        Benefit.id,
        Benefit.registration_id,
        Benefit.line_id,
        Benefit.position,
        Benefit.label_fr,
        Benefit.label_en,
        Benefit.due_on,
        Benefit.delivered_at,
        Benefit.delivered_by,
    )
    mine = sa.select(*(column(one) for one in columns)).where(column(Benefit.line_id).in_(lines))
    found: dict[uuid.UUID, list[BenefitRow]] = {}
    for row in session.execute(mine.order_by(column(Benefit.line_id), column(Benefit.position))):
        benefit = BenefitRow(**row._mapping)
        found.setdefault(benefit.line_id, []).append(benefit)
    return found


@dataclass(frozen=True)
class Owed:
    """How many benefits of an activity are late."""

    activity_id: uuid.UUID
    late: int


def late(session: Session, today: date) -> list[Owed]:
    """The activities whose confirmed sponsors wait for what was due before today, the one with most first."""
    query = (
        sa.select(column(Registration.activity_id))
        .join_from(table(Benefit), table(RegistrationLine), column(Benefit.line_id) == column(RegistrationLine.id))
        .join(table(Registration), column(Benefit.registration_id) == column(Registration.id))
        .where(column(Benefit.delivered_at).is_(None), column(Benefit.due_on) < today, STANDS)
        .where(column(Registration.status) == RegistrationStatus.CONFIRMED)
    )
    # Joined from the benefits and grouped here, so that no plan begins with every registration.
    counts = Counter(session.execute(query).scalars())
    return [Owed(*one) for one in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def activity_of(session: Session, benefit_id: uuid.UUID) -> uuid.UUID | None:
    """The activity that a benefit belongs to; None when there is no such benefit."""
    query = (
        sa.select(column(Registration.activity_id))
        .join_from(table(Benefit), table(Registration), column(Benefit.registration_id) == column(Registration.id))
        .where(column(Benefit.id) == benefit_id)
    )
    return session.execute(query).scalar_one_or_none()

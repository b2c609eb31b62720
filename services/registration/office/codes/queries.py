"""Who used a code."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.office.codes.schemas import CodeUse
from registration.registrations.models import Registration, RegistrationLine
from registration.registrations.models_rows import line_row, registration_row
from registration.registrations.rules import STANDING
from registration.registrations.rules_rows import LineRow, code_cents, code_units

# The most registrations that are listed.
MOST = 500


def uses(session: Session, code_id: uuid.UUID) -> list[CodeUse]:
    """The registrations that used a code, the latest first; those that do not stand too, which use nothing of it."""
    mine = sa.select(table(Registration)).where(column(Registration.code_id) == code_id)
    latest = mine.order_by(column(Registration.created_at).desc(), column(Registration.id)).limit(MOST)
    rows = [registration_row(row) for row in session.execute(latest)]
    of = column(RegistrationLine.registration_id).in_([row.id for row in rows])
    lines: dict[uuid.UUID, list[LineRow]] = {}
    for line in map(line_row, session.execute(sa.select(table(RegistrationLine)).where(of))):
        lines.setdefault(line.registration_id, []).append(line)
    found = []
    for row in rows:
        held = lines.get(row.id, []) if row.status in STANDING else []
        found.append(
            CodeUse(
                registration_id=row.id,
                code=row.code,
                contact=row.contact_name.strip(),
                company=row.company_name,
                status=row.status.value,
                units=code_units(line.for_code for line in held),
                cents=code_cents(held),
                created_at=row.created_at,
            )
        )
    return found

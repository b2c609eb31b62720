"""What a renewal says and its period of membership does not, or the other way round."""

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.members.models import Membership
from registration.renewals.models import Renewal
from registration.renewals.rules import RenewalState


def renewals_astray(session: Session) -> list[str]:
    """What was agreed to has a period with its id, and nothing else has."""
    period = sa.select(sa.literal(1)).select_from(table(Membership)).where(column(Membership.id) == column(Renewal.id))
    agreed = column(Renewal.state) == RenewalState.ACCEPTED
    there = period.correlate(table(Renewal)).exists()
    wrong = sa.select(column(Renewal.id), column(Renewal.state)).where(agreed != there).order_by(column(Renewal.id))
    return [
        f"renewal {id_} is {state}: its period is {'missing' if state is RenewalState.ACCEPTED else 'there'}"
        for id_, state in session.execute(wrong)
    ]

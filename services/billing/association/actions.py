"""Hearing of a new or corrected profile."""

from datetime import datetime

from sqlmodel import Session

from billing.association.models import AssociationProfile
from billing.association.queries import KNOWN
from kit.contracts import AssociationChanged


def learn(session: Session, message: AssociationChanged, now: datetime) -> None:
    """Keep the newest version of the profile valid from that day; an older message changes nothing."""
    association = message.association
    row = session.get(AssociationProfile, association.valid_from, with_for_update=True)
    if row is None:
        row = AssociationProfile(valid_from=association.valid_from, version=0, body={}, received_at=now)
    if message.version > row.version:
        row.version, row.body, row.received_at = message.version, association.model_dump(mode="json"), now
        session.add(row)
        session.info.pop(KNOWN, None)

"""Changes of the association's profile, told to the siblings in the same transaction."""

from datetime import datetime

from sqlmodel import Session, select

from kit.contracts import Association, AssociationChanged
from kit.mailbox import post
from registration.association.models import AssociationProfile


def save(session: Session, association: Association, now: datetime) -> AssociationProfile:
    """Keep the profile valid from its day on (replacing the one of the same day) and tell billing and notify."""
    query = select(AssociationProfile).where(AssociationProfile.valid_from == association.valid_from)
    row = session.exec(query.with_for_update()).first()
    body = association.model_dump(mode="json")
    if row is None:
        row = AssociationProfile(valid_from=association.valid_from, body=body, changed_at=now)
    elif row.body == body:
        return row
    else:
        row.body, row.version, row.changed_at = body, row.version + 1, now
    session.add(row)
    for sibling in ("billing", "notify"):
        post(session, sibling, AssociationChanged(association=association, version=row.version), now)
    return row

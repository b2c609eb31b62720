"""Keep the copy of the profile current."""

from sqlmodel import Session

from kit.contracts import AssociationChanged
from notify.association.models import AssociationProfile


def keep(session: Session, message: AssociationChanged) -> None:
    """Replace the profile of the same day, unless what we hold is newer: messages may arrive out of order."""
    day = message.association.valid_from
    held = session.get(AssociationProfile, day, with_for_update=True)
    if held is None:
        held = AssociationProfile(valid_from=day, version=0, profile={})
    if message.version > held.version:
        held.version = message.version
        held.profile = message.association.model_dump(mode="json")
        session.add(held)

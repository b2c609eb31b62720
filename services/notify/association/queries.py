"""Who signs today."""

from datetime import date

from sqlmodel import Session, col, select

from kit.contracts import Association
from notify.association.models import AssociationProfile


def in_force(session: Session, day: date) -> Association | None:
    """The profile valid on `day`; before the first one, the first one; None while registration has sent none."""
    rows = select(AssociationProfile)
    newest_first, oldest_first = col(AssociationProfile.valid_from).desc(), col(AssociationProfile.valid_from)
    valid = session.exec(rows.where(AssociationProfile.valid_from <= day).order_by(newest_first).limit(1)).first()
    row = valid or session.exec(rows.order_by(oldest_first).limit(1)).first()
    return Association.model_validate(row.profile) if row else None

"""Reads of what authors changed."""

from sqlmodel import Session, col, select

from registration.catalog.models import Activity, FormerAddress
from registration.catalog.rules import ActivityStatus


def moved(session: Session, lang: str, slug: str) -> Activity | None:
    """The activity that had this address once, when it is shown."""
    query = (
        select(Activity)
        .join(FormerAddress, col(FormerAddress.activity_id) == col(Activity.id))
        .where(FormerAddress.lang == lang, FormerAddress.slug == slug, Activity.status != ActivityStatus.DRAFT)
    )
    return session.exec(query).first()

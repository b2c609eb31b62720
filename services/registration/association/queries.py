"""The profile in force on a day."""

from datetime import date

from sqlmodel import Session, col, select

from kit.contracts import Association, Bilingual
from registration.association.models import AssociationProfile

# What pages show before anyone has described the association.
NOBODY = Association(
    key="guichet",
    valid_from=date(2000, 1, 1),
    legal_name="Guichet",
    short_name=Bilingual(fr="Guichet", en="Guichet"),
    address_lines=(),
    phone="",
    email="",
    privacy_title=Bilingual(fr=""),
    privacy_email="",
    terms=Bilingual(fr=""),
)


def profile_on(session: Session, day: date) -> Association:
    """The profile valid on a day; the oldest one for days before it."""
    rows = session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from))).all()
    valid = [row for row in rows if row.valid_from <= day] or rows[:1]
    return valid[-1].association() if valid else NOBODY


def profiles(session: Session) -> list[AssociationProfile]:
    """Every profile, newest first."""
    return list(session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from).desc())).all())

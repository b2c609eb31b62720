"""The profile in force on a day."""

import uuid
from datetime import date

from sqlmodel import Session, col, select

from kit.contracts import NOBODY, Association
from registration.association.models import AssociationProfile
from registration.files.queries import ids_of, served


def profile_on(session: Session, day: date) -> Association:
    """The profile valid on a day; the oldest one for days before it, nobody's before anyone has described one."""
    rows = session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from))).all()
    valid = [row for row in rows if row.valid_from <= day] or rows[:1]
    return valid[-1].association() if valid else NOBODY


def profiles(session: Session) -> list[AssociationProfile]:
    """Every profile, newest first."""
    return list(session.exec(select(AssociationProfile).order_by(col(AssociationProfile.valid_from).desc())).all())


def files_in_use(session: Session) -> set[uuid.UUID]:
    """The logos of all profiles, old ones too: documents of their time may show them."""
    addresses = (row.association().logo_url for row in profiles(session))
    return ids_of(session, (address.rpartition("/")[2] for address in addresses if "/files/" in address))


def logo(session: Session, association: Association, home: str) -> bytes:
    """The picture of the association's logo; nothing when it was not uploaded here."""
    return logo_at(session, association.logo_picture_url or association.logo_url, home)


def logo_at(session: Session, url: str, home: str) -> bytes:
    """The picture at this address; nothing when it is none of ours."""
    found = served(session, url.removeprefix(f"{home}/files/")) if url.startswith(f"{home}/files/") else None
    return found.content if found else b""

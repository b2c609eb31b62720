"""Changes of the association's profile, sent to the siblings in the same transaction."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue
from sqlmodel import Session, select

from kit.contracts import Association, AssociationChanged
from kit.contracts.callers import Caller
from kit.mailbox import post
from registration.association.models import AssociationProfile
from registration.files.queries import locked, shapes
from registration.files.rules import Purpose, Shape, UnknownFile
from registration.history.actions import record
from registration.history.rules import Change

LONG = 160
# What follows from the logo, and is no change of its own.
OF_THE_LOGO = ("logo_picture_url", "logo_width", "logo_height")


def save(
    session: Session,
    association: Association,
    now: datetime,
    by: Caller | None = None,
    before: Association | None = None,
) -> AssociationProfile:
    """Save the profile valid from its day on, in place of one of the same day, and tell billing and notify.

    With `by`, history remembers what differs from `before`, the profile that was being changed.
    """
    query = select(AssociationProfile).where(AssociationProfile.valid_from == association.valid_from)
    row = session.exec(query.with_for_update()).first()
    body: dict[str, JsonValue] = association.model_dump(mode="json")
    if row is None:
        row = AssociationProfile(valid_from=association.valid_from, body=body, changed_at=now)
    elif row.body == body:
        return row
    else:
        row.body, row.version, row.changed_at = body, row.version + 1, now
    session.add(row)
    for sibling in ("billing", "notify"):
        post(session, sibling, AssociationChanged(association=association, version=row.version), now)
    if by is not None:
        changes = _changes(before.model_dump(mode="json") if before else {}, body)
        record(session, "association", subject(association), "association.saved", by, now, changes)
    return row


def with_logo(session: Session, association: Association, home: str) -> Association:
    """The profile with what is known of its logo: its size, and the picture that mail programs show of a drawing.

    Raises UnknownFile when the logo is said to be one of our files and there is none.
    """
    logo: dict[str, str | int] = dict.fromkeys(OF_THE_LOGO[1:], 0) | {"logo_picture_url": ""}
    key = association.logo_url.removeprefix(f"{home}/files/")
    if key != association.logo_url:
        whole = locked(session, key, Purpose.LOGO)
        if whole is None:
            raise UnknownFile("logo_url")
        picture = shapes(session, [whole.id])[whole.id].get(Shape.PICTURE, whole)
        logo = {"logo_picture_url": home + picture.path, "logo_width": whole.width, "logo_height": whole.height}
    return association.model_copy(update=logo)


def subject(association: Association) -> uuid.UUID:
    """What the history of all its profiles is about."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"association:{association.key}")


def _changes(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> dict[str, Change]:
    """Field by field, as text; `profile.` keeps their names apart from those of other histories."""
    return {
        f"profile.{field}": Change(_text(before.get(field)), _text(value))
        for field, value in after.items()
        if before.get(field) != value and field not in OF_THE_LOGO
    }


def _text(value: JsonValue) -> str:
    """A value as history shows it: both languages, every line; a long text by its beginning."""
    if isinstance(value, dict):
        value = " / ".join(str(part) for part in value.values() if part)
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    text = "" if value is None else str(value)
    return text if len(text) <= LONG else text[:LONG] + "…"

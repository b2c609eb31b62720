"""Staff name the partners of an activity: add, change, order, take away; a logo is given, and approved.

An organisation is known once: what is changed of it (name, address, logo) shows in all its activities.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from kit.contracts.callers import Caller
from kit.errors import NotFound
from kit.sql import column
from kit.text import fold
from registration.catalog.actions import changed
from registration.catalog.partners.models import Organisation, Partnership
from registration.catalog.partners.rules import (
    MOST_PARTNERS,
    AlreadyPartner,
    NoLogoToApprove,
    PartnerText,
    TooManyPartners,
    check,
)
from registration.files.queries import locked
from registration.files.rules import Purpose, UnknownFile
from registration.history.actions import record
from registration.history.rules import Change


@dataclass(frozen=True)
class Editor:
    """Who does it, and when."""

    by: Caller
    now: datetime


def add(session: Session, activity_id: uuid.UUID, text: PartnerText, editor: Editor) -> uuid.UUID:
    """Name a partner, last in order; the partnership's id. An organisation of that name is taken as it is known; a web
    address that is given replaces its own. Raises NotFound, InvalidInput, AlreadyPartner, TooManyPartners."""
    changed(session, activity_id)
    check(text)
    standing = _of_activity(session, activity_id)
    if len(standing) >= MOST_PARTNERS:
        raise TooManyPartners(most=MOST_PARTNERS)
    organisation = _known(session, text) or _new(session, text)
    if any(row.organisation_id == organisation.id for row in standing):
        raise AlreadyPartner("name")
    if text.website and text.website != organisation.website:
        organisation.website = text.website
        session.add(organisation)
        _others_changed(session, organisation.id, activity_id)
    position = max((row.position for row in standing), default=0) + 1
    row = Partnership(activity_id=activity_id, organisation_id=organisation.id, role=text.role, position=position)
    session.add(row)
    session.flush()
    record(
        session,
        "activity",
        row.activity_id,
        "activity.partner_added",
        editor.by,
        editor.now,
        {"partner": Change("", organisation.name)},
    )
    return row.id


def change(session: Session, partnership_id: uuid.UUID, text: PartnerText, editor: Editor) -> None:
    """Another role, name or web address. Raises NotFound, InvalidInput, AlreadyPartner when another organisation has
    that name."""
    row, organisation = _locked(session, partnership_id)
    check(text)
    before = PartnerText(organisation.name, organisation.website, row.role)
    if before == text:
        return
    organisation.name, organisation.folded, organisation.website = text.name.strip(), fold(text.name), text.website
    row.role = text.role
    session.add_all((organisation, row))
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise AlreadyPartner("name") from error
    _others_changed(session, organisation.id, row.activity_id)
    told = {
        "partner": Change(before.name, organisation.name),
        "partner_website": Change(before.website, text.website),
        "partner_role": Change(before.role, text.role),
    }
    changes = {name: one for name, one in told.items() if one.before != one.after}
    record(session, "activity", row.activity_id, "activity.partner_changed", editor.by, editor.now, changes)


def set_logo(
    session: Session, partnership_id: uuid.UUID, file_id: uuid.UUID | None, approved: bool, editor: Editor
) -> None:
    """Give the partner's organisation this logo, none: its name stands alone. It shows once it is approved: by the same
    gesture when whoever gives it has the organisation's yes. Raises NotFound, UnknownFile."""
    row, organisation = _locked(session, partnership_id)
    if file_id is not None and locked(session, file_id, Purpose.LOGO) is None:
        raise UnknownFile("file_id")
    organisation.logo_id = file_id
    organisation.logo_approved_at = editor.now if file_id and approved else None
    session.add(organisation)
    _others_changed(session, organisation.id, row.activity_id)
    action = "activity.partner_logo" if file_id else "activity.partner_logo_gone"
    whose = {"partner": Change("", organisation.name)}
    record(session, "activity", row.activity_id, action, editor.by, editor.now, whose)


def approve_logo(session: Session, partnership_id: uuid.UUID, editor: Editor) -> None:
    """The organisation said yes: its logo shows from now on. Raises NotFound, NoLogoToApprove."""
    row, organisation = _locked(session, partnership_id)
    if organisation.logo_id is None or organisation.logo_approved_at is not None:
        raise NoLogoToApprove()
    organisation.logo_approved_at = editor.now
    session.add(organisation)
    _others_changed(session, organisation.id, row.activity_id)
    record(
        session,
        "activity",
        row.activity_id,
        "activity.partner_logo_approved",
        editor.by,
        editor.now,
        {"partner": Change("", organisation.name)},
    )


def move(session: Session, partnership_id: uuid.UUID, up: bool, editor: Editor) -> None:
    """One place up or down; the first and the last stay where they are. Raises NotFound."""
    row, organisation = _locked(session, partnership_id)
    rows = _of_activity(session, row.activity_id)
    place = [one.id for one in rows].index(row.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, one in enumerate(rows, start=1):
        one.position = position
    session.add_all(rows)
    record(
        session,
        "activity",
        row.activity_id,
        "activity.partner_moved",
        editor.by,
        editor.now,
        {"partner": Change("", organisation.name)},
    )


def remove(session: Session, partnership_id: uuid.UUID, editor: Editor) -> None:
    """It is no partner of this activity any more; the organisation stays known. Raises NotFound."""
    row, organisation = _locked(session, partnership_id)
    session.delete(row)
    record(
        session,
        "activity",
        row.activity_id,
        "activity.partner_removed",
        editor.by,
        editor.now,
        {"partner": Change(organisation.name, "")},
    )


def copy(session: Session, source: uuid.UUID | None, activity_id: uuid.UUID) -> None:
    """A copied activity begins with the same partners."""
    for row in _of_activity(session, source) if source else ():
        mine = Partnership(
            activity_id=activity_id, organisation_id=row.organisation_id, role=row.role, position=row.position
        )
        session.add(mine)


def _of_activity(session: Session, activity_id: uuid.UUID) -> list[Partnership]:
    mine = select(Partnership).where(Partnership.activity_id == activity_id)
    return list(session.exec(mine.order_by(col(Partnership.position), col(Partnership.id))).all())


def _known(session: Session, text: PartnerText) -> Organisation | None:
    named = select(Organisation).where(Organisation.folded == fold(text.name)).with_for_update()
    return session.exec(named).first()


def _new(session: Session, text: PartnerText) -> Organisation:
    """A new organisation; of two who name it at once the second takes the first's."""
    row = Organisation(name=text.name.strip(), folded=fold(text.name), website=text.website)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = _known(session, text)
        if known is None:
            raise
        return known
    return row


def _locked(session: Session, partnership_id: uuid.UUID) -> tuple[Partnership, Organisation]:
    """The partnership and its organisation; the activity's version is raised, which keeps other authors waiting. Raises
    NotFound."""
    activity_id = session.exec(select(Partnership.activity_id).where(Partnership.id == partnership_id)).first()
    if activity_id is None:
        raise NotFound()
    changed(session, activity_id)
    row = session.get(Partnership, partnership_id, with_for_update=True)
    if row is None:
        raise NotFound()
    return row, session.get_one(Organisation, row.organisation_id, with_for_update=True)


def _others_changed(session: Session, organisation_id: uuid.UUID, but: uuid.UUID) -> None:
    """The organisation's other activities are no longer as they were."""
    others = sa.select(column(Partnership.activity_id)).where(
        column(Partnership.organisation_id) == organisation_id, column(Partnership.activity_id) != but
    )
    for activity_id in session.execute(others.order_by(column(Partnership.activity_id))).scalars().all():
        changed(session, activity_id)

"""Accounts of staff are opened, changed and closed; passwords are set; tokens of integrators are made and revoked."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from kit.contracts import SendMessage
from kit.contracts.callers import Caller
from kit.contracts.letters.links import StaffInvite, StaffReset
from kit.errors import BadToken, NotFound
from kit.mailbox import post
from registration.access.rules import LINK_LIFE, AccountDetails, EmailTaken, LastDirector
from registration.access.schemas import LinkClaims
from registration.history.actions import record
from registration.history.rules import Change
from registration.links import Signed
from registration.staff import actions as staff
from registration.staff.models import StaffMember
from registration.staff.queries import by_email, normal_email
from registration.staff.rules import may_enter

PURPOSE = "staff-link"
# Whoever runs the service: no account of ours.
OPERATOR = Caller(frozenset(), "bootstrap", "")


def invite(session: Session, details: AccountDetails, by: Caller, now: datetime) -> StaffMember:
    """Open an account, without a password yet. Raises EmailTaken."""
    if by_email(session, details.email):
        raise EmailTaken("email")
    member = StaffMember(
        email=normal_email(details.email),
        name=details.name,
        roles=sorted(details.roles),
        activities=sorted(details.doors),
        lang=details.lang,
        expires_at=details.expires_at,
        created_at=now,
    )
    session.add(member)
    session.flush()
    changes = {"roles": Change([], member.roles), **doors_change([], details.doors)}
    record(session, "staff", member.id, "staff.invited", by, now, changes)
    return member


def send_link(
    session: Session, member: StaffMember, letter: type[StaffInvite | StaffReset], home: str, secret: str, now: datetime
) -> None:
    """Send the link that sets a password, for the first time or again. Those sent before stay good until one is
    used. At most one every two minutes reaches the address, whoever asks: notify sends a version of a letter once."""
    until = now + LINK_LIFE
    message = SendMessage(
        entity=member.id,
        version=int(now.timestamp()) // 120,
        to=member.email,
        to_name=member.name,
        lang="en" if member.lang == "en" else "fr",
        values=letter(first_name="", url=password_link(member, home, secret, until), until=until),
    )
    post(session, "notify", message, now)


def password_link(member: StaffMember, home: str, secret: str, until: datetime) -> str:
    """Where an account's password is set, once, until then."""
    claims = LinkClaims(staff_id=member.id, version=member.link_version)
    token = Signed(secret, PURPOSE).make(claims.model_dump(mode="json", by_alias=True), until)
    return f"{home}/staff/password/{token}"


def read_link(session: Session, token: str, secret: str, now: datetime, lock: bool = False) -> StaffMember:
    """The account whose password a link sets. Raises NotFound when it is not ours, too old, used, or the account is
    closed: every wrong link has the same answer."""
    try:
        claims = LinkClaims.model_validate(Signed(secret, PURPOSE).read(token, now))
    except BadToken as error:
        raise NotFound() from error
    query = select(StaffMember).where(StaffMember.id == claims.staff_id)
    member = session.exec(query.with_for_update() if lock else query).first()
    if member is None or member.link_version != claims.version:
        raise NotFound()
    if not may_enter(member.disabled_at, member.expires_at, now):
        raise NotFound()
    return member


def set_password(session: Session, member: StaffMember, password_hash: str, now: datetime) -> None:
    """Store the hash of a new password, made outside any transaction. Links and logins from before end."""
    member.password_hash = password_hash
    member.link_version += 1
    session.add(member)
    staff.sign_out_everywhere(session, member.id, now)
    record(session, "staff", member.id, "staff.password_set", _as_caller(member), now)


def bootstrap(session: Session, email: str, now: datetime) -> StaffMember:
    """The director named by the deployment's settings, opened at the first call. Raises WrongSignIn, at sign-in, when
    somebody closed the account: the settings can name another. Raises NotFound once a director has a password: the
    link stands in settings, terminals and browsers, and must not open anything for ever."""
    if director_has_password(session):
        raise NotFound()
    member = settings_director(session, email, now)
    record(session, "staff", member.id, "staff.let_in", _as_caller(member), now)
    return member


def readmit(session: Session, email: str, now: datetime) -> StaffMember:
    """The same, for whoever runs the service and was asked to: whatever had been done to the account, it may set a new
    password and sign in."""
    member = settings_director(session, email, now)
    member.disabled_at = member.expires_at = None
    session.add(member)
    record(session, "staff", member.id, "staff.readmitted", OPERATOR, now)
    return member


def director_has_password(session: Session) -> bool:
    """Whether somebody can let the others in. The roles are few enough to be looked through."""
    accounts = session.exec(select(StaffMember).where(col(StaffMember.password_hash).is_not(None))).all()
    return any("director" in member.roles for member in accounts)


def settings_director(session: Session, email: str, now: datetime) -> StaffMember:
    """The account of the settings' address, opened or made a director's where it is not."""
    member = by_email(session, email)
    if member is None:
        details = AccountDetails(email, normal_email(email).split("@")[0], ("director",), "fr", None)
        member = invite(session, details, OPERATOR, now)
    elif "director" not in member.roles:
        before, member.roles = member.roles, sorted({*member.roles, "director"})
        session.add(member)
        record(
            session,
            "staff",
            member.id,
            "staff.bootstrapped",
            _as_caller(member),
            now,
            {"roles": Change(before, member.roles)},
        )
    return member


def change(session: Session, staff_id: uuid.UUID, details: AccountDetails, by: Caller, now: datetime) -> StaffMember:
    """Change name, roles, language and end. Roles apply at once, and within minutes to what
    the siblings show. Raises LastDirector."""
    member, roles = _lock_account(session, staff_id), sorted(details.roles)
    fields = {
        "name": Change(member.name, details.name),
        "roles": Change(member.roles, roles),
        "lang": Change(member.lang, details.lang),
        "expires_at": Change(member.expires_at, details.expires_at),
    }
    doors = doors_change(member.activities, details.doors)
    member.name, member.roles, member.activities = details.name, roles, sorted(details.doors)
    member.lang, member.expires_at = details.lang, details.expires_at
    session.add(member)
    _require_director(session, now)
    changes = {field: change for field, change in fields.items() if change.before != change.after} | doors
    if changes:
        record(session, "staff", member.id, "staff.changed", by, now, changes)
    return member


def doors_change(before: Sequence[str], doors: Mapping[str, str]) -> dict[str, Change]:
    """What history keeps of the doors chosen for an account or a token: their titles, or that it is every one."""
    if sorted(before) == sorted(doors):
        return {}
    return {"doors": Change(None, ", ".join(doors.values()))} if doors else {"every_door": Change(None, "✓")}


def close(session: Session, staff_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Close an account: its logins end now, its passes with them, its links are dead. Raises LastDirector."""
    member = _lock_account(session, staff_id)
    if member.disabled_at is None:
        member.disabled_at = now
        member.link_version += 1
        session.add(member)
        _require_director(session, now)
        staff.sign_out_everywhere(session, member.id, now)
        record(session, "staff", member.id, "staff.closed", by, now)


def reopen(session: Session, staff_id: uuid.UUID, by: Caller, now: datetime) -> None:
    """Open a closed account again, with the password it had."""
    member = _lock_account(session, staff_id)
    if member.disabled_at is not None:
        member.disabled_at = None
        session.add(member)
        record(session, "staff", member.id, "staff.reopened", by, now)


def set_language(session: Session, staff_id: uuid.UUID, lang: str, by: Caller, now: datetime) -> None:
    """Set the language in which somebody works."""
    member = _lock_account(session, staff_id)
    if member.lang != lang:
        record(session, "staff", member.id, "staff.changed", by, now, {"lang": Change(member.lang, lang)})
        member.lang = lang
        session.add(member)


def _lock_account(session: Session, staff_id: uuid.UUID) -> StaffMember:
    """The account, after locking them all in one order: two directors who close each other must not both succeed."""
    session.exec(select(StaffMember.id).order_by(col(StaffMember.id)).with_for_update()).all()
    member = session.get(StaffMember, staff_id, populate_existing=True)
    if member is None:
        raise NotFound()
    return member


def _require_director(session: Session, now: datetime) -> None:
    """Raises LastDirector unless somebody who may enter is a director."""
    session.flush()
    accounts = session.exec(select(StaffMember)).all()
    if not any("director" in m.roles and may_enter(m.disabled_at, m.expires_at, now) for m in accounts):
        raise LastDirector()


def _as_caller(member: StaffMember) -> Caller:
    return Caller(frozenset(member.roles), str(member.id), member.name, lang=member.lang)

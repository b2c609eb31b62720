"""Small builders: what a test needs to exist already, made through the product's own rules and actions."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session, select

from kit.clock import local_day
from kit.contracts.callers import ANYONE, Caller
from kit.db import Database, new_id
from registration import seed
from registration.association import queries as association
from registration.catalog.models import Activity
from registration.catalog.offers.rules import Offer
from registration.catalog.queries import offer as read_offer
from registration.catalog.rules import Visitor
from registration.passwords import Passwords
from registration.signup import actions
from registration.signup.rules import Circumstances, Plan
from registration.signup.rules_plan import plan
from registration.signup.schemas import AttendeeIn, Contact, Item, SignupRequest
from registration.staff.models import ApiToken, StaffMember

SAMPLE = Path(__file__).parent.parent / "samples" / "association.yaml"


def sample(db: Database, now: datetime) -> None:
    """The sample association, its dates as in the file."""
    seed.load(db, SAMPLE, now)


def offer_of(db: Database, key: str) -> Offer:
    """An activity of the sample by its key, as it stands."""
    with db.read() as session:
        found = read_offer(session, activity_id(session, key))
    assert found is not None
    return found


def activity_id(session: Session, key: str) -> uuid.UUID:
    return session.exec(select(Activity.id).where(Activity.key == key)).one()


def registered(
    db: Database,
    key: str,
    product: str,
    people: Sequence[str],
    now: datetime,
    *,
    who: str = "non_member",
    method: str = "invoice",
    company: str = "Usinage Valbrume inc.",
    quantity: int = 0,
    answers: Mapping[str, str] | None = None,
) -> uuid.UUID:
    """A signup that is in the database: `people` are "First Last"; a place without a name is an empty text.

    By invoice it is confirmed, by card it is held. Nothing is posted.
    """
    done = planned(
        db, key, product, people, now, who=who, method=method, company=company, quantity=quantity, answers=answers
    )
    with db.write() as session:
        actions.record_signup(session, done, actions.Announcement(), ANYONE)
    return done.registration.id


def planned(
    db: Database,
    key: str,
    product: str,
    people: Sequence[str],
    now: datetime,
    *,
    who: str = "non_member",
    method: str = "invoice",
    company: str = "Usinage Valbrume inc.",
    quantity: int = 0,
    answers: Mapping[str, str] | None = None,
) -> Plan:
    """The same worked out, and not yet in the database."""
    offer = offer_of(db, key)
    named = [person.split(" ", 1) if person else ["", ""] for person in people]
    asked = {**must_answer(offer, "attendee"), **(answers or {})}
    attendees = tuple(AttendeeIn(first_name=first, last_name=last, answers=asked) for first, last in named)
    item = Item(product=product, who=who, quantity=quantity or len(people), attendees=attendees)
    request = SignupRequest(
        registration_id=new_id(),
        contact=Contact(first_name="Maude", last_name="Contact", email="maude@example.org"),
        company=company,
        items=(item,),
        contact_attends=False,
        method=method,
        terms_accepted=True,
        answers=must_answer(offer, "registration"),
    )
    return plan(offer, request, circumstances(db, offer, who == "member", now))


def circumstances(db: Database, offer: Offer, member: bool, now: datetime) -> Circumstances:
    """A visitor of no particular company, or of a member's, on this day."""
    with db.read() as session:
        profile = association.profile_on(session, now.date())
    day = local_day(now, offer.activity.timezone)
    return Circumstances(Visitor(member=member), profile, now, day, hold_seconds=1800, new_id=new_id)


def must_answer(offer: Offer, per: str) -> dict[str, str | list[str]]:
    """An answer to each question that must have one: its first option, or a word."""
    required = [question for question in offer.questions if question.required and question.per == per]
    return {question.key: question.options[0].id if question.options else "Réponse" for question in required}


def staff(db: Database, email: str, roles: Sequence[str], now: datetime, **more: object) -> StaffMember:
    """An account; `password_hash`, `expires_at`, `lang`, `name` as given."""
    member = StaffMember(email=email, roles=list(roles), created_at=now, **{"name": "Directrice fictive", **more})
    with db.write() as session:
        session.add(member)
    return member


def program(db: Database, roles: Sequence[str], now: datetime, *, name: str = "Bénévole", lang: str = "fr") -> Caller:
    """Whoever has a token with these roles, as a pass names them."""
    row = ApiToken(name=name, roles=list(roles), token_hash=secrets.token_hex(), created_at=now)
    with db.write() as session:
        session.add(row)
    return Caller(frozenset(roles), str(row.id), name, "", lang)


def quick_hasher() -> tuple[Argon2Hasher, str]:
    """Argon2 at its cheapest, and a hash nobody knows the text of: a test does not pay for what an attacker must."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    return hasher, hasher.hash(secrets.token_urlsafe())


def quick_passwords() -> Passwords:
    return Passwords(*quick_hasher())

"""What registrations hold of an activity, which its author cannot take away."""

import uuid

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.allotments.models import Allotment
from registration.catalog.models import Product, Question, Resource
from registration.catalog.sections.rules import Held
from registration.catalog.sections.schemas import SectionName
from registration.registrations.models import Answer, Registration, RegistrationLine
from registration.registrations.rules import STANDING, RegistrationStatus
from registration.registrations.tallies.queries import tally

# What a line uses: units of each resource, by its key.
USES = TypeAdapter(dict[str, int])


NONE: frozenset[str] = frozenset()


def standing_registrations(session: Session, activity_id: uuid.UUID) -> int:
    """How many registrations of an activity stand, for display: those that are held, and the confirmed by its tally."""
    held = (column(Registration.activity_id) == activity_id, column(Registration.status) == RegistrationStatus.HELD)
    count = sa.select(sa.func.count()).select_from(table(Registration)).where(*held)
    return int(session.execute(count).scalar_one()) + tally(session, activity_id).registrations


def held_of(session: Session, activity_id: uuid.UUID, *sections: SectionName) -> Held:
    """What registrations hold of an activity that saving these sections could take away: those that stand; and of
    prices and resources every line, of questions every answer there is, which is long of a crowd."""
    mine = (column(Registration.activity_id) == activity_id, column(Registration.status).in_(STANDING))
    count = sa.select(sa.func.count()).select_from(table(Registration)).where(*mine)
    lines = bool({SectionName.PRICES, SectionName.RESOURCES} & {*sections})
    products, prices, used = _held_by_lines(session, activity_id) if lines else (NONE, NONE, NONE)
    return Held(
        registrations=session.execute(count).scalar_one(),
        products=products,
        prices=prices,
        resources=used | _reserved(session, activity_id),
        answered=_answered(session, activity_id) if SectionName.QUESTIONS in sections else {},
    )


def _held_by_lines(session: Session, activity_id: uuid.UUID) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The products, prices and resources that any line names."""
    # By the registrations of this activity, which an index has: not by every line there is.
    uses = sa.cast(column(RegistrationLine.uses), sa.Text)
    query = (
        sa.select(column(Product.key), column(RegistrationLine.price_key), uses)
        .select_from(table(Registration))
        .join(table(RegistrationLine), column(RegistrationLine.registration_id) == column(Registration.id))
        .join(table(Product), column(Product.id) == column(RegistrationLine.product_id))
        .where(column(Registration.activity_id) == activity_id)
        .distinct()
    )
    held = session.execute(query).all()
    return (
        frozenset(product for product, *_ in held),
        # What comes with a sponsorship, or is a spot of one, says the key of its price before a +.
        frozenset(price.partition("+")[0] for _, price, _ in held),
        frozenset(key for *_, text in held for key in USES.validate_json(text)),
    )


def _reserved(session: Session, activity_id: uuid.UUID) -> frozenset[str]:
    """The resources of which places were ever reserved."""
    query = sa.select(column(Resource.key)).join(table(Allotment), column(Allotment.resource_id) == column(Resource.id))
    return frozenset(session.execute(query.where(column(Allotment.activity_id) == activity_id)).scalars())


def _answered(session: Session, activity_id: uuid.UUID) -> dict[str, int]:
    """How often each question was answered."""
    query = (
        sa.select(column(Question.key), sa.func.count())
        .select_from(table(Registration))
        .join(table(Answer), column(Answer.registration_id) == column(Registration.id))
        .join(table(Question), column(Question.id) == column(Answer.question_id))
        .where(column(Registration.activity_id) == activity_id)
        .group_by(column(Question.key))
    )
    return {key: int(many) for key, many in session.execute(query)}

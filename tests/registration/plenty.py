"""Many of everything that one can have one of, copied from what the sample has."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from kit.db import new_id
from kit.sql import table
from registration.catalog.allotments.models import Allotment
from registration.catalog.codes.models import Code
from registration.catalog.models import Activity, ActivitySession, Price, Product, Question, Resource
from registration.members.models import Company, Membership, Person
from registration.registrations.models import Registration

MANY = 30


def activities(session: Session, key: str) -> None:
    """A series of many, each with all that its activity has."""
    model = session.exec(select(Activity).where(Activity.key == key)).one()
    parts = [
        row
        for part in (ActivitySession, Product, Question, Resource)
        for row in session.exec(select(part).where(part.activity_id == model.id)).all()  # type: ignore[attr-defined]
    ]
    for n in range(MANY):
        again = copied(
            session, model, **{name: f"{getattr(model, name)}-{n}" for name in ("key", "slug_fr", "slug_en")}
        )
        for part in parts:
            made = copied(session, part, activity_id=again.id)
            if isinstance(part, Product):
                for price in session.exec(select(Price).where(Price.product_id == part.id)).all():
                    copied(session, price, product_id=made.id)


def invited(session: Session, activity_id: uuid.UUID, count: int) -> uuid.UUID:
    """So many places reserved, each by itself, and everybody who signed up came by one code; its id."""
    code = session.exec(select(Code).where(Code.activity_id == activity_id)).one()
    resource = session.exec(select(Resource).where(Resource.activity_id == activity_id)).one()
    for n in range(count):
        row = Allotment(activity_id=activity_id, resource_id=resource.id, label=f"Place {n}", units=1, code_id=code.id)
        session.add(row)
    resource.reserved += count
    session.execute(sa.update(table(Registration)).values(code_id=code.id))
    return code.id


def copied(session: Session, row: SQLModel, **changes: Any) -> Any:
    made = type(row)(**{name: getattr(row, name) for name in type(row).model_fields} | {"id": new_id()} | changes)
    session.add(made)
    session.flush()
    return made


def choices(session: Session, activity_id: uuid.UUID) -> None:
    """Many places, prices and questions in one activity."""
    activity = session.get_one(Activity, activity_id)
    activity.version += 1
    product = session.exec(select(Product).where(Product.activity_id == activity_id, Product.key == "car")).one()
    question = session.exec(select(Question).where(Question.activity_id == activity_id)).first()
    prices = session.exec(select(Price).where(Price.product_id == product.id)).all()
    assert question and prices
    for n in range(MANY):
        made = copied(session, product, key=f"more-{n}", position=100 + n)
        for price in prices:
            copied(session, price, product_id=made.id)
        copied(session, question, key=f"more-{n}", position=100 + n)


def companies(session: Session, company_id: uuid.UUID) -> None:
    """Many companies, and one with many people and years."""
    model = session.get_one(Company, company_id)
    person = session.exec(select(Person).where(Person.company_id == company_id)).first()
    assert person
    for n in range(MANY):
        copied(session, model, key=f"more-{n}", access_code=f"CODE{n}")
        copied(session, person, key=f"more-{n}", email=f"p{n}@example.org")
        session.add(Membership(company_id=company_id, starts=date(1990 + n, 1, 1)))

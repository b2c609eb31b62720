"""What belongs to an activity goes with it, table by table, in the order the database allows."""

import uuid

import sqlalchemy as sa
from sqlmodel import Session

from kit.sql import column, table
from registration.catalog.calendars.models import WithdrawnSession
from registration.catalog.codes.models import Code
from registration.catalog.models import (
    Activity,
    ActivitySession,
    FormerAddress,
    Price,
    Product,
    Question,
    Resource,
)
from registration.catalog.partners.models import Partnership


def delete_parts(session: Session, activity_id: uuid.UUID) -> None:
    """Delete an activity's row with all that only it has. Whatever else names it, the database refuses."""
    products = sa.select(column(Product.id)).where(column(Product.activity_id) == activity_id)
    session.execute(sa.delete(table(Price)).where(column(Price.product_id).in_(products)))
    for part in (ActivitySession, WithdrawnSession, Resource, Product, Question, Code, FormerAddress, Partnership):
        session.execute(sa.delete(table(part)).where(column(part.activity_id) == activity_id))
    session.execute(sa.delete(table(Activity)).where(column(Activity.id) == activity_id))

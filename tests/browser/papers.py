"""Where the documents of what was bought are."""

import uuid

import sqlalchemy as sa

from billing.documents.flows import link
from billing.documents.rules import PaperKind
from kit.sql import column, table
from registration.members.models import Person
from registration.registrations.models import Registration
from tests.browser.scenery import Scenery


def bought(scenery: Scenery) -> str:
    """The documents of what the company of an HR signed up for."""
    one, hr = scenery.signups["confirmed"].id, uuid.UUID(scenery.hr().split("/")[-2])
    with scenery.served.db.write() as session:
        of = sa.select(column(Person.company_id)).where(column(Person.id) == hr).scalar_subquery()
        mine = sa.update(table(Registration)).where(column(Registration.id) == one)
        session.execute(mine.values({column(Registration.company_id): of}))
    return scenery.space(f"/registrations/{one}/documents")


def paper(scenery: Scenery) -> str:
    """The page of an invoice."""
    query = "SELECT i.id, o.version FROM invoice i JOIN orders o ON o.id = i.order_id ORDER BY i.id LIMIT 1"
    [row] = scenery.served.ask(query, "billing")
    service = scenery.served.apps["billing"].state.service
    return link(service, PaperKind.INVOICE, uuid.UUID(str(row.id)), row.version)

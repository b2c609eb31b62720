"""What registration asks for the page that staff start from."""

from fastapi import APIRouter

from billing.association.queries import books
from billing.office.tasks.queries import money_tasks
from billing.service import Here
from kit.auth import allow
from kit.contracts.tasks import MoneyTasks

router = APIRouter(tags=["orders"])


@router.get("/tasks", dependencies=[allow("service:registration")])
def read_tasks(here: Here) -> MoneyTasks:
    """Invoices past their day, and refunds to be made by hand."""
    with here.db.read() as session:
        return money_tasks(session, books(session, here.clock()).day)

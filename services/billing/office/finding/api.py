"""What registration asks while staff look for something."""

from fastapi import APIRouter

from billing.office.finding import queries
from billing.service import Here
from kit.auth import allow
from kit.contracts.finding import FoundOrders, OrderSearch

router = APIRouter(tags=["orders"])


@router.post("/orders/found", dependencies=[allow("service:registration")])
def find_orders(wanted: OrderSearch, here: Here) -> FoundOrders:
    """Orders by code, company, person, purchase order or the beginning of a document's number. It changes nothing: what
    is looked for may be somebody's name, so that it is in no address."""
    with here.db.read() as session:
        return FoundOrders(orders=tuple(queries.find(session, wanted)))

"""The list of orders as a file, whole: for programs, and for the page whose button asks for the same."""

import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from billing.office.exports import queries
from billing.office.exports.schemas import OrderExport
from billing.office.exports.view import order_sheet
from billing.office.listing.queries import OrderFilter
from billing.service import BillingService, Here, Staff
from kit.clock import local_day
from kit.sheets import ANSWERED, answer

router = APIRouter(tags=["orders"])
# Rows that are read at once: a read of some milliseconds, and no more memory than that.
BATCH = 1_000


@router.get("/api/orders/export", response_class=StreamingResponse, responses=ANSWERED)
def export_orders(here: Here, caller: Staff, asked: Annotated[OrderExport, Query()]) -> StreamingResponse:
    """Orders as a file, all that the list shows."""
    return orders_file(here, asked, asked.lang or caller.lang)


def orders_file(here: BillingService, asked: OrderExport, lang: str) -> StreamingResponse:
    """The orders that the list shows, on all its pages."""
    zone, say = here.association().timezone, partial(here.pages.catalogue.say, lang)
    with here.db.read() as session:
        ids = queries.order_ids(session, OrderFilter(asked.search, asked.status, asked.since, asked.until))
    sheet = order_sheet(_batches(here, ids), say, lang, zone)
    return answer(sheet, asked.format, f"{say('exports.file_orders')}-{local_day(here.clock(), zone)}")


def _batches(here: BillingService, ids: Sequence[uuid.UUID]) -> Iterator[list[queries.OrderTold]]:
    """Each batch in a read of its own: no connection is kept while they are sent."""
    for begin in range(0, len(ids), BATCH):
        with here.db.read() as session:
            batch = queries.orders(session, ids[begin : begin + BATCH])
        yield batch

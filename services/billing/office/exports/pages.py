"""The button « Exporter » of the list of orders: the list as it is narrowed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from billing.office.exports.api import orders_file
from billing.office.exports.schemas import OrderExport
from billing.service import Here, Staff
from kit import app, lookup

router = APIRouter(include_in_schema=False)


@router.get("/staff/orders/export")
def export(request: Request, here: Here, caller: Staff, asked: Annotated[OrderExport, Query()]) -> Response:
    asked = asked.model_copy(update={"search": lookup.words_of(request)})
    return orders_file(here, asked, app.language(request, caller.lang))

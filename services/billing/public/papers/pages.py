"""A document as its buyer sees it: on a page, what is left to pay of it, and its file."""

import uuid

from fastapi import APIRouter, Request, Response

from billing.checkout.flows import invoice_pay_url, pay_url
from billing.documents.flows import behind_link, file
from billing.documents.models import DocumentFile
from billing.documents.queries import standing_of
from billing.documents.rules import PaperKind
from billing.documents.view import Writer
from billing.orders.queries import order as order_of
from billing.service import Here
from kit import app
from kit.auth import allow
from kit.print import PDF

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


@router.get("/papers/{kind}/{document_id}/{token}")
def show(
    kind: PaperKind, document_id: uuid.UUID, token: str, request: Request, here: Here, payment: str = ""
) -> Response:
    """What the document says, as it says it on paper; an invoice says also what is left to pay, by card too. Back from
    Stripe's page (`payment`) before Stripe told us, it says that it is being confirmed."""
    document = behind_link(here, kind, document_id, token)
    with here.db.read() as session:
        standing = standing_of(session, document_id) if kind is PaperKind.INVOICE else None
        order = order_of(session, document.order_id)
    address = pay_url(here, order) if kind is PaperKind.NOTICE else ""
    if standing:
        address = invoice_pay_url(here, standing)
    return app.page(
        request,
        "papers/paper.html",
        app.language(request, document.body.lang),
        paper=Writer(here.pages.catalogue, document.body.lang).paper(document, b""),
        kind=kind,
        standing=standing,
        confirming=payment == "received" and standing is not None and standing.owed > 0,
        pay_url=address,
        file_url=f"{here.base}/papers/{kind}/{document_id}/{token}/file",
    )


@router.get("/papers/{kind}/{document_id}/{token}/file")
def download(kind: PaperKind, document_id: uuid.UUID, token: str, here: Here) -> Response:
    """Its file, the same bytes for ever."""
    behind_link(here, kind, document_id, token)
    return answer(file(here, kind, document_id))


def answer(made: DocumentFile) -> Response:
    """A file, shown by the browser; its name says nothing of anybody."""
    headers = {"Content-Disposition": f'inline; filename="{made.file_name}"', "Cache-Control": "private, no-store"}
    return Response(made.pdf, media_type=PDF, headers=headers)

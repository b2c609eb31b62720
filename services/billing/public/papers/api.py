"""Documents' files, for the services that send them or show them."""

import base64

from fastapi import APIRouter

from billing.checkout.flows import invoice_pay_url
from billing.documents.flows import file
from billing.documents.queries import standing_of
from billing.documents.rules import PaperKind
from billing.service import Here
from kit.auth import allow
from kit.contracts.papers import PaperFile, PaperQuestion
from kit.errors import NotFound, refusals

router = APIRouter(tags=["documents"])


@router.post(
    "/papers/file", dependencies=[allow("service:notify", "service:registration")], openapi_extra=refusals(NotFound)
)
def read_paper(body: PaperQuestion, here: Here) -> PaperFile:
    """The file of a document, made out when nobody has asked for it before; of an invoice, where it is paid by card."""
    made, address = file(here, PaperKind(body.kind), body.id), ""
    if made.kind is PaperKind.INVOICE:
        with here.db.read() as session:
            address = invoice_pay_url(here, standing_of(session, body.id))
    return PaperFile(name=made.file_name, sha256=made.sha256, pdf=base64.b64encode(made.pdf), pay_url=address)

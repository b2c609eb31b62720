"""A document's file: made out when it is first asked for, outside any transaction, and the same from then on.

Nothing has to be told of it: whoever dies between two steps leaves no file, and the next who asks has it made out. Of
two who ask together the first to write wins, and both are given what was written.
"""

import hashlib
import uuid

from billing.documents.models import DocumentFile
from billing.documents.queries import Issued, file_of, issued
from billing.documents.rules import PaperKind
from billing.documents.view import Writer
from billing.service import BillingService
from kit.auth import check_link, link_token
from kit.contracts.papers import LogoFile, LogoQuestion
from kit.sql import add_once, column

LINK, REGISTRATION = "paper", "registration"


def link(here: BillingService, kind: PaperKind, document_id: uuid.UUID, version: int) -> str:
    """The page of a document, for whoever has the address: it ends when the links of its order do (`version`)."""
    token = link_token(here.settings.signing_key, f"{LINK}-{kind}", document_id, version)
    return f"{here.public_url}/papers/{kind}/{document_id}/{token}"


def behind_link(here: BillingService, kind: PaperKind, document_id: uuid.UUID, token: str) -> Issued:
    """The document of a link. Raises NotFound, the same for a wrong token as for none there is."""
    with here.db.read() as session:
        document = issued(session, kind, document_id)
    check_link(here.settings.signing_key, f"{LINK}-{kind}", document_id, document.version, token)
    return document


def file(here: BillingService, kind: PaperKind, document_id: uuid.UUID) -> DocumentFile:
    """Raises NotFound, Busy."""
    with here.db.read() as session:
        known = file_of(session, kind, document_id)
        if known is not None:
            return known
        document = issued(session, kind, document_id)
    writer = Writer(here.pages.catalogue, document.body.lang)
    pdf = here.press.printed(writer.paper(document, _logo(here, document.body.seller.logo_url)))
    made = DocumentFile(
        kind=kind,
        document_id=document_id,
        file_name=writer.file_name(document),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        pdf=pdf,
        made_at=here.clock(),
    )
    with here.db.write() as session:
        add_once(session, DocumentFile, made.model_dump(), column(DocumentFile.kind), column(DocumentFile.document_id))
    with here.db.read() as session:
        return file_of(session, kind, document_id) or made


def _logo(here: BillingService, url: str) -> bytes:
    """The picture of a logo that registration keeps; nothing for one that it does not. Raises Busy."""
    if not url:
        return b""
    answer = here.siblings[REGISTRATION].call("POST", "/logos", LogoQuestion(url=url).model_dump(mode="json"))
    return LogoFile.model_validate(answer).picture

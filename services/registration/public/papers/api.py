"""The documents of a registration, for programs that hold its contact's link."""

import uuid

from fastapi import APIRouter

from kit.auth import allow
from kit.errors import NotFound, refusals
from registration.public.form.schemas import LinkToken
from registration.public.papers.schemas import PaperList
from registration.public.papers.view import papers_of
from registration.public.personal.queries import behind_contact_link
from registration.service import Here

router = APIRouter(tags=["registrations"], dependencies=[allow("link")])


@router.get("/api/registrations/{registration_id}/documents", openapi_extra=refusals(NotFound))
def list_documents(here: Here, registration_id: uuid.UUID, token: LinkToken = "") -> PaperList:
    """Its invoice, credit notes and receipts, the oldest first, each with the address of its page."""
    with here.db.read() as session:
        whole = behind_contact_link(session, here.offers, here.links, registration_id, token)
    return PaperList(documents=list(papers_of(here, whole.registration)))

"""The documents of a registration, behind its contact's link."""

import uuid

from fastapi import APIRouter, Request, Response

from kit.auth import allow
from registration.public.papers.view import papers_page
from registration.public.personal.queries import behind_contact_link
from registration.service import Here

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


@router.get("/r/{registration_id}/{token}/documents")
def documents(request: Request, here: Here, registration_id: uuid.UUID, token: str) -> Response:
    """Its invoice, credit notes and receipts."""
    with here.db.read() as session:
        whole = behind_contact_link(session, here.offers, here.links, registration_id, token)
    back = here.links.registration(registration_id, whole.registration.link_version)
    return papers_page(request, here, whole.registration, back)

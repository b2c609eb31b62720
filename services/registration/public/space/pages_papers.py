"""The documents of what a company signed up for, for whoever answers for what is owed or signs people up."""

import uuid

from fastapi import APIRouter, Request, Response

from kit.auth import allow
from kit.errors import NotFound
from registration.public.papers.view import papers_page
from registration.public.space.pages import Mine
from registration.public.space.queries import signed
from registration.registrations.queries import whole_registration
from registration.service import Here

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


@router.get("/company/registrations/{registration_id}/documents")
def documents(request: Request, here: Here, inside: Mine, registration_id: uuid.UUID) -> Response:
    """The invoice, credit notes and receipts of one registration of the company. Raises NotFound, the same for one of
    another company as for none there is."""
    with here.db.read() as session:
        if registration_id not in {row.id for row in signed(session, inside, here.clock())}:
            raise NotFound()
        registration = whole_registration(session, registration_id, here.offers).registration
    return papers_page(request, here, registration, f"{here.base}/company")

"""A draft as its page will be, for whoever has its link."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.errors import NotFound
from registration.catalog import queries
from registration.catalog import view as public
from registration.catalog.rules import ActivityStatus, Visitor
from registration.links import PREVIEW
from registration.members import queries as members
from registration.public.storefront.pages import HTML, activity_text
from registration.service import Here, PageLang

router = APIRouter(include_in_schema=False, dependencies=[allow("public")])


@router.get("/fr/apercu/{activity_id}/{token}")
@router.get("/en/preview/{activity_id}/{token}")
def preview(
    request: Request,
    here: Here,
    lang: PageLang,
    activity_id: uuid.UUID,
    token: str,
    seen_by: Annotated[Literal["", "member"], Query()] = "",
) -> Response:
    """A draft as its page will be, for whoever has its link; what is published is at its own address."""
    here.links.check("preview", activity_id, PREVIEW, token)
    with here.db.read() as session:
        offer = queries.offer(session, activity_id)
    if offer is None:
        raise NotFound()
    if offer.activity.status is not ActivityStatus.DRAFT:
        return kit_app.see(here.home + public.page(offer.activity, lang))
    name = here.pages.catalogue.say(lang, "storefront.a_member")
    visitor = Visitor("preview", name, member=True) if seen_by else members.NOBODY
    page = activity_text(request, here, lang, offer, visitor, None, here.links.preview(activity_id, lang))
    return Response(page, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}, media_type=HTML)

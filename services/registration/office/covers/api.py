"""The cover of an activity, for programs."""

import uuid

from fastapi import APIRouter, Response

from kit.contracts import Bilingual
from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog import queries
from registration.catalog.covers.actions import set_cover
from registration.catalog.covers.rules import alt_texts
from registration.files.rules import UnknownFile
from registration.office.covers.schemas import CoverIn, CoverView
from registration.service import COORDINATORS, Coordinator, Here

router = APIRouter(tags=["files"])
ADDRESS = "/api/staff/activities/{activity_id}/cover"


@router.get(ADDRESS, dependencies=[COORDINATORS])
def read_cover(activity_id: uuid.UUID, here: Here) -> CoverView:
    """The cover of an activity, draft or not."""
    with here.db.read() as session:
        offer = queries.offer(session, activity_id)
    if offer is None:
        raise NotFound()
    return CoverView.of(offer.activity.cover, offer.activity.version, here.home)


@router.post(ADDRESS, response_model=CoverView, openapi_extra=refusals(UnknownFile))
def set_activity_cover(activity_id: uuid.UUID, body: CoverIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Give an activity a picture as its cover, or go back to the drawn one. History says who."""
    alt = alt_texts(body.alt_fr, body.alt_en) if body.file_id else Bilingual(fr="")
    now = here.clock()
    with here.db.write() as session:

        def act() -> CoverView:
            set_cover(session, activity_id, body.file_id, alt, caller, now)
            offer = queries.offer(session, activity_id)
            if offer is None:
                raise NotFound()
            return CoverView.of(offer.activity.cover, offer.activity.version, here.home)

        return once(session, key, now, act)

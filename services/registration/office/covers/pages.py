"""Staff's page of an activity's cover: a picture with what it shows, or the drawn one.

Its form (`covers/form.html`) stands alone: a page about the whole activity may include it with the same context.
"""

import uuid

from fastapi import APIRouter, Request, Response

from kit import app as kit_app
from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog import queries
from registration.catalog.covers.actions import set_cover
from registration.catalog.covers.rules import alt_texts
from registration.catalog.covers.view import cover_of
from registration.files import actions as files
from registration.files.flows import made
from registration.files.rules import NoFile, Purpose
from registration.forms import FormValues
from registration.history import queries as history
from registration.history import view as history_view
from registration.service import Coordinator, Here, RegistrationService
from registration.uploads import FormWithFile, PostedFile

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/cover"


@router.get(ADDRESS)
def cover(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, done: str = "") -> Response:
    return _page(request, here, caller, activity_id, done=done)


@router.post(ADDRESS)
def save(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, posted: PostedFile) -> Response:
    """Take the picture, or its new description, or go back to the drawn cover."""
    try:
        _save(here, activity_id, posted, caller)
    except InvalidInput as refusal:
        return _page(request, here, caller, activity_id, posted.values, refusal)
    except NotFound:
        raise
    except Refusal as refusal:
        refusal.field = "picture"
        return _page(request, here, caller, activity_id, posted.values, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/cover?done=saved")


def _save(here: RegistrationService, activity_id: uuid.UUID, posted: FormWithFile, caller: Caller) -> None:
    """The picture is made anew before the transaction in which the activity gets it."""
    now, gone = here.clock(), posted.values.one("act") == "gone"
    alt = Bilingual(fr="") if gone else alt_texts(posted.values.one("alt_fr"), posted.values.one("alt_en"))
    ready = made(posted.file, Purpose.COVER) if posted.file and not gone else ()
    with here.db.write() as session:
        offer = queries.offer(session, activity_id)
        if offer is None:
            raise NotFound()
        kept = offer.activity.cover.file_id if offer.activity.cover and not gone else None
        file_id = files.keep(session, ready, Purpose.COVER, now).id if ready else kept
        if file_id is None and not gone:
            raise NoFile()
        set_cover(session, activity_id, file_id, alt, caller, now)


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    typed: FormValues | None = None,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer = queries.offer(session, activity_id)
        entries = history.of(session, activity_id)
    if offer is None:
        raise NotFound()
    activity = offer.activity
    alt = activity.cover.alt if activity.cover else Bilingual(fr="")
    return kit_app.page(
        request,
        "covers/cover.html",
        lang,
        refusal.status if refusal else 200,
        activity=activity,
        cover=cover_of(activity, here.association(), lang),
        cover_address=f"{here.home}/staff/activities/{activity_id}/cover",
        alt_fr=typed.one("alt_fr") if typed else alt.fr,
        alt_en=typed.one("alt_en") if typed else alt.en,
        errors=here.errors(refusal, lang),
        saved=done == "saved",
        entries=history_view.lines(entries, here.pages.catalogue, activity.timezone, lang),
    )

"""Staff's page of an activity's sponsors: who has which level and spot, what is paid, what is owed and since when."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from kit.paging import ListAddress
from registration.office.sponsors.view import Treatment, treatment
from registration.service import Coordinator, Here, Reader, RegistrationService
from registration.sponsors import actions, queries

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/sponsors"
DONE = {"delivered", "undone"}


@router.get(ADDRESS)
def sponsors(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, done: str = "") -> Response:
    """Every sponsorship with its benefits, late ones first."""
    return _page(request, here, caller, activity_id, done=done if done in DONE else "")


@router.post(f"{ADDRESS}/{{benefit_id}}/deliver")
def deliver(
    request: Request, activity_id: uuid.UUID, benefit_id: uuid.UUID, here: Here, caller: Coordinator
) -> Response:
    """A benefit was delivered."""
    try:
        with here.db.write() as session:
            _refuse_elsewhere(session, activity_id, benefit_id)
            actions.deliver(session, benefit_id, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/sponsors?done=delivered")


@router.post(f"{ADDRESS}/{{benefit_id}}/undo")
def undo(request: Request, activity_id: uuid.UUID, benefit_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """It was not, after all."""
    try:
        with here.db.write() as session:
            _refuse_elsewhere(session, activity_id, benefit_id)
            actions.undo(session, benefit_id, caller, here.clock())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/sponsors?done=undone")


def _refuse_elsewhere(session: Session, activity_id: uuid.UUID, benefit_id: uuid.UUID) -> None:
    """A benefit of another activity is none of this page. Raises NotFound."""
    if queries.activity_of(session, benefit_id) != activity_id:
        raise NotFound()


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    refusal: Refusal | None = None,
    done: str = "",
) -> Response:
    lang = kit_app.language(request, caller.lang)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows = queries.sponsorships(session, activity_id)
        treated = treatment(session, activity_id, rows)
    today = offer.local_day(here.clock())
    # Whoever waits for what is late comes first; the order within is that of the amounts.
    rows.sort(key=lambda row: not row.is_late(today))
    levels = [product for product in offer.products if product.level.is_level]
    context: dict[str, Any] = {
        "rows": rows,
        "today": today,
        "levels": levels,
        "free_spots": {product.key: offer.free_spots(product) for product in levels},
        "owed": sum(1 for row in rows for one in row.benefits if one.delivered_at is None),
        "late": sum(1 for row in rows for one in row.benefits if one.is_late(today)),
        "total": sum(row.amount for row in rows),
        "treatment": treated,
        "may_decide": treated is Treatment.TO_CONFIRM and caller.may("director", "accountant"),
        "errors": here.errors(refusal, lang),
        "zone": offer.activity.timezone,
        "address": f"{here.home}/staff/activities/{activity_id}",
        "export_link": ListAddress(f"{here.home}/staff/activities/{activity_id}/sponsors/export", {}),
        "activity_title": offer.activity.title.in_(lang),
        "may_act": caller.may("director", "coordinator"),
        "done": done,
        "page_title": here.pages.catalogue.say(lang, "sponsors.title"),
    }
    return kit_app.page(request, "sponsors/sponsors.html", lang, refusal.status if refusal else 200, **context)

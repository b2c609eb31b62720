"""House templates, for programs: kept from an activity, listed, deleted; a new activity names the one it is of."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.house_templates import actions, queries
from registration.catalog.house_templates.rules import TemplateNameTaken
from registration.office.house_templates.schemas import TemplateIn, TemplateReference, TemplateView
from registration.service import COORDINATORS, Coordinator, Here

router = APIRouter(tags=["authoring"])


@router.get("/api/staff/templates", dependencies=[COORDINATORS])
def list_templates(here: Here) -> list[TemplateView]:
    """Every template of the house, by its name."""
    with here.db.read() as session:
        return [TemplateView(**vars(row)) for row in queries.templates(session)]


@router.post(
    "/api/staff/activities/{activity_id}/template",
    response_model=TemplateReference,
    status_code=201,
    openapi_extra=refusals(NotFound, TemplateNameTaken),
)
def keep_template(activity_id: uuid.UUID, body: TemplateIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Keep an activity, as it is written now, as a template."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> TemplateReference:
            return TemplateReference(id=actions.keep(session, activity_id, body.name, caller, now))

        return once(session, key, now, act, 201)


@router.post(
    "/api/staff/templates/{template_id}/delete", response_model=TemplateReference, openapi_extra=refusals(NotFound)
)
def delete_template(template_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Delete a template; activities made from it stay as they are."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> TemplateReference:
            actions.delete(session, template_id, caller, now)
            return TemplateReference(id=template_id)

        return once(session, key, now, act)

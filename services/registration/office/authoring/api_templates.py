"""Templates of the house, for programs: listed, kept from an activity, removed."""

import uuid

from fastapi import APIRouter, Response

from kit.errors import NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.templates import actions, queries
from registration.catalog.templates.rules import TemplateNameTaken
from registration.office.authoring.schemas import TemplateIn, TemplateOut, TemplateReference
from registration.service import COORDINATORS, Coordinator, Here

router = APIRouter(tags=["authoring"])


@router.get("/api/staff/templates", dependencies=[COORDINATORS])
def list_templates(here: Here) -> list[TemplateOut]:
    """The templates of the house, by name."""
    with here.db.read() as session:
        return [TemplateOut(id=row.id, name=row.name, kind=row.kind) for row in queries.templates(session)]


@router.post(
    "/api/staff/activities/{activity_id}/template",
    response_model=TemplateReference,
    status_code=201,
    openapi_extra=refusals(NotFound, TemplateNameTaken),
)
def keep_template(activity_id: uuid.UUID, body: TemplateIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Keep an activity as a template: its texts, prices, resources, questions and dates; no code, no cover, nobody."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> TemplateReference:
            return TemplateReference(id=actions.keep(session, activity_id, body.name, Author(caller, now)))

        return once(session, key, now, act, 201)


@router.post(
    "/api/staff/templates/{template_id}/remove", response_model=TemplateReference, openapi_extra=refusals(NotFound)
)
def remove_template(template_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Remove a template; the activities made from it stay as they are."""
    now = here.clock()
    with here.db.write() as session:

        def act() -> TemplateReference:
            actions.remove(session, template_id, Author(caller, now))
            return TemplateReference(id=template_id)

        return once(session, key, now, act)

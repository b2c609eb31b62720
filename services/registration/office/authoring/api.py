"""What the editor does, for programs: begin an activity, read and save its sections, publish it, take it back."""

import uuid
from dataclasses import replace

from fastapi import APIRouter, Response
from sqlmodel import Session

from kit.clock import local
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, refusals
from kit.idempotency import Key, once
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions import NewSeries
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.authoring.queries import neighbours
from registration.catalog.authoring.rules_calendar import warnings
from registration.catalog.authoring.rules_publishing import gaps
from registration.catalog.copies.rules import checked, copied
from registration.catalog.presets.rules import PRESETS
from registration.catalog.presets.view import Basics, begun
from registration.catalog.sections import queries as sections
from registration.catalog.sections import rules
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    Prices,
    Questions,
    Resources,
    Section,
    SectionName,
    Terms,
    Title,
    Welcome,
)
from registration.catalog.templates.queries import body_of
from registration.catalog.templates.view import made_from
from registration.office.authoring import queries
from registration.office.authoring.schemas import (
    DraftView,
    GapView,
    NewActivity,
    NewDraft,
    OpenedOn,
    Publication,
    PublishRequest,
    SeriesIn,
    SeriesOut,
    WarningView,
)
from registration.registrations.held.queries import held_of
from registration.service import READERS, Coordinator, Here, RegistrationService

router = APIRouter(tags=["authoring"])
ADDRESS = "/api/staff/activities/{activity_id}"
# What saving a section may refuse.
SAVING = refusals(
    NotFound,
    rules.SectionChanged,
    rules.StillHeld,
    rules.MovedWithoutTelling,
    rules.AddressTaken,
    rules.CapacityBelowTaken,
    rules.CapacityBelowReserved,
    rules.AnsweredAlready,
    rules.TermsAreFixed,
)


@router.post("/api/staff/activities", response_model=NewDraft, status_code=201, openapi_extra=refusals(NotFound))
def begin_activity(new: NewActivity, here: Here, caller: Coordinator, key: Key) -> Response:
    """Begin a draft, which nobody else sees until it is published."""
    now = here.clock()
    with here.db.write() as session:
        return once(session, key, now, lambda: begin_for_office(here, session, new, caller), 201)


@router.post("/api/staff/series", response_model=SeriesOut, status_code=201)
def add_series(series: SeriesIn, here: Here, caller: Coordinator, key: Key) -> Response:
    """Add a series, that editions or cohorts belong to."""
    now = here.clock()

    def act() -> SeriesOut:
        new = NewSeries(series.key, series.slug.said, series.title.said, series.summary.said)
        return SeriesOut(id=actions.add_series(session, new, Author(caller, now)), **series.model_dump())

    with here.db.write() as session:
        return once(session, key, now, act, 201)


@router.get(f"{ADDRESS}/draft", dependencies=[READERS], openapi_extra=refusals(NotFound))
def read_draft(activity_id: uuid.UUID, here: Here) -> DraftView:
    """An activity section by section, with what is missing and what is worth a look."""
    with here.db.read() as session:
        return draft_view(here, session, activity_id)


@router.put(f"{ADDRESS}/essentials", openapi_extra=SAVING)
def save_essentials(
    activity_id: uuid.UUID, section: Essentials, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save what it is, and where."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/dates", openapi_extra=SAVING)
def save_dates(
    activity_id: uuid.UUID, section: Dates, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save when it happens and when one may sign up; people who are registered are told by postponing it."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/prices", openapi_extra=SAVING)
def save_prices(
    activity_id: uuid.UUID, section: Prices, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save what is for sale; who is registered keeps the price that was agreed."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/resources", openapi_extra=SAVING)
def save_resources(
    activity_id: uuid.UUID, section: Resources, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save what there is so much of, and what each product takes of it."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/questions", openapi_extra=SAVING)
def save_questions(
    activity_id: uuid.UUID, section: Questions, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save what is asked; one that was answered and is left out is retired, its answers stay readable."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/terms", openapi_extra=SAVING)
def save_terms(
    activity_id: uuid.UUID, section: Terms, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save how it is paid, and what is returned to who cancels."""
    return _save(here, caller, activity_id, section, mark)


@router.put(f"{ADDRESS}/welcome", openapi_extra=SAVING)
def save_welcome(
    activity_id: uuid.UUID, section: Welcome, here: Here, caller: Coordinator, mark: OpenedOn = ""
) -> DraftView:
    """Save where people are checked in."""
    return _save(here, caller, activity_id, section, mark)


@router.post(
    f"{ADDRESS}/publish",
    response_model=Publication,
    openapi_extra=refusals(NotFound, rules.NotADraft, rules.NotReady),
)
def publish_activity(
    activity_id: uuid.UUID, request: PublishRequest, here: Here, caller: Coordinator, key: Key
) -> Response:
    """Show it to everybody, now or later."""
    with here.db.write() as session:
        return once(session, key, here.clock(), lambda: publish_for_office(here, session, activity_id, request, caller))


@router.post(
    f"{ADDRESS}/withdraw", response_model=Publication, openapi_extra=refusals(NotFound, rules.PeopleRegistered)
)
def withdraw_activity(activity_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Make it a draft again, while nobody is registered."""

    def act() -> Publication:
        withdraw_for_office(here, session, activity_id, caller)
        return Publication(status="draft", publish_at=None)

    with here.db.write() as session:
        return once(session, key, here.clock(), act)


@router.post(
    f"{ADDRESS}/delete", response_model=Publication, openapi_extra=refusals(NotFound, rules.NotADraft, rules.OnceUsed)
)
def delete_draft(activity_id: uuid.UUID, here: Here, caller: Coordinator, key: Key) -> Response:
    """Delete a draft."""
    now = here.clock()

    def act() -> Publication:
        actions.delete(session, activity_id, Author(caller, now))
        return Publication(status="deleted", publish_at=None)

    with here.db.write() as session:
        return once(session, key, now, act)


def begin_for_office(here: RegistrationService, session: Session, new: NewActivity, by: Caller) -> NewDraft:
    """Begin in this transaction. Raises NotFound (nothing to copy), InvalidInput."""
    try:
        draft = checked(_begun(here, session, new))
    except ValueError as error:  # A day of it would be beyond what calendars hold.
        raise InvalidInput({"day": "problem.day_too_far"}) from error
    if new.copy_of and new.title_fr:
        title = Title(fr=new.title_fr, en=new.title_en)
        draft = replace(draft, essentials=draft.essentials.model_copy(update={"title": title, "slug": Title()}))
    if new.key:
        draft = replace(draft, key=new.key)
    activity_id = actions.begin(session, draft, Author(by, here.clock()), new.copy_of)
    standing = sections.draft(session, activity_id)
    return NewDraft(id=activity_id, key=standing.key if standing else "")


def _begun(here: RegistrationService, session: Session, new: NewActivity) -> Draft:
    title = Title(fr=new.title_fr, en=new.title_en)
    if new.copy_of:
        source = sections.draft(session, new.copy_of)
        if source is None:
            raise NotFound()
        return copied(source, new.day)
    zone, basics = here.association().timezone, Basics(title, new.day, new.place)
    if new.template:
        return made_from(body_of(session, new.template), basics)
    if new.preset in PRESETS:
        return begun(PRESETS[new.preset], basics, zone, here.pages.catalogue.say)
    if new.preset or not new.kind:
        raise InvalidInput({"preset": "problem.unknown_preset"})
    return Draft(key=new.key, kind=new.kind, timezone=zone, essentials=Essentials(title=title))


def publish_for_office(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, request: PublishRequest, by: Caller
) -> Publication:
    """Publish in this transaction. Raises NotFound, NotADraft, NotReady."""
    standing = sections.draft(session, activity_id)
    if standing is None:
        raise NotFound()
    at = rules.moment(request.at, standing.timezone)
    actions.publish(session, activity_id, at, Author(by, here.clock()))
    row = queries.standing(session, activity_id)
    return Publication(status=row.status.value if row else "", publish_at=row.publish_at if row else None)


def save_for_office(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, section: Section, mark: str, by: Caller
) -> None:
    """Save a section in this transaction. Raises what `actions.save` does."""
    actions.lock(session, activity_id)
    held = held_of(session, activity_id, actions.section_name(section))
    actions.save(session, activity_id, section, mark, held, Author(by, here.clock()))


def withdraw_for_office(here: RegistrationService, session: Session, activity_id: uuid.UUID, by: Caller) -> None:
    """Make it a draft again in this transaction. Raises NotFound, PeopleRegistered."""
    actions.lock(session, activity_id)
    actions.withdraw(session, activity_id, held_of(session, activity_id), Author(by, here.clock()))


def _save(here: RegistrationService, caller: Caller, activity_id: uuid.UUID, section: Section, mark: str) -> DraftView:
    with here.db.write() as session:
        save_for_office(here, session, activity_id, section, mark, caller)
        return draft_view(here, session, activity_id)


def draft_view(here: RegistrationService, session: Session, activity_id: uuid.UUID) -> DraftView:
    """An activity as its author sees it now. Raises NotFound."""
    draft, standing = sections.draft(session, activity_id), queries.standing(session, activity_id)
    if draft is None or standing is None:
        raise NotFound()
    before = sections.draft(session, standing.copied_from) if standing.copied_from else None
    now = local(here.clock(), draft.timezone).replace(tzinfo=None)
    others = neighbours(session, here.clock(), activity_id)
    return DraftView(
        id=activity_id,
        key=draft.key,
        kind=draft.kind,
        timezone=draft.timezone,
        status=standing.status.value,
        publish_at=standing.publish_at,
        **{name.value: draft.section(name) for name in SectionName},
        marks={name: sections.mark(draft.section(name)) for name in SectionName},
        gaps=[GapView(section=gap.section, what=gap.what, needed=gap.needed) for gap in gaps(draft)],
        warnings=[
            WarningView(what=one.what, day=one.day, name=one.name) for one in warnings(draft, now, before, others)
        ],
    )

"""What authors do to an activity: begin one, save a section of it, publish it, take it back, delete a draft."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.errors import Busy, InvalidInput, NotFound
from kit.sql import column, insert_once, table
from registration.catalog.actions import changed
from registration.catalog.authoring import actions_offer as offer
from registration.catalog.authoring import actions_page as page
from registration.catalog.authoring.actions_parts import delete_parts
from registration.catalog.authoring.actions_writing import Author, Writing
from registration.catalog.authoring.rules_calendar import moves_calendars
from registration.catalog.authoring.rules_history import differences
from registration.catalog.authoring.rules_publishing import gaps
from registration.catalog.calendars.actions import moved
from registration.catalog.models import Activity, Series
from registration.catalog.partners import actions as partners
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.queries import draft as read_draft
from registration.catalog.sections.queries import mark
from registration.catalog.sections.rules import (
    Draft,
    Held,
    NotADraft,
    NotReady,
    OnceUsed,
    PeopleRegistered,
    SectionChanged,
    problems,
    series_problems,
    slug_of,
)
from registration.catalog.sections.rules_offer import offer_problems
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    Prices,
    Questions,
    Resources,
    Section,
    SectionName,
    Terms,
    Text,
    Title,
    Welcome,
)
from registration.history.actions import record
from registration.history.rules import Change

# How often a new draft looks for a key and addresses that nobody took meanwhile.
ATTEMPTS = 5
# The sections in the order they can be written: what one of them names was written by one before.
WRITTEN = (
    SectionName.ESSENTIALS,
    SectionName.DATES,
    SectionName.PRICES,
    SectionName.RESOURCES,
    SectionName.QUESTIONS,
    SectionName.TERMS,
    SectionName.WELCOME,
)


@dataclass(frozen=True)
class NewSeries:
    """A series to be: its key for good, the texts of its page."""

    key: str
    slug: Bilingual
    title: Bilingual
    summary: Bilingual


def begin(session: Session, begun: Draft, author: Author, copied_from: uuid.UUID | None = None) -> uuid.UUID:
    """Write a new draft, whole, under a key and addresses of its own; its id. Raises InvalidInput."""
    essentials = begun.essentials
    if not essentials.title.fr:
        raise InvalidInput({"title.fr": "problem.title_needed"})
    row = _new_row(session, begun, copied_from, author)
    record(session, "activity", row.id, "activity.begun", author.by, author.now)
    with_slug = essentials.model_copy(update={"slug": Title.of(row.slug)})
    for name in WRITTEN:
        section = with_slug if name is SectionName.ESSENTIALS else begun.section(name)
        standing = _draft(session, row.id)
        _refuse(section, standing)
        _write(session, row, section, standing, Writing(new_id=author.new_id))
    partners.copy(session, copied_from, row.id)
    session.flush()
    return row.id


def _new_row(session: Session, begun: Draft, copied_from: uuid.UUID | None, author: Author) -> Activity:
    """The row of a new draft. Two authors who begin the same at once both get one: who comes second finds the first's
    key and address taken, and takes the next. Raises Busy after several such meetings."""
    essentials = begun.essentials
    for _attempt in range(ATTEMPTS):
        slug = page.free_slug(session, essentials.slug.said, essentials.title.said)
        row = Activity(
            id=author.new_id("activity"),
            key=page.free_key(session, begun.key or slug_of(essentials.title.fr) or slug.fr),
            kind=begun.kind,
            status=ActivityStatus.DRAFT,
            slug_fr=slug.fr,
            slug_en=slug.en,
            title_fr=essentials.title.fr,
            summary_fr="",
            timezone=begun.timezone,
            copied_from_id=copied_from,
        )
        target = table(Activity)
        values = {one.key: getattr(row, one.key) for one in target.columns}
        if insert_once(session, target, values, column(Activity.id)):
            return session.get_one(Activity, row.id)
    raise Busy()


def lock(session: Session, activity_id: uuid.UUID) -> None:
    """Nobody signs up for an activity until this transaction ends, and who was just doing so is done: what is read
    from here on of what registrations hold stays so. (A registration's row locks the activity that it names.)"""
    session.execute(sa.select(column(Activity.id)).where(column(Activity.id) == activity_id).with_for_update())


def save(
    session: Session, activity_id: uuid.UUID, section: Section, opened_on: str, held: Held, author: Author
) -> Draft:
    """Write one section in place of what stood; the activity as it is now.

    `opened_on` is the mark of the text that the author saw; empty, from a program that takes what stands. Raises
    NotFound, SectionChanged (somebody saved another text since), InvalidInput, and what `held` forbids.
    """
    changed(session, activity_id)  # Whoever writes next waits here, and reads what this one wrote.
    standing = _draft(session, activity_id)
    name = section_name(section)
    before = standing.section(name)
    if opened_on and opened_on != mark(before) and section != before:
        raise SectionChanged()
    _refuse(section, standing)
    row = session.get_one(Activity, activity_id)
    _write(session, row, section, standing, Writing(held, author.new_id))
    session.flush()
    saved = _draft(session, activity_id)
    fields = differences(before, saved.section(name))
    if moves_calendars(standing, saved):
        moved(session, activity_id)
    if fields:
        record(session, "activity", activity_id, "activity.changed", author.by, author.now, fields)
    return saved


def publish(session: Session, activity_id: uuid.UUID, at: datetime | None, author: Author) -> None:
    """Show a draft to everybody, now or (`at`, UTC) later, by the clock. Raises NotFound, NotADraft, NotReady."""
    changed(session, activity_id)
    row = session.get_one(Activity, activity_id)
    if row.status is not ActivityStatus.DRAFT:
        raise NotADraft()
    missing = [gap for gap in gaps(_draft(session, activity_id)) if gap.needed]
    if missing:
        raise NotReady(count=len(missing))
    later = at is not None and at > author.now
    row.publish_at = at if later else None
    row.status = ActivityStatus.DRAFT if later else ActivityStatus.PUBLISHED
    session.add(row)
    if later:
        record(
            session, "activity", row.id, "activity.scheduled", author.by, author.now, {"publish_at": Change(None, at)}
        )
    else:
        record(session, "activity", row.id, "activity.published", author.by, author.now)


def _due(now: datetime) -> sa.Select[uuid.UUID]:
    """The drafts whose time has come."""
    scheduled = (column(Activity.status) == ActivityStatus.DRAFT, column(Activity.publish_at) <= now)
    return sa.select(column(Activity.id)).where(*scheduled)


def is_due(session: Session, now: datetime) -> bool:
    """Whether there is a draft to publish."""
    return session.execute(_due(now).limit(1)).first() is not None


def publish_due(session: Session, clock: Caller, now: datetime) -> int:
    """Publish the drafts whose time has come; how many. One that lacks something by now stays a draft, unscheduled."""
    ids = list(session.execute(_due(now).with_for_update(skip_locked=True)).scalars())
    for activity_id in ids:
        session.get_one(Activity, activity_id).publish_at = None
        try:
            publish(session, activity_id, None, Author(clock, now))
        except NotReady:
            record(session, "activity", activity_id, "activity.not_published", clock, now)
    return len(ids)


def withdraw(session: Session, activity_id: uuid.UUID, held: Held, author: Author) -> None:
    """Make a draft again of what nobody is registered for. Raises NotFound, PeopleRegistered."""
    changed(session, activity_id)
    if held.registrations:
        raise PeopleRegistered(count=held.registrations)
    row = session.get_one(Activity, activity_id)
    row.status, row.publish_at = ActivityStatus.DRAFT, None
    session.add(row)
    moved(session, activity_id)
    record(session, "activity", activity_id, "activity.withdrawn", author.by, author.now)


def delete(session: Session, activity_id: uuid.UUID, author: Author) -> None:
    """Delete a draft with all that belongs to it. Raises NotFound, NotADraft, and OnceUsed for one that was published
    before and that something remembers: a registration that was cancelled, an arrival."""
    row = session.get(Activity, activity_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.status is not ActivityStatus.DRAFT:
        raise NotADraft()
    try:
        with session.begin_nested():
            delete_parts(session, activity_id)
    except IntegrityError as error:
        raise OnceUsed() from error
    record(session, "activity", activity_id, "activity.deleted", author.by, author.now)


def add_series(session: Session, new: NewSeries, author: Author) -> uuid.UUID:
    """Add a series with a page of its own; its id. Raises InvalidInput: its texts, an address that is none or taken."""
    wrong = series_problems(
        new.key, Title.of(new.title), Text(fr=new.summary.fr, en=new.summary.en), Title.of(new.slug)
    )
    if wrong:
        raise InvalidInput(wrong)
    for lang in ("fr", "en"):
        if page.is_taken(session, lang, new.slug.in_(lang)):
            raise InvalidInput({f"slug.{lang}": "problem.slug_taken"})
    if session.exec(select(Series).where(Series.key == new.key)).first():
        raise InvalidInput({"key": "problem.key_taken"})
    row = Series(
        id=author.new_id("series"),
        key=new.key,
        slug_fr=new.slug.fr,
        slug_en=new.slug.in_("en"),
        title_fr=new.title.fr,
        title_en=new.title.en,
        summary_fr=new.summary.fr,
        summary_en=new.summary.en,
    )
    session.add(row)
    record(session, "series", row.id, "series.added", author.by, author.now)
    return row.id


def section_name(section: Section) -> SectionName:
    """Which section it is."""
    return SectionName(type(section).__name__.lower())


def _draft(session: Session, activity_id: uuid.UUID) -> Draft:
    found = read_draft(session, activity_id)
    if found is None:
        raise NotFound()
    return found


def _refuse(section: Section, standing: Draft) -> None:
    wrong = problems(section, standing) | offer_problems(section, standing)
    if wrong:
        raise InvalidInput(wrong)


def _write(session: Session, row: Activity, section: Section, standing: Draft, writing: Writing) -> None:
    match section:
        case Essentials():
            page.write_essentials(session, row, section)
        case Dates():
            page.write_dates(session, row, section, standing, writing)
        case Terms():
            page.write_terms(session, row, section, standing, writing)
        case Welcome():
            page.write_welcome(session, row, section)
        case Prices():
            offer.write_prices(session, row, section, writing)
        case Resources():
            offer.write_resources(session, row, section, writing)
        case Questions():
            offer.write_questions(session, row, section, writing)

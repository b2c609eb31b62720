"""Writing what an activity's page tells: its texts, its dates, its terms, its doors."""

import uuid

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from kit.clock import from_wall
from kit.contracts import Bilingual
from kit.errors import InvalidInput
from kit.sql import column
from registration.catalog.authoring.actions_writing import NewId, Writing
from registration.catalog.calendars.actions import withdraw
from registration.catalog.models import Activity, ActivitySession, FormerAddress, Series
from registration.catalog.offers.rules_activity import AgendaItem, CancellationStep, Note, Point, Venue, last_moment
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections.rules import (
    AddressTaken,
    Draft,
    MovedWithoutTelling,
    TermsAreFixed,
    is_as_generous,
    moment,
    slug_of,
    span,
)
from registration.catalog.sections.schemas import Dates, Essentials, NoteText, SessionDates, Terms, Welcome

SLUGS = {"fr": column(Activity.slug_fr), "en": column(Activity.slug_en)}


def write_essentials(session: Session, row: Activity, section: Essentials) -> None:
    """Title, summary, address of the page, place. Raises AddressTaken; InvalidInput for a series there is not."""
    slug = section.slug.said
    slug = Bilingual(
        fr=slug.fr or slug_of(section.title.fr) or row.slug_fr,
        en=slug.en or slug_of(section.title.en or section.title.fr) or row.slug_en,
    )
    for lang in ("fr", "en"):
        if is_taken(session, lang, slug.in_(lang), row.id):
            raise AddressTaken(f"slug.{lang}", free=free_slug(session, slug, section.title.said).in_(lang))
    series = session.exec(select(Series).where(Series.key == section.series)).first() if section.series else None
    if section.series and series is None:
        raise InvalidInput({"series": "problem.unknown_series"})
    _remember_addresses(session, row, slug)
    row.title_fr, row.title_en = section.title.fr, section.title.en
    row.summary_fr, row.summary_en = section.summary.fr, section.summary.en
    row.slug_fr, row.slug_en = slug.fr, slug.en
    row.series_id, row.edition, row.axis = series.id if series else None, section.edition, section.axis
    place = section.place
    row.place = Venue(place.name, place.address, place.city, place.postal_code, place.online, place.stops)
    row.members_only, row.signup_open = section.members_only, section.signup_open
    row.notes = tuple(_note(note) for note in section.notes)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # Taken since it was looked for.
        raise AddressTaken("slug.fr", free=free_slug(session, slug, section.title.said).fr) from error


def _remember_addresses(session: Session, row: Activity, present: Bilingual) -> None:
    """What was shown at another address until now is led from there for ever."""
    if row.status is ActivityStatus.DRAFT:
        return
    for lang in ("fr", "en"):
        before = row.slug.in_(lang)
        if before != present.in_(lang):
            session.merge(FormerAddress(lang=lang, slug=before, activity_id=row.id))


def is_taken(session: Session, lang: str, slug: str, but: uuid.UUID | None = None) -> bool:
    """Whether another activity, or a series, has this address in this language, or another activity had it: an address
    that was shown leads to its activity for ever."""
    mine = column(Activity.id) != but if but else sa.true()
    others = sa.select(sa.literal(1)).where(SLUGS[lang] == slug, mine).limit(1)
    of_series = {"fr": column(Series.slug_fr), "en": column(Series.slug_en)}[lang]
    series = sa.select(sa.literal(1)).where(of_series == slug).limit(1)
    once = (column(FormerAddress.lang) == lang, column(FormerAddress.slug) == slug)
    not_mine = column(FormerAddress.activity_id) != but if but else sa.true()
    former = sa.select(sa.literal(1)).where(*once, not_mine).limit(1)
    return any(session.execute(query).first() is not None for query in (others, series, former))


def free_slug(session: Session, wanted: Bilingual, title: Bilingual) -> Bilingual:
    """An address nobody has: as wanted or made from the title, with a number after it when it is taken."""
    return Bilingual(
        fr=_free(session, "fr", wanted.fr or slug_of(title.fr) or "activite"),
        en=_free(session, "en", wanted.en or slug_of(title.in_("en")) or "activity"),
    )


def _free(session: Session, lang: str, slug: str) -> str:
    taken, number = slug, 1
    while is_taken(session, lang, taken):
        number += 1
        taken = f"{slug}-{number}"
    return taken


def free_key(session: Session, wanted: str) -> str:
    """A key no activity has."""
    key, number = wanted, 1
    while session.exec(select(Activity.id).where(col(Activity.key) == key)).first():
        number += 1
        key = f"{wanted}-{number}"
    return key


def _note(written: NoteText) -> Note:
    text = written.text.said if written.text.fr else None
    return Note(written.kind, text, tuple(label.said for label in written.labels), dict(written.values))


def write_dates(session: Session, row: Activity, section: Dates, standing: Draft, writing: Writing) -> None:
    """Dates and sessions. Raises MovedWithoutTelling when people are registered and would not learn of it."""
    held = writing.held
    if held.registrations and _when(section) != _when(standing.dates):
        raise MovedWithoutTelling(count=held.registrations)
    zone = row.timezone
    first, last = span(section)
    row.starts_at, row.ends_at = moment(first, zone), moment(last, zone)
    row.sale_opens_at, row.sale_closes_at = moment(section.sale_opens, zone), last_moment(section.sale_closes, zone)
    row.names_due_at = last_moment(section.names_due, zone)
    row.min_people, row.decides_on = section.min_people, section.decides_on
    row.agenda = tuple(AgendaItem(from_wall(line.at, zone), line.text.said) for line in section.agenda)
    session.add(row)
    _write_sessions(session, row, _sessions(section), writing.new_id)


def _when(section: Dates) -> tuple[object, ...]:
    """What people wrote down: the first and the last moment, and each session."""
    return (*span(section), tuple(session.span for session in section.sessions))


def _sessions(section: Dates) -> list[SessionDates]:
    """Those that are written; else the one that goes without saying."""
    first, last = span(section)
    if section.sessions or section.undivided or first is None or last is None:
        return list(section.sessions)
    ends_day = last.date() if last.date() != first.date() else None
    return [SessionDates(number=1, day=first.date(), starts=first.time(), ends_day=ends_day, ends=last.time())]


def _write_sessions(session: Session, row: Activity, wanted: list[SessionDates], new_id: NewId) -> None:
    """Sessions keep their rows by their numbers."""
    rows = session.exec(select(ActivitySession).where(ActivitySession.activity_id == row.id)).all()
    standing = {one.number: one for one in rows}
    for number in standing.keys() - {one.number for one in wanted}:
        if row.status is ActivityStatus.DRAFT:
            session.delete(standing[number])  # No calendar has it.
        else:
            withdraw(session, standing[number])
    for one in wanted:
        known, (starts, ends) = standing.get(one.number), one.span
        session.merge(
            ActivitySession(
                id=known.id if known else new_id("session", str(one.number)),
                activity_id=row.id,
                number=one.number,
                title_fr=one.title.fr,
                title_en=one.title.en,
                day=starts.date(),
                starts=starts.time(),
                ends_day=ends.date(),
                ends=ends.time(),
                starts_at=from_wall(starts, row.timezone),
                ends_at=from_wall(ends, row.timezone),
                minutes=int((ends - starts).total_seconds()) // 60,
            )
        )


def write_terms(session: Session, row: Activity, section: Terms, standing: Draft, writing: Writing) -> None:
    """Ways to pay, what is returned to who cancels, what a company may owe. Raises TermsAreFixed."""
    held = writing.held
    if held.registrations and not is_as_generous(section, standing.terms):
        raise TermsAreFixed(count=held.registrations)
    row.methods = [method.value for method in section.methods]
    row.cancellation = tuple(
        CancellationStep(last_moment(step.until, row.timezone), step.keep_percent) for step in section.cancellation
    )
    row.confirm_above, row.company_places = section.confirm_above, section.company_places
    session.add(row)


def write_welcome(session: Session, row: Activity, section: Welcome) -> None:
    """Where people are checked in."""
    row.points = tuple(Point(point.key, point.serves) for point in section.points)
    session.add(row)

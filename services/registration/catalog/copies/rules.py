"""A new edition from an old one: every linked date moves by the same number of whole weeks, weekdays are kept."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from kit.clock import from_wall, local
from kit.contracts.problems import Where
from registration.catalog.offers.rules_activity import NOTE_DAYS, NOTE_MOMENTS
from registration.catalog.sections.rules import Draft, span
from registration.catalog.sections.schemas import (
    SHAPES,
    AgendaLine,
    Dates,
    Essentials,
    NoteText,
    Prices,
    RefundStep,
    SectionName,
    SessionDates,
    Terms,
    Title,
)

WEEK = timedelta(weeks=1)
# How far the next edition of something is when nobody says when: the same weekday a year later.
NEXT_EDITION = timedelta(weeks=52)
# « 8e édition », « 1re édition », "8th edition": the number, and what follows it.
EDITION = {"fr": re.compile(r"\b(\d+)(re|e)(?= édition)"), "en": re.compile(r"\b(\d+)(st|nd|rd|th)(?= edition)")}
# A text that names a year, or a day of a month, is read again by its author, never changed in silence.
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
ENGLISH = "January|February|March|April|May|June|July|August|September|October|November|December"
NAMES_A_TIME = re.compile(rf"\b(20\d\d|\d{{1,2}}(er)? ({MONTHS})|({ENGLISH}) \d{{1,2}})\b")


def copied(source: Draft, day: date | None) -> Draft:
    """The next edition, on `day` (none: the same weekday a year later). What is linked to the date moves by whole
    weeks, rounded down; the activity itself and its sessions move to the day. Its key and addresses are new ones."""
    first, _last = span(source.dates)
    moved = (day - first.date()) if day and first else NEXT_EDITION
    linked = (moved // WEEK) * WEEK
    return replace(
        source,
        key=_renamed(source.key, moved, first),
        essentials=_essentials(source.essentials, moved, first, linked, source.timezone),
        dates=_dates(source.dates, moved, linked),
        prices=_prices(source.prices, linked),
        terms=_terms(source.terms, linked),
    )


def checked(draft: Draft) -> Draft:
    """The same, each section read again as an author may write it. Raises ValueError: a day of it is out of reach."""
    sections = {name.value: SHAPES[name].model_validate(draft.section(name).model_dump()) for name in SectionName}
    return replace(draft, **sections)  # type: ignore[arg-type]


def _essentials(text: Essentials, moved: timedelta, first: datetime | None, linked: timedelta, zone: str) -> Essentials:
    slug = Title(fr=_renamed(text.slug.fr, moved, first), en=_renamed(text.slug.en, moved, first))
    edition = text.edition + 1 if text.edition else None
    title = Title(fr=_next(text.title.fr, "fr", edition), en=_next(text.title.en, "en", edition))
    notes = tuple(_note(note, linked, zone) for note in text.notes)
    return text.model_copy(update={"slug": slug, "title": title, "edition": edition, "notes": notes})


def _renamed(name: str, moved: timedelta, first: datetime | None) -> str:
    """A key or an address with the year of the new date in place of the old one's."""
    return re.sub(rf"\b{first.year}\b", str((first + moved).year), name) if first else name


def _next(title: str, lang: str, edition: int | None) -> str:
    if edition is None:
        return title
    ending = _ending(edition, lang)
    return EDITION[lang].sub(f"{edition}{ending}", title)


def _ending(number: int, lang: str) -> str:
    """1re, 2e; 1st, 2nd, 3rd, 4th, 11th."""
    if lang == "fr":
        return "re" if number == 1 else "e"
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _note(note: NoteText, linked: timedelta, zone: str) -> NoteText:
    values = {name: _moved(name, value, linked, zone) for name, value in note.values.items()}
    return note.model_copy(update={"values": values})


def _moved(name: str, value: str | int | list[str], linked: timedelta, zone: str) -> str | int | list[str]:
    if name in NOTE_DAYS and isinstance(value, str):
        return (date.fromisoformat(value) + linked).isoformat()
    if name in NOTE_MOMENTS and isinstance(value, str) and value:
        wall = local(datetime.fromisoformat(value), zone).replace(tzinfo=None)
        return from_wall(wall + linked, zone).isoformat()
    return value


def _dates(dates: Dates, moved: timedelta, linked: timedelta) -> Dates:
    return dates.model_copy(
        update={
            "starts": _later(dates.starts, moved),
            "ends": _later(dates.ends, moved),
            "sale_opens": _later(dates.sale_opens, linked),
            "sale_closes": _later(dates.sale_closes, linked),
            "names_due": _later(dates.names_due, linked),
            "decides_on": dates.decides_on + linked if dates.decides_on else None,
            "agenda": tuple(AgendaLine(at=line.at + moved, text=line.text) for line in dates.agenda),
            "sessions": tuple(_session(session, moved) for session in dates.sessions),
        }
    )


def _session(session: SessionDates, moved: timedelta) -> SessionDates:
    ends_day = session.ends_day + moved if session.ends_day else None
    return session.model_copy(update={"day": session.day + moved, "ends_day": ends_day})


def _prices(prices: Prices, linked: timedelta) -> Prices:
    products = tuple(
        product.model_copy(
            update={
                "prices": tuple(
                    price.model_copy(update={"until": _later(price.until, linked)}) for price in product.prices
                )
            }
        )
        for product in prices.products
    )
    return Prices(products=products)


def _terms(terms: Terms, linked: timedelta) -> Terms:
    steps = tuple(
        RefundStep(until=_later(step.until, linked), keep_percent=step.keep_percent) for step in terms.cancellation
    )
    return terms.model_copy(update={"cancellation": steps})


def _later(wall: datetime | None, by: timedelta) -> datetime | None:
    return wall + by if wall else None


def texts_to_read(draft: Draft) -> Iterator[Where]:
    """The places of texts that name a year or a day: of a copy, its author reads them again."""
    essentials = draft.essentials
    for field in ("title", "summary"):
        for lang in ("fr", "en"):
            if NAMES_A_TIME.search(getattr(getattr(essentials, field), lang)):
                yield (field, lang)
    for index, note in enumerate(essentials.notes):
        if NAMES_A_TIME.search(f"{note.text.fr} {note.text.en}"):
            yield ("notes", index, "text", "fr")

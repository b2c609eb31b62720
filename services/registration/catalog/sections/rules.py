"""What an author may write: what is wrong with a section, what may no longer change, what is missing to publish.

A problem is named by its place in the section (`products[0].prices[1].amount`) and the key of its sentence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from kit.clock import from_wall, local
from kit.contracts.problems import Where
from kit.contracts.texts import LINE
from kit.errors import Refusal
from kit.text import fold
from registration.catalog.offers.rules_activity import CancellationStep, keep_percent
from registration.catalog.sections.rules_clock import skipped
from registration.catalog.sections.rules_notes import note_problems
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

Problems = Mapping[Where, str]
# How much of an address of a page may be said, and of a text.
SLUG, PROSE = 80, 4000
# Later than every deadline.
NEVER = datetime.fromisoformat("9999-01-01T00:00")
SLUG_SHAPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SectionChanged(Refusal):
    """Somebody saved this section since it was opened: both texts are shown, and the author chooses."""


class AddressTaken(Refusal):
    """Another page has that address, or had it; `free` is one near it that nobody has."""


class CapacityBelowTaken(Refusal):
    """A resource cannot have fewer units than are taken of it."""


class CapacityBelowReserved(Refusal):
    """A resource cannot have fewer units than are taken of it and reserved: `taken` and `reserved`."""


class StillHeld(Refusal):
    """A product, a price, a session or a resource that registrations hold cannot be taken away."""


class MovedWithoutTelling(Refusal):
    """Once people are registered, a date is moved by postponing, which tells them."""


class AnsweredAlready(Refusal):
    """A question that was answered is asked of the same people, and what was told in confidence stays so."""


class TermsAreFixed(Refusal):
    """Who is registered keeps the cancellation terms that were accepted: they can only become more generous."""


class NotADraft(Refusal):
    """Only a draft can be published, scheduled or deleted."""


class OnceUsed(Refusal):
    """An activity that was published and that something remembers stays, as a draft."""


class PeopleRegistered(Refusal):
    """An activity that people are registered for stays published."""


class NotReady(Refusal):
    """Something that publishing needs is missing."""

    status = 422


@dataclass(frozen=True)
class Held:
    """What registrations hold of an activity, by keys: it can be renamed or closed, never taken away."""

    registrations: int = 0
    products: frozenset[str] = frozenset()
    prices: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    answered: Mapping[str, int] = field(default_factory=dict)


NOTHING_HELD = Held()


@dataclass(frozen=True)
class Draft:
    """An activity as its author sees it: every section, whatever its state."""

    key: str
    kind: str
    timezone: str
    essentials: Essentials = field(default_factory=Essentials)
    dates: Dates = field(default_factory=Dates)
    prices: Prices = field(default_factory=Prices)
    resources: Resources = field(default_factory=Resources)
    questions: Questions = field(default_factory=Questions)
    terms: Terms = field(default_factory=Terms)
    welcome: Welcome = field(default_factory=Welcome)

    def section(self, name: SectionName) -> Section:
        found: Section = getattr(self, name.value)
        return found


def moment(wall: datetime | None, zone: str) -> datetime | None:
    """A time of the wall clock in UTC."""
    return from_wall(wall, zone) if wall else None


def wall_of(moment: datetime | None, zone: str) -> datetime | None:
    """The same the other way: what the wall clock shows at a moment, to the minute."""
    return local(moment, zone).replace(tzinfo=None, second=0, microsecond=0) if moment else None


def slug_of(title: str) -> str:
    """The last part of an address made from a title: « Tournoi de golf, 9e édition » → tournoi-de-golf-9e-edition."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    kept = ""
    for word in words:
        if len(kept) + len(word) >= SLUG:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or words[0][:SLUG] if words else ""


def problems(section: Section, draft: Draft) -> dict[Where, str]:
    """Everything that is wrong with a section as it is written, beside the other sections as they stand."""
    match section:
        case Essentials():
            found = _essentials(section)
        case Dates():
            found = chain(_dates(section), skipped(section, draft.timezone))
        case Resources():
            found = _resources(section, draft)
        case Terms():
            found = _terms(section)
        case Welcome():
            found = _welcome(section, draft)
        case _:
            found = iter(())
    return dict([*_lengths(section.model_dump()), *found])


def series_problems(key: str, title: Title, summary: Text, slug: Title) -> dict[Where, str]:
    """Everything that is wrong with a series as it is written: what its page says, its address, its key."""
    page = Essentials(title=title, summary=summary, slug=slug)
    found = dict([*_lengths(page.model_dump()), *_essentials(page)])
    needed: dict[Where, str] = {} if slug.fr else {("slug", "fr"): "problem.slug"}
    return found | needed | ({} if key else {"key": "problem.text_needed"})


def _lengths(node: object, where: tuple[str | int, ...] = ()) -> Iterator[tuple[Where, str]]:
    """Texts longer than a line, or than some sentences, may be."""
    if isinstance(node, str):
        long = any(part in ("summary", "text") for part in where)
        if len(node) > (PROSE if long else LINE):
            yield where, "problem.text_too_long" if long else "problem.line_too_long"
    elif isinstance(node, dict):
        for name, inner in node.items():
            yield from _lengths(inner, (*where, name))
    elif isinstance(node, list | tuple):
        for number, inner in enumerate(node):
            yield from _lengths(inner, (*where, number))


def _essentials(section: Essentials) -> Iterator[tuple[Where, str]]:
    if not section.title.fr:
        yield ("title", "fr"), "problem.title_needed"
    for lang in ("fr", "en"):
        slug = getattr(section.slug, lang)
        if slug and (len(slug) > SLUG or not SLUG_SHAPE.fullmatch(slug)):
            yield ("slug", lang), "problem.slug"
    for index, note in enumerate(section.notes):
        yield from ((("notes", index, *where), problem) for where, problem in note_problems(note))


def _dates(section: Dates) -> Iterator[tuple[Where, str]]:
    first, last = span(section)
    if first and not last:
        yield ("ends",), "problem.end_needed"
    if section.starts and section.ends and section.ends <= section.starts:
        yield ("ends",), "problem.end_before_start"
    if section.sale_opens and section.sale_closes and section.sale_closes <= section.sale_opens:
        yield ("sale_closes",), "problem.sale_closes_before_it_opens"
    if section.sale_closes and last and section.sale_closes > last:
        yield ("sale_closes",), "problem.sale_closes_after_the_end"
    if section.names_due and last and section.names_due > last:
        yield ("names_due",), "problem.names_due_after_the_end"
    if section.decides_on and first and section.decides_on > first.date():
        yield ("decides_on",), "problem.decided_after_the_start"
    numbers: set[int] = set()
    for index, session in enumerate(section.sessions):
        starts, ends = session.span
        if ends <= starts:
            yield ("sessions", index, "ends"), "problem.end_before_start"
        if session.number in numbers:
            yield ("sessions", index, "number"), "problem.number_taken"
        numbers.add(session.number)
    for index, line in enumerate(section.agenda):
        if first and last and not first.date() <= line.at.date() <= last.date():
            yield ("agenda", index, "at"), "problem.outside_the_activity"
        if not line.text.fr:
            yield ("agenda", index, "text", "fr"), "problem.text_needed"


def span(section: Dates) -> tuple[datetime | None, datetime | None]:
    """From the first moment to the last on the wall clock: those of the sessions, when there are any."""
    spans = [session.span for session in section.sessions]
    if spans:
        return min(starts for starts, _ends in spans), max(ends for _starts, ends in spans)
    return section.starts, section.ends


def repeated(keys: Iterable[str]) -> Iterator[int]:
    """Where a key stands that an earlier one has: both would be written to one row."""
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield index
        seen |= {key} if key else set()


def _resources(section: Resources, draft: Draft) -> Iterator[tuple[Where, str]]:
    for index in repeated(one.key for one in section.resources):
        yield ("resources", index, "key"), "problem.key_taken"
    products = {product.key for product in draft.prices.products}
    for product in section.uses.keys() - products:
        yield ("uses", product), "problem.unknown_product"
    capacity = {resource.key: resource.capacity for resource in section.resources}
    for product, uses in section.uses.items():
        for key, units in uses.items():
            if key not in capacity:
                yield ("uses", product, key), "problem.unknown_resource"
            elif units < 0 or units > capacity[key]:
                yield ("uses", product, key), "problem.takes_more_than_all"


def _terms(section: Terms) -> Iterator[tuple[Where, str]]:
    before: datetime | None = None
    for index, step in enumerate(section.cancellation):
        if before and step.until and step.until <= before:
            yield ("cancellation", index, "until"), "problem.steps_in_order"
        if step.until is None and index + 1 < len(section.cancellation):
            yield ("cancellation", index, "until"), "problem.step_without_end"
        before = step.until


def _welcome(section: Welcome, draft: Draft) -> Iterator[tuple[Where, str]]:
    known = {resource.key for resource in draft.resources.resources}
    for index in repeated(point.key for point in section.points):
        yield ("points", index, "key"), "problem.key_taken"
    for index, point in enumerate(section.points):
        if not point.key:
            yield ("points", index, "key"), "problem.text_needed"
        if point.serves and point.serves not in known:
            yield ("points", index, "serves"), "problem.unknown_resource"


def is_as_generous(new: Terms, old: Terms) -> bool:
    """Whether nobody who cancels, at any time, gets less back than before."""
    mine, theirs = _steps(new), _steps(old)
    ends = [step.until for step in (*mine, *theirs) if step.until]
    return all(keep_percent(mine, at) <= keep_percent(theirs, at) for at in (*ends, NEVER))


def _steps(terms: Terms) -> list[CancellationStep]:
    """The steps on the wall clock, which compares them as well as any."""
    return [CancellationStep(step.until, step.keep_percent) for step in terms.cancellation]

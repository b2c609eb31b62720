"""The activities of the file: what they are, when, where, how many, and under which rules.

Each is begun, written and published by the same actions as the editor's; only their ids are the file's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.text import fold
from registration.catalog.authoring.actions import NewSeries, add_series, begin, publish
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.codes.actions import Making
from registration.catalog.codes.actions import add as add_code
from registration.catalog.models import Activity, Series
from registration.catalog.offers.rules_activity import Point
from registration.catalog.sections.rules import Draft
from registration.catalog.sections.schemas import (
    AgendaLine,
    Dates,
    Essentials,
    PlaceText,
    PointText,
    SessionDates,
    Terms,
    Text,
    Title,
    Welcome,
)
from registration.seed import notes, offers
from registration.seed.source import Node, Source

# Who wrote what a file brought, as history shows it.
SEED = Caller(frozenset(), "seed", "Guichet")
# Kinds whose signup works; the others come with features of their own and say whom to write to meanwhile.
OPEN_KINDS = {"golf_tournament", "cocktail_5a7", "training_cohort_program", "webinar", "delegation", "virtual_fair"}
MEMBERS_ONLY = {"member_companies_only", "member_companies_in_good_standing"}
ONLINE_KINDS = {"webinar", "virtual_fair", "survey"}
# What a cohort's name adds of when it begins.
SEASON = re.compile(r"\s*\((hiver|printemps|été|automne|winter|spring|summer|fall) \d{4}\)")
# What follows the last item of an agenda that says no end.
LAST_ITEM = timedelta(hours=3)
# Places on invoice at the word of a company nobody recognised, and on unpaid invoices of any company.
CONFIRM_ABOVE, COMPANY_PLACES = 6, 200
METHODS = {"card": "card", "invoice": "invoice", "cheque": "invoice", "e_transfer": "invoice"}


@dataclass(frozen=True)
class Entry:
    """One activity to be: a node of the file, or one of its cohorts laid over it; the file with its own weeks."""

    source: Source
    node: Node
    series: Node | None = None

    @property
    def key(self) -> str:
        return str(self.node["id"])

    def author(self, now: datetime, of_series: bool = False) -> Author:
        """Whoever loads the file: what is new gets the id that its keys in the file always give."""
        root = str(self.series["id"]) if self.series and of_series else self.key
        return Author(SEED, now, lambda what, *keys: self.source.id(what, root, *keys))


def load(session: Session, source: Source, now: datetime) -> dict[str, int]:
    """Make what is not there yet; an activity that is there is its authors' and stays as they have it."""
    counts = {"series": 0, "activities": 0, "codes": 0}
    for entry in _entries(source):
        if entry.series and not session.get(Series, source.id("series", entry.series["id"])):
            add_series(session, _series(entry.series), entry.author(now, of_series=True))
            counts["series"] += 1
        if not session.get(Activity, source.id("activity", entry.key)):
            counts["codes"] += _make(session, entry, entry.author(now))
            counts["activities"] += 1
    return counts


def _make(session: Session, entry: Entry, author: Author) -> int:
    """Write an activity whole, and show it; how many codes it has."""
    activity_id = begin(session, draft(entry), author)
    publish(session, activity_id, None, author)
    new_codes = list(offers.codes(entry.source, entry.node))
    for new in new_codes:
        add_code(session, activity_id, new, author.by, author.now, Making(new_id=author.new_id))
    return len(new_codes)


def draft(entry: Entry) -> Draft:
    """An activity of the file as its author would write it."""
    source, node = entry.source, entry.node
    return Draft(
        key=entry.key,
        kind=node["kind"],
        timezone=source.timezone,
        essentials=_essentials(source, entry),
        dates=_dates(source, entry),
        prices=offers.prices(source, node),
        resources=offers.resources(node),
        questions=offers.questions(source, node),
        terms=_terms(source, entry),
        welcome=Welcome(points=tuple(_points(node))),
    )


def _entries(source: Source) -> Iterator[Entry]:
    for node in source.list("activities"):
        if "cohorts" not in node:
            yield Entry(source.of_activity(node["id"]), node)
        for cohort in node.get("cohorts", ()):
            own = source.of_activity(cohort["id"])
            laid_over = {**node, **cohort, **_cohort_names(own, node, cohort), "capacity": cohort["max"]}
            yield Entry(own, laid_over, node)


def _cohort_names(source: Source, node: Node, cohort: Node) -> dict[str, Any]:
    """« Efficacité 2 – Cohorte Chicoutimi (hiver 2027) » at efficacite-2-chicoutimi. Moved to another time of the year,
    it is of no season."""
    short = {lang: re.split(r"\s[-–] ", title)[0] for lang, title in node["title"].items()}
    labels = {lang: SEASON.sub("", label) if source.shift else label for lang, label in cohort["label"].items()}
    city = fold(cohort["city"]).replace(" ", "-")
    return {
        "title": {lang: f"{short[lang]} – {label}" for lang, label in labels.items()},
        "slug": {lang: f"{slug}-{city}" for lang, slug in node["slug"].items()},
    }


def _series(node: Node) -> NewSeries:
    return NewSeries(node["id"], *(Bilingual(**node[name]) for name in ("slug", "title", "summary")))


def _essentials(source: Source, entry: Entry) -> Essentials:
    node, audience = entry.node, entry.node.get("audience", {})
    return Essentials(
        title=Title(**node["title"]),
        summary=Text(**node["summary"]),
        slug=Title(**node["slug"]),
        series=entry.series["id"] if entry.series else "",
        edition=node.get("edition"),
        axis=node.get("axis", {}).get("fr", ""),
        place=_place(node),
        members_only=bool(MEMBERS_ONLY & {audience.get("buyers"), audience.get("registrants")}),
        signup_open=node["kind"] in OPEN_KINDS,
        notes=tuple(notes.of(source, node)),
    )


def _dates(source: Source, entry: Entry) -> Dates:
    node, sale = entry.node, entry.node.get("sale", {})
    starts, ends = _span(source, entry)
    names_due = sale.get("names_due") or node.get("rooming_list_due")
    sessions = tuple(_sessions(source, node))
    return Dates(
        starts=None if sessions else starts,
        ends=None if sessions else ends,
        sale_opens=source.wall_or_none(sale.get("opens")),
        sale_closes=source.wall_or_none(sale.get("closes")),
        names_due=source.wall_or_none(names_due),
        min_people=node.get("min"),
        decides_on=source.day(node["go_no_go"]) if "go_no_go" in node else None,
        agenda=tuple(_agenda(source, node)),
        sessions=sessions,
        undivided=node["kind"] == "survey",
    )


def _terms(source: Source, entry: Entry) -> Terms:
    payment = entry.node["payment"]
    starts, _ends = _span(source, entry)
    return Terms.model_validate(
        {
            "methods": tuple(dict.fromkeys(METHODS[m] for m in payment["methods"] if m in METHODS)),
            "cancellation": notes.cancellation(source, entry.node, starts),
            "confirm_above": payment.get("confirm_above", CONFIRM_ABOVE),
            "company_places": payment.get("company_places", COMPANY_PLACES),
        }
    )


def _span(source: Source, entry: Entry) -> tuple[datetime | None, datetime | None]:
    """Wall clock of the first start and the last end; the start is None for what one may join at any time."""
    node = entry.node
    if "sessions" in node:
        walls = [_session_span(source, session) for session in node["sessions"]]
        return walls[0][0], walls[-1][1]
    if "agenda" in node:
        walls_of_items = [source.wall(item["starts"]) for item in node["agenda"]]
        return walls_of_items[0], walls_of_items[-1] + LAST_ITEM
    if "coverage" in node:
        return None, source.wall(node["coverage"]["ends"]) + timedelta(days=1)
    starts, ends = node.get("starts") or node.get("opens"), node.get("ends") or node.get("closes")
    return (source.wall(starts), source.wall(ends)) if starts and ends else (None, None)


def _session_span(source: Source, session: Node) -> tuple[datetime, datetime]:
    day = source.day(session["date"])
    starts, ends = (datetime.fromisoformat(f"{day}T{session[key]}") for key in ("starts", "ends"))
    return starts, ends


def _sessions(source: Source, node: Node) -> Iterator[SessionDates]:
    """Those that the file names; an activity without is one from its start to its end, which goes without saying."""
    for session in node.get("sessions", ()):
        starts, ends = _session_span(source, session)
        yield SessionDates(
            number=session["module"],
            title=Title(**session["title"]),
            day=starts.date(),
            starts=starts.time(),
            ends_day=ends.date() if ends.date() != starts.date() else None,
            ends=ends.time(),
        )


def _place(node: Node) -> PlaceText:
    """What is known of where it happens."""
    venue, city = node.get("venue", {}), {"city": node["city"]} if "city" in node else {}
    stops = tuple(stop for leg in node.get("legs", ()) for stop in leg.get("stops", ()))
    online = node["kind"] in ONLINE_KINDS or bool(node.get("hybrid"))
    return PlaceText(**{**venue, **city}, online=online, stops=stops)


def _points(node: Node) -> Iterator[PointText]:
    """The check-in points: a key alone, or `{key, serves}` with the resource whose seats are taken there."""
    check_in = node.get("check_in")
    for listed in check_in.get("points", ()) if isinstance(check_in, dict) else ():
        point = Point.of(listed)
        yield PointText(key=point.key, serves=point.serves)


def _agenda(source: Source, node: Node) -> Iterator[AgendaLine]:
    for item in node.get("agenda", ()):
        yield AgendaLine(at=source.wall(item["starts"]), text=Title(**item["item"]))

"""The activities of the file: what they are, when, where, how many, and under which rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from kit.clock import from_wall
from kit.contracts import Bilingual
from kit.text import fold
from registration.catalog.actions import Catalogue, add_missing
from registration.catalog.models import Activity, ActivitySession, Resource, Series
from registration.catalog.offers.rules_activity import AgendaItem, Note, Point, Venue
from registration.seed import notes, offers
from registration.seed.levels import sponsor_level
from registration.seed.source import Node, Source

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


def load(session: Session, source: Source) -> dict[str, int]:
    entries = list(_entries(source))
    series = {entry.series["id"]: _series(source, entry.series) for entry in entries if entry.series}
    catalogue = Catalogue(
        series=list(series.values()),
        activities=[_activity(entry.source, entry) for entry in entries],
        sessions=[row for entry in entries for row in _sessions(entry.source, entry)],
        resources=[row for entry in entries for row in _resources(entry.source, entry)],
        products=[row for entry in entries for row in offers.products(entry.source, entry.node)],
        prices=[row for entry in entries for row in offers.prices(entry.source, entry.node)],
        questions=[row for entry in entries for row in offers.questions(entry.source, entry.node)],
        codes=[row for entry in entries for row in offers.codes(entry.source, entry.node)],
    )
    return add_missing(session, catalogue)


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


def _series(source: Source, node: Node) -> Series:
    texts = {f"{name}_{lang}": node[name][lang] for name in ("slug", "title", "summary") for lang in ("fr", "en")}
    return Series(id=source.id("series", node["id"]), key=node["id"], **texts)


def _activity(source: Source, entry: Entry) -> Activity:
    node, sale, audience = entry.node, entry.node.get("sale", {}), entry.node.get("audience", {})
    payment = node["payment"]
    starts, ends = _span(source, entry)
    return Activity(
        id=source.id("activity", entry.key),
        key=entry.key,
        kind=node["kind"],
        series_id=source.id("series", entry.series["id"]) if entry.series else None,
        edition=node.get("edition"),
        slug_fr=node["slug"]["fr"],
        slug_en=node["slug"]["en"],
        title_fr=node["title"]["fr"],
        title_en=node["title"]["en"],
        summary_fr=node["summary"]["fr"],
        summary_en=node["summary"]["en"],
        timezone=source.timezone,
        starts_at=_utc(source, starts),
        ends_at=_utc(source, ends),
        sale_opens_at=source.moment(sale.get("opens")),
        sale_closes_at=source.until(sale.get("closes")),
        names_due_at=source.until(sale.get("names_due") or node.get("rooming_list_due")),
        signup_open=node["kind"] in OPEN_KINDS,
        members_only=bool(MEMBERS_ONLY & {audience.get("buyers"), audience.get("registrants")}),
        place=_place(node),
        agenda=tuple(_agenda(source, node)),
        notes=tuple(Note.of(note) for note in notes.of(source, node)),
        methods=list(dict.fromkeys(METHODS[m] for m in payment["methods"] if m in METHODS)),
        cancellation=notes.cancellation(source, node, starts),
        points=tuple(_points(node)),
        confirm_above=payment.get("confirm_above", CONFIRM_ABOVE),
        company_places=payment.get("company_places", COMPANY_PLACES),
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


def _sessions(source: Source, entry: Entry) -> Iterator[ActivitySession]:
    node = entry.node
    for session in node.get("sessions", ()):
        starts, ends = _session_span(source, session)
        yield _session(source, entry, session["module"], session["title"], starts, ends)
    if "sessions" not in node and node["kind"] != "survey":
        first, last = _span(source, entry)
        if first and last:
            yield _session(source, entry, 1, {"fr": "", "en": ""}, first, last)


def _session(
    source: Source, entry: Entry, number: int, title: Node, starts: datetime, ends: datetime
) -> ActivitySession:
    return ActivitySession(
        id=source.id("session", entry.key, str(number)),
        activity_id=source.id("activity", entry.key),
        number=number,
        title_fr=title["fr"],
        title_en=title["en"],
        day=starts.date(),
        starts=starts.time(),
        ends_day=ends.date(),
        ends=ends.time(),
        starts_at=from_wall(starts, source.timezone),
        ends_at=from_wall(ends, source.timezone),
        minutes=int((ends - starts).total_seconds()) // 60,
    )


def _resources(source: Source, entry: Entry) -> Iterator[Resource]:
    """What the file counts, the places of the activity, and how many of each sponsorship there are."""
    counted = dict(entry.node.get("resources", {}))
    if "capacity" in entry.node:
        counted[offers.PLACES] = entry.node["capacity"]
    counted |= {level["id"]: level["quantity"] for level in entry.node.get("sponsorships", ())}
    for level in entry.node.get("sponsorships", ()):
        counted |= {spot.key: 1 for spot in sponsor_level(level).spots}
    for key, capacity in counted.items():
        resource_id = source.id("resource", entry.key, key)
        yield Resource(
            id=resource_id, activity_id=source.id("activity", entry.key), key=key, capacity=capacity, taken=0
        )


def _place(node: Node) -> Venue:
    """What is known of where it happens."""
    venue, city = node.get("venue", {}), {"city": node["city"]} if "city" in node else {}
    stops = tuple(stop for leg in node.get("legs", ()) for stop in leg.get("stops", ()))
    online = node["kind"] in ONLINE_KINDS or bool(node.get("hybrid"))
    return replace(Venue(**{**venue, **city}), online=online, stops=stops)


def _points(node: Node) -> Iterator[Point]:
    """The check-in points: a key alone, or `{key, serves}` with the resource whose seats are taken there."""
    check_in = node.get("check_in")
    for listed in check_in.get("points", ()) if isinstance(check_in, dict) else ():
        point = Point.of(listed)
        if point.serves and point.serves not in node.get("resources", {}):
            raise ValueError(
                f"{node['id']}: the check-in point {point.key} serves {point.serves}, which is no resource"
            )
        yield point


def _utc(source: Source, wall: datetime | None) -> datetime | None:
    return from_wall(wall, source.timezone) if wall else None


def _agenda(source: Source, node: Node) -> Iterator[AgendaItem]:
    for item in node.get("agenda", ()):
        wall = source.wall(item["starts"])
        yield AgendaItem(from_wall(wall, source.timezone), Bilingual(**item["item"]))

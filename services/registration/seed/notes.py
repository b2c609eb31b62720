"""What an activity's page tells beside its dates and prices, and its cancellation rules, from the file's own words.

A note has a kind, for which the page has a sentence. Times of its values are ISO UTC, days ISO; the rest is on the wall
clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from registration.catalog.sections.schemas import NoteText, RefundStep, Text, Title
from registration.seed.source import Node, Source

Note = dict[str, Any]
# What a note is made of beside the values of its sentence.
OWN = {"kind", "fr", "en", "labels"}


def of(source: Source, node: Node) -> Iterator[NoteText]:
    """Every note of an activity, in the order the page shows them."""
    return map(_written, _notes(source, node))


def _written(note: Note) -> NoteText:
    return NoteText(
        kind=note["kind"],
        text=Text(fr=note.get("fr", ""), en=note.get("en", "")),
        labels=tuple(Title(**label) for label in note.get("labels", ())),
        values={name: value for name, value in note.items() if name not in OWN},
    )


def _notes(source: Source, node: Node) -> Iterator[Note]:
    yield from _texts(source, node)
    yield from _training(node)
    yield from _meeting(source, node)
    yield from _travel(source, node)
    if "pavilions" in node:
        yield {"kind": "pavilions", "labels": [pavilion["label"] for pavilion in node["pavilions"]]}
    if "online" in node:
        yield {"kind": "online_link"}
        yield {"kind": "recording", "days": node["online"]["recording"]["available_days"]}
    if node.get("weather", {}).get("plan") == "rain_or_shine":
        yield {"kind": "rain_or_shine"}
    substitution = node.get("cancellation", {}).get("substitution")
    if substitution:
        yield {"kind": "substitution", "rule": substitution}


def _texts(source: Source, node: Node) -> Iterator[Note]:
    # A text of the file may name a date in words, which nothing can move.
    if "note" in node.get("audience", {}) and not source.shift:
        yield {"kind": "text", **node["audience"]["note"]}
    if "provider" in node:
        coverage = node["coverage"]
        yield {"kind": "provider", "name": node["provider"]["name"]}
        yield {"kind": "coverage", "from": _day(source, coverage["starts"]), "to": _day(source, coverage["ends"])}


def _training(node: Node) -> Iterator[Note]:
    if "attestation" in node:
        rule = node["attestation"]
        yield {"kind": "trainer", "name": rule["trainer"]["name"]}
        yield {"kind": "attestation", "percent": rule["threshold"]["percent"], "hours": rule["total_hours"]}
    yield from ({"kind": "prerequisite", **text} for text in node.get("prerequisites", ()))
    yield from ({"kind": "funding", **program["label"]} for program in node.get("funding_programs", ()))


def _meeting(source: Source, node: Node) -> Iterator[Note]:
    if "record_date" in node.get("audience", {}):
        yield {"kind": "record_date", "day": _day(source, node["audience"]["record_date"])}
    if "quorum" in node:
        yield {"kind": "quorum", "value": node["quorum"]["value"]}
    if "elections" in node:
        closes = source.moment(node["elections"]["nominations_close"])
        yield {"kind": "elections", "seats": node["elections"]["seats"], "until": closes.isoformat() if closes else ""}


def _travel(source: Source, node: Node) -> Iterator[Note]:
    for leg in node.get("legs", ()):
        arrives = source.moment(leg.get("arrives"))
        departs = source.moment(leg["departs"])
        yield {
            "kind": f"leg_{leg['id']}",
            "departs": departs.isoformat() if departs else "",
            "arrives": arrives.isoformat() if arrives else "",
            "stops": list(leg.get("stops", ())),
        }


def cancellation(source: Source, node: Node, starts: datetime | None) -> tuple[RefundStep, ...]:
    """The steps in order; after the last, nothing is returned (domain.md J3).

    `starts` is the wall clock of the first session. `one_click` is a full refund until then.
    """
    rule = node.get("cancellation", {})
    rules = [(_full_refund_until(source, node, starts), 0)]
    if "then" in rule:
        rules.append((source.wall(rule["then"]["until"]), rule["then"]["keep_percent"]))
    return tuple(RefundStep(until=until, keep_percent=percent) for until, percent in rules if until)


def _full_refund_until(source: Source, node: Node, starts: datetime | None) -> datetime | None:
    rule = node.get("cancellation", {})
    if "full_refund_until" in rule:
        return source.wall(rule["full_refund_until"])
    if rule.get("refund") == "full_before_coverage_start":
        return source.wall(node["coverage"]["starts"])
    before = timedelta(days=rule.get("full_refund_until_days_before_start", 0))
    asked = "full_refund_until_days_before_start" in rule or rule.get("one_click")
    return starts - before if starts and asked else None


def _day(source: Source, value: Any) -> str:
    return source.day(value).isoformat()

"""The list that HR prepares, in the order of her file: what each row comes to, and what it would cost."""

from collections.abc import Callable
from dataclasses import dataclass

from registration.plans.lists.queries import Prepared
from registration.plans.lists.rules import ADDED, DOUBLE, LOOKED_AT, REFUSED, Judged, Verdict
from registration.plans.lists.rules_columns import Entry
from registration.public.plan.view import Turn, Words

# What narrows the list.
SHOWN = {"": set(Verdict), "added": ADDED, "look": LOOKED_AT, "double": DOUBLE}
KINDS = {
    Verdict.ACCEPTED: "good",
    Verdict.NO_EMAIL: "warn",
    Verdict.DUPLICATE: "quiet",
    Verdict.SAME_EMAIL: "warn",
    Verdict.COVERED: "quiet",
    Verdict.CHANGED: "accent",
    Verdict.LEFT_OUT: "quiet",
}


@dataclass(frozen=True)
class Chip:
    """A part of the list, and how many rows it has."""

    href: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class RowShown:
    """A row: `number` is that of her file. `can_keep`, `can_leave_out` and `can_take_back` are what she may say of it;
    `wants_email` shows a field for the address at once."""

    entry: Entry
    number: int
    name: str
    email: str
    kind: str
    word: str
    look: str
    can_keep: bool
    can_leave_out: bool
    can_take_back: bool
    wants_email: bool
    change: str
    covered_id: str


def rows(listed: Prepared, show: str, turn_asked: int, words: Words) -> tuple[list[RowShown], Turn]:
    """One page of the rows that are wanted."""
    wanted = SHOWN.get(show, set(Verdict))
    chosen = [row for row in listed.judgement.rows if row.verdict in wanted]
    turn = Turn.of(turn_asked, len(chosen))
    return [row_shown(row, words) for row in chosen[turn.part]], turn


def row_shown(row: Judged, words: Words) -> RowShown:
    """A row as it is read."""
    entry, verdict = row.entry, row.verdict
    problem = words.catalogue.say(words.lang, row.problem) if row.problem else ""
    key = "same_email_covered" if verdict is Verdict.SAME_EMAIL and not row.like else str(verdict)
    return RowShown(
        entry=entry,
        number=entry.number,
        name=entry.full_name or words.say("no_name_yet"),
        email=entry.email,
        kind=KINDS.get(verdict, "bad"),
        word=problem or words.say(f"verdict.{key}", like=row.like),
        look=_look(verdict),
        can_keep=verdict in DOUBLE or verdict is Verdict.CHANGED,
        can_leave_out=verdict in ADDED or verdict in REFUSED,
        can_take_back=verdict is Verdict.LEFT_OUT or entry.kept,
        wants_email=verdict is Verdict.NO_EMAIL,
        change=_change(row, words),
        covered_id=str(row.covered.id) if row.covered else "",
    )


def _look(verdict: Verdict) -> str:
    """How the row stands out."""
    if verdict in REFUSED:
        return "is-bad"
    if verdict in ADDED:
        return "is-warn" if verdict is Verdict.NO_EMAIL else ""
    return "is-warn" if verdict is Verdict.SAME_EMAIL else "is-off"


def _change(row: Judged, words: Words) -> str:
    """What the file says otherwise of somebody who is covered."""
    covered = row.covered
    if row.verdict is not Verdict.CHANGED or covered is None:
        return ""
    if row.entry.email and row.entry.email != covered.email:
        key = "change.email" if covered.email else "change.first_email"
        return words.say(key, old=covered.email, new=row.entry.email)
    return words.say("change.other")


def chips(listed: Prepared, show: str, link: Callable[[str], str], words: Words) -> list[Chip]:
    """All of it, and the parts that have rows."""
    counts = {name: listed.judgement.count(verdicts) for name, verdicts in SHOWN.items()}
    return [
        Chip(link(name), words.say(f"show.{name or 'all'}"), count, name == show)
        for name, count in counts.items()
        if count or not name
    ]


def columns_read(listed: Prepared, words: Words) -> str:
    """Which columns of her file were read."""
    fields = listed.draft.fields if listed.draft else ()
    return ", ".join(words.say(f"field.{field}") for field in fields)

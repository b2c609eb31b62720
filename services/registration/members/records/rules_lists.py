"""What may be written of a list by which companies are told apart."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kit.contracts import Bilingual
from kit.contracts.texts import day as read_day
from kit.errors import InvalidInput
from kit.text import fold
from registration.members.records.schemas import EntryForm
from registration.members.rules import GroupingKind

MOST_VOTES = 99


@dataclass(frozen=True)
class EntryDetails:
    """One entry as it is to be written."""

    kind: GroupingKind
    label: Bilingual
    starts: date | None
    ends: date | None
    replaced_by: str
    target_percent: int | None
    votes: int
    member_price: bool
    in_directory: bool


def entry_details(form: EntryForm) -> EntryDetails:
    """The entry that a form describes. Raises InvalidInput with every problem."""
    starts, ends = read_day(form.starts.strip()), read_day(form.ends.strip())
    problems = {} if form.label_fr.strip() else {"label_fr": "problem.list_label"}
    for name, text, said in (("starts", form.starts, starts), ("ends", form.ends, ends)):
        if text.strip() and said is None:
            problems |= {name: "problem.period_day"}
    if starts and ends and ends < starts:
        problems |= {"ends": "problem.period_ends"}
    if form.replaced_by and ends is None:
        problems |= {"ends": "problem.list_ends"}
    percent, votes = _whole(form.target_percent), _whole(form.votes or "1")
    if form.target_percent.strip() and (percent is None or percent > 100):
        problems |= {"target_percent": "problem.list_percent"}
    if votes is None or votes > MOST_VOTES:
        problems |= {"votes": "problem.list_votes"}
    if problems:
        raise InvalidInput(problems)
    return EntryDetails(
        kind=form.kind,
        label=Bilingual(fr=form.label_fr.strip(), en=form.label_en.strip()),
        starts=starts,
        ends=ends,
        replaced_by=form.replaced_by,
        target_percent=percent,
        votes=votes or 0,
        member_price=form.member_price == "yes",
        in_directory=form.in_directory == "yes",
    )


def key_of(label: str, taken: Collection[str]) -> str:
    """A key for a label: its words, and a number when another entry has them."""
    words = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:40] or "list"
    number, key = 1, words
    while key in taken:
        number += 1
        key = f"{words}_{number}"
    return key


def ring(replaced: Mapping[str, str], key: str) -> bool:
    """Whether what replaces an entry leads back to it."""
    seen, after = {key}, replaced.get(key, "")
    while after:
        if after in seen:
            return True
        seen.add(after)
        after = replaced.get(after, "")
    return False


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*[0-9]{1,4}\s*", text) else None

"""What staff start their day with: today's doors, then what waits for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from kit.contracts import Bilingual
from registration.office.activities.schemas import ActivityRow


@dataclass(frozen=True)
class Task:
    """Something that waits for a person: `key` names its sentences, `amount` is in cents (0: it is not about money)."""

    key: str
    count: int
    address: str
    about: Bilingual | None = None
    amount: int = 0


def tasks_of(home: str, waiting: int, coming: Sequence[ActivityRow], past: Sequence[ActivityRow]) -> list[Task]:
    """What is to be done, the most pressing first: registrations to decide on, names that are missing for what comes
    soonest, invoices that are not paid."""
    tasks = [Task("confirm", waiting, f"{home}/staff/to-confirm")] if waiting else []
    for row in coming:
        if row.tally.unnamed:
            address = f"{home}/staff/activities/{row.id}/attendees?show=unnamed"
            tasks.append(Task("unnamed", row.tally.unnamed, address, row.title))
    for row in (*past, *coming):
        if row.tally.owed:
            address = f"{home}/staff/activities/{row.id}?unpaid=True"
            tasks.append(Task("unpaid", 1, address, row.title, row.tally.owed))
    return tasks

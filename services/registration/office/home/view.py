"""What staff start their day with: today's doors, then what waits for somebody."""

import contextvars
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from kit.contracts import Bilingual
from kit.contracts.base import Contract
from kit.contracts.callers import Caller
from kit.contracts.tasks import MailTasks, MoneyTasks
from kit.errors import Busy
from kit.http import SiblingRefused
from registration.office.activities.queries_list import names_due_soon
from registration.office.activities.schemas import ActivityRow
from registration.service import RegistrationService

C = TypeVar("C", bound=Contract)


@dataclass(frozen=True)
class Task:
    """Something that waits for a person: `key` names its sentences, `amount` is in cents (0: it is not about money),
    `until` the moment by which it must be done, in the activity's `timezone` (None: no such moment)."""

    key: str
    count: int
    address: str
    about: Bilingual | None = None
    amount: int = 0
    until: datetime | None = None
    timezone: str = ""


@dataclass(frozen=True)
class Told:
    """What the siblings say waits; None where one does not answer."""

    money: MoneyTasks | None
    mail: MailTasks | None

    @property
    def silent(self) -> list[str]:
        return [name for name, said in (("billing", self.money), ("notify", self.mail)) if said is None]


def told(here: RegistrationService) -> Told:
    """Both siblings, asked at once: whoever waits for this page waits for the slower one. No transaction may be
    open."""
    with ThreadPoolExecutor(2) as pool:
        # The request's id goes along.
        money = pool.submit(contextvars.copy_context().run, _asked, here, "billing", MoneyTasks)
        mail = pool.submit(contextvars.copy_context().run, _asked, here, "notify", MailTasks)
        return Told(money.result(), mail.result())


def _asked(here: RegistrationService, sibling: str, shape: type[C]) -> C | None:
    try:
        return shape.model_validate(here.siblings[sibling].call("GET", "/tasks"))
    except (Busy, SiblingRefused):
        return None


@dataclass(frozen=True)
class Waiting:
    """What waits, from wherever it is known: registrations to decide on, activities, and what siblings said."""

    now: datetime
    confirm: int
    coming: Sequence[ActivityRow]
    past: Sequence[ActivityRow]
    told: Told
    benefits_late: Mapping[uuid.UUID, int] = field(default_factory=dict)
    unasked: int = 0


def tasks_of(here: RegistrationService, caller: Caller, waiting: Waiting) -> list[Task]:
    """What this person is to do, the most pressing first: for the accountant money that goes back or is late, for
    whoever writes to people mail that failed, registrations to decide on and names still missing near their deadline,
    for both the invoices that are not paid."""
    writes, pays = caller.may("director", "coordinator"), caller.may("director", "accountant")
    tasks = _money(here, waiting.told.money) if pays and waiting.told.money else []
    tasks += _people(here, waiting) if writes else []
    for row in (*waiting.past, *waiting.coming):
        if row.tally.owed:
            address = f"{here.home}/staff/activities/{row.id}?unpaid=True"
            tasks.append(Task("unpaid", 1, address, row.title, row.tally.owed))
    return tasks


def _money(here: RegistrationService, told: MoneyTasks) -> list[Task]:
    orders = f"{here.settings.public_url('billing')}/staff/orders?status="
    return [
        task
        for task in (
            Task("refunds", told.refunds, f"{orders}refunds", amount=told.refunds_amount),
            Task("uncredited", told.uncredited, f"{orders}uncredited", amount=told.uncredited_amount),
            Task("overdue", told.overdue, f"{orders}owed", amount=told.overdue_amount),
        )
        if task.count
    ]


def _people(here: RegistrationService, waiting: Waiting) -> list[Task]:
    messages = f"{here.settings.public_url('notify')}/staff/messages?status=failed"
    failed = waiting.told.mail.failed if waiting.told.mail else 0
    tasks = [
        Task("mail", failed, messages),
        Task("confirm", waiting.confirm, f"{here.home}/staff/to-confirm"),
        Task("unasked", waiting.unasked, f"{here.home}/staff/renewals?state=waiting"),
    ]
    return [task for task in (*tasks, *_names(here, waiting), *_benefits(here, waiting)) if task.count]


def _names(here: RegistrationService, waiting: Waiting) -> list[Task]:
    """Names missing from activities whose deadline is near, or past while they are not over: the nearest first."""
    soon = [(until, row) for row in waiting.coming if (until := names_due_soon(row, waiting.now))]
    tasks = []
    for until, row in sorted(soon, key=lambda one: (one[0], one[1].title_fr)):
        address = f"{here.home}/staff/activities/{row.id}/attendees?show=unnamed"
        key = "unnamed" if waiting.now <= until else "unnamed_late"
        tasks.append(Task(key, row.tally.unnamed, address, row.title, until=until, timezone=row.timezone))
    return tasks


def _benefits(here: RegistrationService, waiting: Waiting) -> list[Task]:
    """What sponsors of activities to come should have been given by now."""
    return [
        Task("benefits_late", late, f"{here.home}/staff/activities/{row.id}/sponsors", row.title)
        for row in waiting.coming
        if (late := waiting.benefits_late.get(row.id, 0))
    ]

"""What staff start their day with, for programs."""

from fastapi import APIRouter
from sqlmodel import Session

from kit.clock import local
from kit.contracts.callers import Caller
from registration.changes.queries_waiting import waiting_count
from registration.checkin import queries as doors
from registration.office.activities.queries_list import activities
from registration.office.home.schemas import HomeView, TaskView
from registration.office.home.view import Told, Waiting, tasks_of, told
from registration.renewals.queries import to_mend
from registration.service import Here, Reader, RegistrationService
from registration.sponsors import queries as sponsors

router = APIRouter(tags=["staff"])


def waiting_of(here: RegistrationService, session: Session, told: Told) -> Waiting:
    """What waits, read in this transaction beside what siblings said before it."""
    now = here.clock()
    coming, past = activities(session, now, past=False), activities(session, now, past=True)
    # The day of the nearest activity, which is read already.
    today = local(now, coming[0].timezone if coming else "UTC").date()
    late = {one.activity_id: one.late for one in sponsors.late(session, today)} if coming else {}
    unasked = to_mend(session, here.member_terms().day)
    return Waiting(now, waiting_count(session), coming, past, told, late, unasked)


@router.get("/api/staff/home")
def read_home(here: Here, caller: Reader) -> HomeView:
    """What is on today and what waits for the caller; what a sibling does not tell in time is left out, and named."""
    said, now = told(here), here.clock()
    with here.db.read() as session:
        waiting = waiting_of(here, session, said)
        today = [one.id for one in doors.doors_today(session, now, caller)]
    return HomeView(today=today, tasks=_tasks(here, caller, waiting), silent=said.silent)


def _tasks(here: RegistrationService, caller: Caller, waiting: Waiting) -> list[TaskView]:
    return [
        TaskView(
            key=task.key,
            count=task.count,
            amount=task.amount,
            title_fr=task.about.fr if task.about else "",
            title_en=task.about.in_("en") if task.about else "",
            until=task.until,
            address=task.address,
        )
        for task in tasks_of(here, caller, waiting)
    ]

"""What registration asks for the page that staff start from."""

from fastapi import APIRouter

from kit.auth import allow
from kit.contracts.tasks import MailTasks
from notify.delivery.queries import failed_count
from notify.service import Here

router = APIRouter(tags=["messages"])


@router.get("/tasks", dependencies=[allow("service:registration")])
def read_tasks(here: Here) -> MailTasks:
    """Messages that did not arrive."""
    with here.db.read() as session:
        return MailTasks(failed=failed_count(session))

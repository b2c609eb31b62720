"""What registration asks before it forgets what was told for an activity."""

from typing import Annotated

from fastapi import APIRouter, Path

from billing.office.unsettled.queries import unsettled
from billing.service import Here
from kit.auth import allow
from kit.contracts.statement import Unsettled

router = APIRouter(tags=["orders"])


@router.get("/unsettled/{activity_key}", dependencies=[allow("service:registration")])
def read_unsettled(
    activity_key: Annotated[str, Path(description="Key of the activity.", examples=["golf-2027"])], here: Here
) -> Unsettled:
    """Refunds and disputes of the activity's orders that are not at their end."""
    with here.db.read() as session:
        return unsettled(session, activity_key)

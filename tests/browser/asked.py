"""A company that was asked to renew, for the pages that show it."""

import uuid
from typing import Any

import httpx

from kit.auth import staff_pass
from kit.clock import utc_now
from tests import make
from tests.browser.scenery import Scenery
from tests.browser.served import SECRET
from tests.fakes.stripe_server import until

COMPANY = "Usinage Valbrume inc."


def notice(scenery: Scenery) -> str:
    """The page of its notice; it is asked when nobody asked it yet."""
    served = scenery.served
    director = make.program(served.db, ["director"], utc_now(), name="Directrice fictive")
    keys = {"Authorization": f"Bearer {staff_pass(SECRET, director, utc_now())}"}

    def mine() -> dict[str, Any]:
        found = httpx.get(f"{served.home}/api/staff/renewals", headers=keys, trust_env=False).json()
        return next(row for row in found["renewals"] if row["company"] == COMPANY)

    row = mine()
    if row["renewal_id"] is None:
        address = f"{served.home}/api/staff/renewals/{row['period_id']}/send"
        sent = httpx.post(address, headers=keys | {"Idempotency-Key": str(uuid.uuid4())}, trust_env=False)
        assert sent.status_code == 200, sent.text
    until(lambda: bool(mine()["number"]), "billing numbers the notice", 20)
    return str(mine()["link"])

"""Loading an association file (samples/association.yaml): deterministic, and only what is not there yet.

Every id is derived from the file's own keys, so a second run finds its rows and leaves them as people changed them.
Activities are written by the catalogue's own actions: the file can say what an author can, and nothing else.
"""

from datetime import datetime
from pathlib import Path

from kit.db import Database
from kit.settings import DEVELOPMENT_SECRET
from registration.seed import activities, people, plans
from registration.seed.source import Source


def load(
    db: Database,
    path: Path | str,
    now: datetime,
    shift_weeks: int = 0,
    secret: str = DEVELOPMENT_SECRET,
    demo: bool = False,
) -> dict[str, int]:
    """Load the file in one transaction; answers how many rows of each kind were new.

    `shift_weeks` moves every date; a `demo` moves each activity by its own weeks beside that, so that on any day
    something is open, something under way and something past. `secret` is what company codes are derived from: outside
    development it is TICKET_KEY, so that nobody can work them out from a published file.
    """
    source = Source.read(path, shift_weeks, demo)
    with db.write() as session:
        rows = people.load(session, source, now, secret) | activities.load(session, source, now)
        return rows | plans.load(session, source, now)

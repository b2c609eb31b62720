"""The keys by which companies are found again, up to date before somebody looks for duplicates."""

from typing import TYPE_CHECKING

from registration.members.duplicates.actions import refresh_keys
from registration.members.duplicates.queries import is_stale

if TYPE_CHECKING:
    from registration.service import RegistrationService


def refresh(here: "RegistrationService") -> None:
    """Nothing is written when nothing changed since the last time."""
    with here.db.read() as session:
        more = is_stale(session)
    while more:
        with here.db.write() as session:
            more = refresh_keys(session)

"""The way in again for a director who lost theirs, by whoever runs the service."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kit.settings import MissingSetting
from registration.access import actions

if TYPE_CHECKING:
    from registration.service import RegistrationService

WAY_IN = timedelta(hours=1)


def way_in_again(here: "RegistrationService") -> str:
    """A link that sets the password of BOOTSTRAP_ADMIN_EMAIL: good once, for an hour. The account is opened again
    where it had been closed, and its history says so."""
    now, email = here.clock(), here.settings.bootstrap_admin_email
    if not email:
        raise MissingSetting("BOOTSTRAP_ADMIN_EMAIL must name the director who is to come in again")
    with here.db.write() as session:
        member = actions.readmit(session, email, now)
        return actions.password_link(member, here.home, here.settings.session_secret, now + WAY_IN)

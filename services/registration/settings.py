"""Settings of registration: the kit's, how long places are held, and who may sign in first."""

from kit.contracts.addresses import Reach
from kit.settings import Settings


class RegistrationSettings(Settings):
    """`bootstrap_admin_*` make the first director: the token is the secret of the first sign-in link.

    `smtputf8` says that the mail server takes addresses with an accent before the @.
    Places are held `hold_seconds` while somebody pays, and up to `hold_grace_seconds` longer when billing cannot tell.
    """

    hold_seconds: int = 1800
    hold_grace_seconds: int = 86400

    smtputf8: bool = False

    bootstrap_admin_email: str = ""
    bootstrap_admin_token: str = ""

    @property
    def reach(self) -> Reach:
        """Which addresses can be written to from here."""
        return Reach(accents=self.smtputf8, tests=self.app_env != "production")

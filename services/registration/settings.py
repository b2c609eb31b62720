"""Settings of registration: the kit's, how long places are held, and who may sign in first."""

from typing import ClassVar

from kit.contracts.addresses import Reach
from kit.settings import DEVELOPMENT_SECRET, Settings


class RegistrationSettings(Settings):
    """`session_secret` signs what only registration reads again: forms, links that set a password, members' cookies;
    `ticket_key` makes tickets and personal links. `privacy_key` wraps the keys of what was told in confidence and
    makes the codes of assistance plans: losing it makes those answers unreadable, and those codes invalid, for good.

    `smtputf8` says that the mail server takes addresses with an accent before the @.
    `bootstrap_admin_*` make the first director: the token is the secret of the first sign-in link.

    Places are held `hold_seconds` while somebody pays, and up to `hold_grace_seconds` longer when billing cannot tell;
    `confirm_seconds` while a stranger's invoice waits for its contact to confirm it by mail.

    What visitors whom nobody recognised may do within `stranger_seconds`: `stranger_places` taken without payment from
    one network address (or for one e-mail), `stranger_letters` caused from one address, `stranger_letters_to_one`
    recipient, `stranger_letters_of_activity` about one activity, `stranger_retrievals` of links asked for from one
    address (`stranger_retrievals_of_one`: of one e-mail, in a day); and `stranger_share`, the part of a resource in
    percent that they may hold unpaid at a time.
    """

    secrets: ClassVar[tuple[str, ...]] = (
        *Settings.secrets,
        "session_secret",
        "ticket_key",
        "privacy_key",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("bootstrap_admin_token",)

    session_secret: str = DEVELOPMENT_SECRET
    ticket_key: str = DEVELOPMENT_SECRET
    privacy_key: str = DEVELOPMENT_SECRET
    hold_seconds: int = 1800
    hold_grace_seconds: int = 86400
    confirm_seconds: int = 172_800

    stranger_seconds: int = 3600
    stranger_places: int = 80
    stranger_letters: int = 200
    stranger_letters_to_one: int = 20
    stranger_letters_of_activity: int = 2000
    stranger_retrievals: int = 20
    stranger_retrievals_of_one: int = 5
    stranger_share: int = 80

    smtputf8: bool = False

    bootstrap_admin_email: str = ""
    bootstrap_admin_token: str = ""

    @property
    def reach(self) -> Reach:
        """Which addresses can be written to from here."""
        return Reach(accents=self.smtputf8, tests=self.app_env != "production")

"""Settings of registration: the kit's, how long places are held, and who may sign in first."""

from kit.settings import Settings


class RegistrationSettings(Settings):
    """`bootstrap_admin_*` make the first director: the token is the secret of the first sign-in link.

    Places are held `hold_seconds` while somebody pays, and up to `hold_grace_seconds` longer when billing cannot tell.
    """

    hold_seconds: int = 1800
    hold_grace_seconds: int = 86400

    bootstrap_admin_email: str = ""
    bootstrap_admin_token: str = ""

"""Settings of registration: the kit's, and who may sign in first."""

from kit.settings import Settings


class RegistrationSettings(Settings):
    """`bootstrap_admin_*` make the first director: the token is the secret of the first sign-in link."""

    bootstrap_admin_email: str = ""
    bootstrap_admin_token: str = ""

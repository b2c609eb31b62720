"""Settings of notify: the kit's, the mail server, and the address messages come from."""

from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from kit.contracts.addresses import Reach
from kit.settings import MissingSetting, Settings

DEVELOPMENT_SENDER = "inscriptions@localhost.example.org"


class NotifySettings(Settings):
    """`smtp_url` is `smtp://user:password@host:port?starttls=1` or `smtps://…`; `mail_from` is a bare address.

    `mail_per_*` are ceilings for any 24 hours: to one address, about one registration, place or account, and in all.
    """

    smtp_url: str = ""
    mail_from: str = ""
    mail_per_recipient: int = 60
    mail_per_entity: int = 12
    mail_per_day: int = 5000

    @property
    def sender(self) -> str:
        """The address in From and in the envelope. Its domain is the domain of every Message-ID."""
        return self.mail_from or DEVELOPMENT_SENDER

    @property
    def reach(self) -> Reach:
        """Which addresses can be written to; of an accent before the @, the mail server itself is asked."""
        return Reach(accents=True, tests=self.app_env != "production")

    @property
    def keeps_mail(self) -> bool:
        """Whether mail is kept and shown at /dev/mail instead of being sent: in development, without a mail server."""
        return self.app_env == "development" and not self.smtp_url

    def check(self) -> None:
        super().check()
        self.check_mail()

    def check_mail(self) -> None:
        """Refuse to start when messages could not be sent, naming the setting that is missing or wrong."""
        if not self.smtp_url and not self.keeps_mail:
            raise MissingSetting(f"SMTP_URL must be set when APP_ENV={self.app_env}")
        if not self.mail_from and self.app_env != "development":
            raise MissingSetting(f"MAIL_FROM must be set when APP_ENV={self.app_env}")
        if self.smtp_url and not _names_a_server(self.smtp_url):
            raise MissingSetting("SMTP_URL must look like smtp://user:password@host:port?starttls=1 or smtps://…")
        if not _is_ascii_address(self.sender):
            raise MissingSetting("MAIL_FROM must be a bare address in ASCII, such as inscriptions@example.org")


def _names_a_server(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("smtp", "smtps") and bool(parts.hostname)


def _is_ascii_address(text: str) -> bool:
    try:
        return validate_email(text, check_deliverability=False).ascii_email == text
    except EmailNotValidError:
        return False

"""Settings of the simulator, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class Refused(Exception):
    """The simulator will not start with these settings; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """Durations are seconds. ``api_key`` empty means: any test key (``sk_test_…``, ``rk_test_…``) is accepted."""

    host: str = "127.0.0.1"
    port: int = 8010
    database: str = ":memory:"
    webhook_url: str = ""
    webhook_secret: str = ""
    public_url: str = ""
    api_key: str = ""
    log_level: str = "warning"
    webhook_timeout: float = 8.0
    retry_base: float = 0.5
    retry_max: float = 60.0
    webhook_tries: int = 60

    @property
    def url(self) -> str:
        """Where browsers find the hosted page, without a final slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def signing_secret(self) -> str:
        """The first of the comma list: the others are old secrets that the receiver still accepts."""
        return self.webhook_secret.split(",")[0].strip()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises ``Refused`` in production: a page that takes no money must never stand where money is expected."""
        if environment.get("APP_ENV") == "production":
            raise Refused("APP_ENV=production: the payment simulator does not start in production.")
        port = environment.get("PORT") or "8010"
        if not port.isdigit():
            raise Refused("PORT must be a whole number.")
        webhook_url = environment.get("STRIPE_WEBHOOK_URL", "")
        webhook_secret = environment.get("STRIPE_WEBHOOK_SECRET", "")
        if webhook_url and not webhook_secret.split(",")[0].strip():
            raise Refused("STRIPE_WEBHOOK_SECRET is missing: STRIPE_WEBHOOK_URL needs it to sign.")
        return cls(
            host=environment.get("HOST") or "127.0.0.1",
            port=int(port),
            database=environment.get("SIMULATOR_DATABASE") or ":memory:",
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            public_url=environment.get("SIMULATOR_PUBLIC_URL", ""),
            api_key=environment.get("SIMULATOR_API_KEY", ""),
            log_level=(environment.get("LOG_LEVEL") or "warning").lower(),
        )

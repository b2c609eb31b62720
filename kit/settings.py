"""Deployment settings, read once at start from the environment only (`.env.example` has one line for each)."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.signing import public_key

NAMES = ("registration", "billing", "notify")
DEVELOPMENT_SECRET = "development-only-never-in-production"  # noqa: S105
SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PUBLIC_KEY = re.compile(r"[\w-]{43}", re.ASCII)


class MissingSetting(SystemExit):
    """A setting without which the service must not start; the message names it."""


class Settings(BaseSettings):
    """What all three services read. Durations are in seconds.

    `signing_key` is a service's own, and signs what it says to the others; `service_keys` holds what they check it
    with, `registration:…,billing:…,notify:…`, twice the same name while a key is being replaced. `secrets` names the
    settings that nobody else may know: a service has those it uses, and no others; some it can do without.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)
    secrets: ClassVar[tuple[str, ...]] = ("signing_key", "ops_token")
    optional_secrets: ClassVar[tuple[str, ...]] = ()

    app_env: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = 8000
    worker_port: int = 0
    database_url: str = ""

    registration_url: str = "http://127.0.0.1:8001"
    billing_url: str = "http://127.0.0.1:8002"
    notify_url: str = "http://127.0.0.1:8003"
    registration_public_url: str = ""
    billing_public_url: str = ""
    notify_public_url: str = ""

    signing_key: str = DEVELOPMENT_SECRET
    service_keys: str = ""
    ops_token: str = DEVELOPMENT_SECRET
    release: str = "unknown"
    trusted_proxies: str = "127.0.0.1"

    # Empty in production: stripe-python then talks to Stripe. Set to the simulator's address otherwise.
    stripe_api_base: str = ""

    outbox_poll_seconds: float = 1.0
    reconcile_seconds: float = 300.0
    retry_base_seconds: float = 1.0
    retry_max_seconds: float = 600.0
    http_timeout_seconds: float = Field(default=2.0, le=5.0)
    rate_limit: int = 30
    log_level: str = "INFO"

    def public_url(self, service: str) -> str:
        """The address browsers and Stripe use for a service, without a slash at the end."""
        return str(getattr(self, f"{service}_public_url") or getattr(self, f"{service}_url")).rstrip("/")

    def url(self, service: str) -> str:
        """The address the other services use."""
        return str(getattr(self, f"{service}_url")).rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether browsers come by HTTPS, so that cookies may insist on it."""
        return self.public_url("registration").startswith("https://")

    def cookie(self, name: str) -> str:
        """The name of a cookie that opens something. With `__Host-` a browser takes it from this very host alone, by
        HTTPS: a neighbour under the same domain cannot set one."""
        return f"__Host-{name}" if self.secure else name

    def public_keys(self, sender: str) -> tuple[str, ...]:
        """What a service's signatures are checked with. In development all sign with the default secret."""
        if not self.service_keys and self.app_env == "development":
            return (public_key(DEVELOPMENT_SECRET),)
        named = (entry.partition(":") for entry in keys(self.service_keys))
        return tuple(key for name, _, key in named if name == sender and PUBLIC_KEY.fullmatch(key))

    def check(self) -> None:
        """Refuse to start, naming the setting: with a secret that is missing, known, short or used twice; outside
        development without a database; in production with a simulated Stripe. Secrets known to all serve this machine
        alone."""
        if self.app_env == "development" and self.host in LOOPBACK:
            return
        self._check_secrets()
        if any(not self.public_keys(name) for name in NAMES):
            raise MissingSetting(f"SERVICE_KEYS must hold a public key of each of {', '.join(NAMES)} (`make keys`)")
        if not self.database_url:
            raise MissingSetting(f"DATABASE_URL must be set when APP_ENV={self.app_env}")
        if self.app_env == "production" and self.stripe_api_base:
            raise MissingSetting("STRIPE_API_BASE names a simulated Stripe: never when APP_ENV=production")

    def check_signature(self, service: str) -> None:
        """Refuse to start when the others could not check what this service signs."""
        if public_key(keys(self.signing_key)[0]) not in self.public_keys(service):
            raise MissingSetting(f"SERVICE_KEYS must hold, as {service}, what checks SIGNING_KEY (`make keys`)")

    def _check_secrets(self) -> None:
        owners: dict[str, str] = {}
        for name in (*self.secrets, *self.optional_secrets):
            values = keys(getattr(self, name))
            if DEVELOPMENT_SECRET in values or (not values and name in self.secrets):
                raise MissingSetting(f"{name.upper()} must be set to a secret of its own, with HOST={self.host} too")
            for value in values:
                if len(value) < SHORTEST_SECRET:
                    raise MissingSetting(f"{name.upper()} must have at least {SHORTEST_SECRET} characters")
                if owners.setdefault(value, name) != name:
                    raise MissingSetting(f"{name.upper()} must differ from {owners[value].upper()}")


def keys(value: str) -> list[str]:
    """A comma list of keys: the first signs, all verify, so that a key can be replaced without a gap."""
    return [key.strip() for key in value.split(",") if key.strip()]


def defaults(service: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """What a service assumes in development when the environment says nothing: its port and a SQLite file."""
    # An empty line of `.env.example` says as little as no line at all.
    assumed: dict[str, Any] = {} if environ.get("PORT") else {"port": 8001 + NAMES.index(service)}
    if not environ.get("DATABASE_URL") and (environ.get("APP_ENV") or "development") == "development":
        assumed["database_url"] = f"sqlite:///{service}.db"
    return assumed

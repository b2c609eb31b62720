"""Deployment settings, read once at start from the environment only (`.env.example` has one line for each)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-only-never-in-production"  # noqa: S105


class MissingSetting(SystemExit):
    """A setting without which the service must not start; the message names it."""


class Settings(BaseSettings):
    """What all three services read. Durations are in seconds."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)
    secrets: ClassVar[tuple[str, ...]] = ("service_keys", "session_secret", "ticket_key", "ops_token")

    app_env: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""

    registration_url: str = "http://127.0.0.1:8001"
    billing_url: str = "http://127.0.0.1:8002"
    notify_url: str = "http://127.0.0.1:8003"
    registration_public_url: str = ""
    billing_public_url: str = ""
    notify_public_url: str = ""

    service_keys: str = DEVELOPMENT_SECRET
    session_secret: str = DEVELOPMENT_SECRET
    ticket_key: str = DEVELOPMENT_SECRET
    ops_token: str = DEVELOPMENT_SECRET
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

    def check(self) -> None:
        """Refuse to start outside development with a secret missing or left at its default."""
        if self.app_env == "development":
            return
        for name in self.secrets:
            values = keys(getattr(self, name))
            if not values or DEVELOPMENT_SECRET in values:
                raise MissingSetting(f"{name.upper()} must be set to a secret of its own when APP_ENV={self.app_env}")
        if not self.database_url:
            raise MissingSetting(f"DATABASE_URL must be set when APP_ENV={self.app_env}")


def keys(value: str) -> list[str]:
    """A comma list of keys: the first signs, all verify, so that a key can be replaced without a gap."""
    return [key.strip() for key in value.split(",") if key.strip()]


def defaults(service: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """What a service assumes in development when the environment says nothing: its port and a SQLite file."""
    ports = {"registration": 8001, "billing": 8002, "notify": 8003}
    # An empty line of `.env.example` says as little as no line at all.
    assumed: dict[str, Any] = {} if environ.get("PORT") else {"port": ports[service]}
    if not environ.get("DATABASE_URL") and (environ.get("APP_ENV") or "development") == "development":
        assumed["database_url"] = f"sqlite:///{service}.db"
    return assumed

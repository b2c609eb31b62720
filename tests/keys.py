"""The secrets of the services as tests give them: each service has a signing key of its own, as in production."""

from typing import Any

from kit.contracts.callers import Caller
from kit.settings import NAMES
from kit.signing import public_key

SIGNING_KEYS = {name: f"signing-key-of-{name}-in-tests-only" for name in NAMES}
SERVICE_KEYS = ",".join(f"{name}:{public_key(key)}" for name, key in SIGNING_KEYS.items())
OPS_TOKEN = "ops-token-of-the-tests-alone-0123"
# What the services have in common, and what each has for itself.
COMMON = {"service_keys": SERVICE_KEYS, "ops_token": OPS_TOKEN}
OWN = {name: {"signing_key": key} for name, key in SIGNING_KEYS.items()}
OWN["registration"] |= {
    "session_secret": "session-secret-of-the-tests-alone",
    "ticket_key": "ticket-key-of-the-tests-alone-0123",
    "privacy_key": "privacy-key-of-the-tests-alone-012",
}


def settings_of(service: str) -> dict[str, str]:
    """The secrets of one service, by the names of its settings."""
    return COMMON | OWN[service]


def environment_of(service: str) -> dict[str, str]:
    """The same as the environment of a process."""
    return {name.upper(): value for name, value in settings_of(service).items()}


def renewal_of(caller: Caller, token: str) -> dict[str, Any]:
    """What registration answers of somebody who may still do what their pass says."""
    roles = sorted(caller.roles)
    return {"id": caller.id, "name": caller.name, "roles": roles, "login": caller.login, "lang": caller.lang} | {
        "token": token
    }

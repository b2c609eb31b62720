"""Settings: what is missing is named before anything starts; an empty line is a line left out."""

from typing import Any

import pytest

from billing.settings import BillingSettings
from kit.settings import DEVELOPMENT_SECRET, MissingSetting, defaults
from notify.settings import NotifySettings
from registration.settings import RegistrationSettings
from tests.keys import SERVICE_KEYS, settings_of

NEW, OLD = "a new secret that is quite long enough", "an old secret that is quite long enough"

SECRETS = ("signing_key", "session_secret", "ticket_key", "privacy_key", "ops_token")


def given(**changed: Any) -> RegistrationSettings:
    whole = {"app_env": "production", "database_url": "sqlite://", **settings_of("registration"), **changed}
    return RegistrationSettings(**whole)


def test_settings_with_their_own_secrets_start() -> None:
    given().check()
    given(session_secret=f"{NEW},{OLD}").check()
    given(bootstrap_admin_token=NEW).check()


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", " , ", DEVELOPMENT_SECRET, f"{NEW},{DEVELOPMENT_SECRET}", f"{NEW},short"])
def test_secret_missing_short_or_known_to_all_is_named(name: str, value: str) -> None:
    for env in ("test", "production"):
        with pytest.raises(MissingSetting, match=f"^{name.upper()} "):
            given(app_env=env, **{name: value}).check()
    given(app_env="development", **{name: value}).check()


def test_secret_used_twice_is_named() -> None:
    with pytest.raises(MissingSetting, match=r"^TICKET_KEY must differ from SESSION_SECRET$"):
        given(session_secret=f"{NEW},{OLD}", ticket_key=OLD).check()


def test_bootstrap_token_that_could_be_guessed_is_named() -> None:
    with pytest.raises(MissingSetting, match=r"^BOOTSTRAP_ADMIN_TOKEN "):
        given(bootstrap_admin_token="open-sesame").check()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "inscriptions.example.org"])
def test_default_secrets_serve_this_machine_only(host: str) -> None:
    for nearby in ("127.0.0.1", "::1", "localhost"):
        RegistrationSettings(app_env="development", host=nearby).check()
    with pytest.raises(MissingSetting, match=r"^SIGNING_KEY "):
        RegistrationSettings(app_env="development", host=host).check()


def test_simulated_stripe_in_production_is_named() -> None:
    simulated = "http://127.0.0.1:8010"
    with pytest.raises(MissingSetting, match=r"^STRIPE_API_BASE "):
        given(stripe_api_base=simulated).check()
    given(app_env="test", stripe_api_base=simulated).check()


@pytest.mark.parametrize("keys", ["", "a shared secret", "registration:short", SERVICE_KEYS.split(",")[0]])
def test_public_key_missing_is_named(keys: str) -> None:
    with pytest.raises(MissingSetting, match=r"^SERVICE_KEYS "):
        given(service_keys=keys).check()


def test_notify_and_billing_hold_no_secret_they_do_not_use() -> None:
    """What makes tickets, personal links and forms is registration's alone; so is what signs passes."""
    assert NotifySettings.secrets == BillingSettings.secrets == ("signing_key", "ops_token")
    for settings in (NotifySettings, BillingSettings):
        assert not {"session_secret", "ticket_key", "privacy_key"} & settings.model_fields.keys()


def test_database_missing_is_named() -> None:
    with pytest.raises(MissingSetting, match="DATABASE_URL"):
        given(database_url="").check()


@pytest.mark.parametrize(("service", "port"), [("registration", 8001), ("billing", 8002), ("notify", 8003)])
def test_setting_left_empty_has_its_default(service: str, port: int) -> None:
    for environment in ({}, {"PORT": "", "APP_ENV": "", "DATABASE_URL": ""}):
        assert defaults(service, environment) == {"port": port, "database_url": f"sqlite:///{service}.db"}
    assert defaults(service, {"PORT": "9", "APP_ENV": "production"}) == {}

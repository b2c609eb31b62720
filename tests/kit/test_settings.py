"""Settings: what is missing is named before anything starts; an empty line is a line left out."""

from typing import Any

import pytest

from kit.settings import DEVELOPMENT_SECRET, MissingSetting, Settings, defaults

SECRETS = ("service_keys", "session_secret", "ticket_key", "ops_token")


def given(**changed: Any) -> Settings:
    secrets = {name: f"a secret for {name}" for name in SECRETS}
    return Settings(**{"app_env": "production", "database_url": "sqlite://", **secrets, **changed})


def test_settings_with_their_own_secrets_start() -> None:
    given().check()
    given(session_secret="new,old").check()


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", " , ", DEVELOPMENT_SECRET, f"mine,{DEVELOPMENT_SECRET}"])
def test_secret_missing_or_known_to_all_is_named(name: str, value: str) -> None:
    for env in ("test", "production"):
        with pytest.raises(MissingSetting, match=f"^{name.upper()} "):
            given(app_env=env, **{name: value}).check()
    given(app_env="development", **{name: value}).check()


def test_database_missing_is_named() -> None:
    with pytest.raises(MissingSetting, match="DATABASE_URL"):
        given(database_url="").check()


@pytest.mark.parametrize(("service", "port"), [("registration", 8001), ("billing", 8002), ("notify", 8003)])
def test_setting_left_empty_has_its_default(service: str, port: int) -> None:
    for environment in ({}, {"PORT": "", "APP_ENV": "", "DATABASE_URL": ""}):
        assert defaults(service, environment) == {"port": port, "database_url": f"sqlite:///{service}.db"}
    assert defaults(service, {"PORT": "9", "APP_ENV": "production"}) == {}

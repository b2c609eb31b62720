"""Registration as tests use it: its own database with the sample association, a still clock, staff signed in."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE, staff_pass
from kit.db import Database
from registration.main import create_app
from registration.settings import RegistrationSettings
from tests import make
from tests.fakes.absent import nobody
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Cluster

Browser = Callable[..., TestClient]
HOME = "http://registration.test"
COCKTAIL = "caricatures-2027"


@pytest.fixture(scope="session")
def sample_template(
    cluster: Cluster | None, templates: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A database with the sample association in it, loaded once and then copied."""
    empty = templates("registration")
    url = cluster.copy(empty) if cluster else f"sqlite:///{tmp_path_factory.mktemp('sample') / 'registration.db'}"
    if not cluster:
        shutil.copy(empty.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    db = Database(url)
    make.sample(db, FakeClock()())
    db.close()
    return url


@pytest.fixture
def settings(cluster: Cluster | None, sample_template: str, tmp_path: Path) -> Iterator[RegistrationSettings]:
    """Settings of a registration whose database holds the sample association."""
    url = cluster.copy(sample_template) if cluster else f"sqlite:///{tmp_path / 'registration.db'}"
    if not cluster:
        shutil.copy(sample_template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    yield RegistrationSettings(app_env="development", database_url=url, registration_url=HOME)
    if cluster:
        cluster.drop(url)


@pytest.fixture
def app(settings: RegistrationSettings, clock: FakeClock) -> Iterator[FastAPI]:
    """Registration without its worker; billing and notify are not there."""
    built = create_app(settings, clock, nobody)
    yield built
    built.state.service.close()


@pytest.fixture
def few(settings: RegistrationSettings, clock: FakeClock) -> Iterator[FastAPI]:
    """Registration that allows strangers little."""
    allowances = {"stranger_places": 50, "stranger_letters": 12, "stranger_letters_to_one": 3}
    built = create_app(settings.model_copy(update=allowances), clock, nobody)
    yield built
    built.state.service.close()


@pytest.fixture
def service(app: FastAPI) -> Any:
    """The service behind `app`."""
    return app.state.service


@pytest.fixture
def browser(app: FastAPI, clock: FakeClock) -> Iterator[Browser]:
    """`browser("door")` is somebody signed in with these roles; `browser()` is a visitor."""
    opened = []

    def sign_in(*roles: str, name: str = "Bénévole", lang: str = "fr") -> TestClient:
        client = TestClient(app, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)
        if roles:
            client.cookies.set(PASS_COOKIE, pass_of(app, clock(), *roles, name=name, lang=lang))
        opened.append(client)
        return client

    yield sign_in
    for client in opened:
        client.close()


def pass_of(app: FastAPI, now: datetime, *roles: str, name: str = "Bénévole", lang: str = "fr") -> str:
    """A fresh pass of somebody who may do this: of a program, so that no account stands in the lists for it."""
    service = app.state.service
    caller = make.program(service.db, roles, now, name=name, lang=lang)
    return staff_pass(service.settings.signing_key, caller, now)


@pytest.fixture
def cocktail(service: Any) -> uuid.UUID:
    with service.db.read() as session:
        return make.activity_id(session, COCKTAIL)


@pytest.fixture
def signed_up(service: Any, clock: FakeClock, cocktail: uuid.UUID) -> list[uuid.UUID]:
    """Three registrations of the cocktail, one of them waiting for its card."""
    first = make.registered(service.db, COCKTAIL, "car", ["Élise Côté", ""], clock())
    held = make.registered(service.db, COCKTAIL, "car", ["Karl Carte"], clock() + timedelta(minutes=1), method="card")
    last = make.registered(
        service.db, COCKTAIL, "car", ["Zoé Roy"], clock() + timedelta(minutes=2), company="Fonderie Noël"
    )
    return [first, held, last]

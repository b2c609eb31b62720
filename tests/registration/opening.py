"""An association that nobody has described yet, about to be opened for the first time."""

from typing import Any

import pytest
from fastapi import FastAPI

from registration.history import queries as history
from registration.settings import RegistrationSettings
from registration.staff.models import StaffMember
from tests import make
from tests.conftest import MakeDatabase
from tests.registration.conftest import HOME

TOKEN = "bootstrap-token-of-this-test"
PASSWORD = "quatre mots sans lien"


@pytest.fixture
def settings(make_database: MakeDatabase) -> RegistrationSettings:
    """An association that nobody has described yet, about to be opened for the first time."""
    return RegistrationSettings(
        app_env="development",
        database_url=make_database("registration"),
        registration_url=HOME,
        bootstrap_admin_email="Premiere@example.org",
        bootstrap_admin_token=TOKEN,
    )


@pytest.fixture
def db(app: FastAPI) -> Any:
    app.state.service.passwords = make.quick_passwords()
    return app.state.service.db


def told(db: Any, member: StaffMember) -> list[tuple[str, str]]:
    """What was done to an account and by whom, oldest first."""
    with db.read() as session:
        return [(entry.action, entry.actor) for entry in reversed(history.of(session, member.id))]

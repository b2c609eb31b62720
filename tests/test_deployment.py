"""What the files of the deployment promise: who reaches whom, with which secrets, and what a database lets whom do."""

import base64
import hashlib
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import yaml

from billing.gateway import EVENT_TYPES
from kit import migrate
from kit.clock import utc_now
from kit.db import Database
from kit.settings import NAMES
from tests import make
from tests.fakes.postgres import Cluster
from tools import keys

ROOT = Path(__file__).resolve().parents[1]
CHANGES = (
    "CREATE TABLE more (a int)",
    "CREATE SCHEMA more",
    "ALTER TABLE outbox ADD COLUMN more int",
    "DROP TABLE outbox",
    "TRUNCATE outbox",
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return whole


def test_containers_hold_the_secrets_they_read_and_no_others(compose: dict[str, Any], tmp_path: Path) -> None:
    keys.make(tmp_path, demo=True)
    assert set(compose["secrets"]) <= {path.name for path in tmp_path.iterdir()}
    for name, container in compose["services"].items():
        read = {value for key, value in (container.get("environment") or {}).items() if key.endswith("_FILE")}
        if name != "postgres":
            assert {f"/run/secrets/{secret}" for secret in container.get("secrets", [])} == read, name


def test_mail_catcher_and_simulator_are_for_demonstrations_only(compose: dict[str, Any]) -> None:
    demo = {name for name, container in compose["services"].items() if container.get("profiles") == ["demo"]}
    assert demo == {"mailpit", "simulator", "seed", "demonstration"}
    published = {name for name, container in compose["services"].items() if container.get("ports")}
    assert published - demo == {"front-door"}


def test_demonstration_is_over_before_anybody_is_served(compose: dict[str, Any]) -> None:
    """Its clock begins weeks ago: a worker with the clock of today would do its work beside it."""
    for name in (f"{service}{part}" for service in NAMES for part in ("", "-worker")):
        waits_for = compose["services"][name]["depends_on"]["demonstration"]
        assert waits_for == {"condition": "service_completed_successfully", "required": False}, name


def test_migrations_alone_come_as_the_owner_of_a_database(compose: dict[str, Any]) -> None:
    owners = {
        name
        for name, container in compose["services"].items()
        if any(secret.endswith("_owner_database_url") for secret in container.get("secrets", []))
    }
    assert owners == {f"{name}-migrate" for name in NAMES}


def test_containers_end_before_their_logs_or_memory_fill_the_machine(compose: dict[str, Any]) -> None:
    for name, container in compose["services"].items():
        assert container["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
        assert container["mem_limit"], name


def test_containers_that_go_on_are_asked_how_they_do(compose: dict[str, Any]) -> None:
    lasting = {name for name, container in compose["services"].items() if container.get("restart") != "no"}
    asked = {name: container.get("healthcheck", {}).get("test", []) for name, container in compose["services"].items()}
    assert {name for name, test in asked.items() if test} == lasting
    assert {asked[f"{name}-worker"][-1] for name in NAMES} == {"/health/live"}


def test_image_started_by_hand_is_in_production() -> None:
    service = (ROOT / "deploy" / "Dockerfile").read_text().split("AS service")[1]
    assert "ENV APP_ENV=production RELEASE=${RELEASE}" in service


def test_guide_names_every_event_of_stripe_that_is_listened_to() -> None:
    guide = (ROOT / "docs" / "guides" / "production.md").read_text(encoding="utf-8")
    assert [event for event in EVENT_TYPES if f"`{event}`" not in guide] == []


def test_front_door_waits_for_nobody_and_believes_only_proxies_that_are_named() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    for line in ("static {$FRONT_PROXIES:127.0.0.1/32}", "read_header 10s", "read_body 30s", "max_header_size 16KB"):
        assert line in caddy
    assert "private_ranges" not in caddy


def test_page_of_the_front_door_is_allowed_the_style_it_has_and_nothing_else() -> None:
    page = (ROOT / "deploy" / "away.html").read_text(encoding="utf-8")
    style = page.split("<style>")[1].split("</style>")[0]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{allowed}'" in (ROOT / "deploy" / "Caddyfile").read_text()
    assert not re.search("style=|<script|https?:", page)


@pytest.mark.only_on("postgresql")  # A file has no owner and users.
@pytest.mark.usefixtures("cluster")
def test_database_lets_a_service_use_its_tables_and_change_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    keys.make(folder, demo=False)
    with Cluster.running(tmp_path_factory.mktemp("apart")) as apart:
        here = {"PGHOST": "127.0.0.1", "PGPORT": str(apart.port), "POSTGRES_USER": "postgres", "SECRETS": str(folder)}
        script = ["bash", str(ROOT / "deploy" / "postgres" / "databases.sh")]
        subprocess.run(script, env={**os.environ, **here}, check=True, stdout=subprocess.DEVNULL)
        for name in NAMES:
            _owner_makes_and_user_uses(apart, name)


def _owner_makes_and_user_uses(apart: Cluster, name: str) -> None:
    folder = ROOT / "services" / name / "migrations"
    owner, user = (Database(_url(apart, role, name)) for role in (f"{name}_owner", name))
    migrate.upgrade(owner, folder)
    assert migrate.is_current(user, folder)
    for change in CHANGES:
        with pytest.raises(sa.exc.ProgrammingError, match=r"must be owner|permission denied"), user.write() as session:
            session.execute(sa.text(change))
    if name == "registration":
        make.sample(user, utc_now())
    for stranger in {*NAMES, *(f"{other}_owner" for other in NAMES)} - {name, f"{name}_owner"}:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(_url(apart, stranger, name))
    owner.close()
    user.close()


def _url(apart: Cluster, role: str, database: str) -> str:
    return f"postgresql://{role}@127.0.0.1:{apart.port}/{database}"

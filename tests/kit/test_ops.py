"""What the operator asks: alive, ready, what waits."""

from pathlib import Path

import sqlalchemy as sa
from starlette.testclient import TestClient

from kit.db import Database
from tests.kit.conftest import Make


def ready(client: TestClient) -> int:
    assert client.get("/health/live").status_code == 200
    return client.get("/health/ready").status_code


def version(app: object, statement: str) -> None:
    db: Database = app.state.service.db  # type: ignore[attr-defined]
    with db.write() as session:
        session.execute(sa.text(statement))


def test_service_once_migrated_is_ready(make_app: Make) -> None:
    app = make_app()
    with TestClient(app) as client:
        assert ready(client) == 200
        version(app, "DELETE FROM alembic_version")
        assert ready(client) == 503
        version(app, "DROP TABLE alembic_version")
        assert ready(client) == 503


def test_service_on_a_newer_schema_is_ready(make_app: Make) -> None:
    """Migrations add first: while the new images start, those that run must not all leave at once."""
    app = make_app()
    with TestClient(app) as client:
        version(app, "UPDATE alembic_version SET version_num = '9999'")
        assert ready(client) == 200


def test_service_without_its_database_is_live_and_not_ready(make_app: Make, tmp_path: Path) -> None:
    app = make_app()
    app.state.service.db = Database(f"sqlite:///{tmp_path / 'nowhere' / 'none.db'}")
    with TestClient(app) as client:
        assert ready(client) == 503
        assert client.get("/health/ready").headers["Retry-After"]

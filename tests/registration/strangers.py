"""Signups of visitors whom nobody recognised, from addresses of their own, for tests."""

import uuid
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from registration.catalog.models import Activity, Resource
from registration.members.models import Company
from tests.registration.conftest import COCKTAIL, HOME
from tests.tables import registrations

ONE = {"product": "car", "who": "non_member", "quantity": 1}


def signup(email: str = "maude@example.org", **changes: Any) -> dict[str, Any]:
    body = {
        "contact": {"first_name": "Maude", "last_name": "Contact", "email": email},
        "company": "Usinage Valbrume inc.",
        "items": [ONE],
        "method": "card",
        "terms_accepted": True,
        "contact_attends": False,
    }
    return body | changes


def places(count: int) -> list[dict[str, Any]]:
    return [ONE | {"quantity": count}]


def client_from(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, base_url=HOME, client=(address, 50000), follow_redirects=False)


def post(app: FastAPI, address: str, body: dict[str, Any], key: str = COCKTAIL) -> Any:
    return client_from(app, address).post(f"/api/activities/{key}/registrations", json=body)


def company_code(service: Any, key: str) -> str:
    with service.db.read() as session:
        return str(session.exec(select(Company.access_code).where(Company.key == key)).one())


def taken(service: Any) -> int:
    with service.db.read() as session:
        return int(
            session.exec(select(sa.func.sum(Resource.taken)).join(Activity).where(Activity.key == COCKTAIL)).one()
        )


def state(service: Any, registration_id: str) -> str:
    with service.db.read() as session:
        query = sa.select(registrations.c.status).where(registrations.c.id == uuid.UUID(registration_id))
        return str(session.execute(query).scalar_one())

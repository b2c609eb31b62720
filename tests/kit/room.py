"""A service of one room, with a counter and a desk: what is done there can be watched, refused or made to fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.testclient import TestClient

from kit import wiring
from kit.app import Service
from kit.auth import Renewal, allow, staff_pass
from kit.contracts.callers import Caller
from kit.db import Database
from kit.errors import TooMany
from kit.idempotency import Key, once
from kit.mailbox import Inbox
from kit.settings import Settings
from tests.billing.make import association
from tests.fakes.clock import FakeClock
from tests.keys import SIGNING_KEYS, settings_of

ROOT = Path(__file__).parents[2]
SECRET = SIGNING_KEYS["registration"]
HOME = "http://registration.test"


class Wish(BaseModel):
    """What the room is asked for."""

    model_config = ConfigDict(extra="forbid")
    name: str
    people: int


@dataclass
class Room:
    """What happened in it, and what happens next."""

    service: Service
    app: FastAPI
    clock: FakeClock
    done: list[str] = field(default_factory=list)
    # What registration says of a pass: that it goes on as it is, unless a test says otherwise.
    renewed: Caller | None = None
    login_over: bool = False
    act: Callable[[], Any] = lambda: None

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)

    def staff(self, *roles: str, secret: str = SECRET) -> TestClient:
        client = self.client()
        caller = Caller(frozenset(roles), "u1", "Personne Fictive", "login-1", "en")
        client.cookies.set("guichet_pass", staff_pass(secret, caller, self.clock()))
        return client

    def renewal(self, caller: Caller) -> Renewal | None:
        present = self.renewed or caller
        return None if self.login_over else Renewal(present, lambda: staff_pass(SECRET, present, self.clock()))

    def kept(self) -> list[str]:
        """What the acts of this room left in its database."""
        with self.service.db.read() as session:
            return list(session.execute(sa.select(Inbox.type).order_by(Inbox.type)).scalars())


router = APIRouter()


@router.post("/wishes", dependencies=[allow("public")])
def wish(request: Request, body: Wish, key: Key) -> Response:
    room: Room = request.app.state.room

    def act() -> dict[str, Any]:
        room.done.append(body.name)
        room.act()
        return {"n": len(room.done), "name": body.name}

    with room.service.db.write() as session:
        return once(session, key, room.clock(), act, status=201)


@router.post("/other-wishes", dependencies=[allow("public")])
def other_wish(request: Request, body: Wish, key: Key) -> Response:
    return wish(request, body, key)


@router.get("/desk")
def desk(caller: Annotated[Caller, allow("director", "accountant")]) -> dict[str, Any]:
    return {"name": caller.name, "roles": sorted(caller.roles), "lang": caller.lang}


@router.post("/desk", dependencies=[allow("director")])
def write_at_desk() -> dict[str, str]:
    return {}


@router.post("/between")
def between(caller: Annotated[Caller, allow("service:billing", "director")]) -> dict[str, str]:
    return {"from": caller.name}


@router.get("/taken", dependencies=[allow("public")])
def taken() -> None:
    raise TooMany(field="name")


@router.get("/broken", dependencies=[allow("public")])
def broken() -> None:
    raise ValueError("Rosalie Deux-Rives, 418 555-0199")


def room_of(url: str, clock: FakeClock, **settings: Any) -> Room:
    """`settings` as the environment would give them."""
    made = Settings(
        **{**settings_of("registration"), "app_env": "test", "database_url": url, "registration_url": HOME, **settings}
    )
    rooms: list[Room] = []
    service = Service(
        name="registration",
        settings=made,
        db=Database(made.database_url, pool_size=2),
        clock=clock,
        pages=wiring.pages(ROOT / "services" / "registration"),
        siblings=wiring.siblings("registration", made, clock, None),
        reactions={},
        migrations=ROOT / "services" / "notify" / "migrations",
        association=association,
        renew=lambda caller: rooms[0].renewal(caller),
        invariants=list,
        pending=dict,
    )
    app = wiring.build(service, [router], with_worker=False)
    rooms.append(Room(service, app, clock))
    app.state.room = rooms[0]
    return rooms[0]

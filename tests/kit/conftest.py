"""A small service built by the kit as the three are, with routes that do what a test of the kit needs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI, Form, Request
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

import notify
from kit import wiring
from kit.app import Service, here, language, page
from kit.auth import allow
from kit.contracts import NOBODY
from kit.db import Database
from kit.settings import Settings
from tests.fakes.clock import FakeClock
from tests.keys import SIGNING_KEYS, settings_of
from tests.kit.room import Room, room_of

SECRET = SIGNING_KEYS["registration"]
HOME = "https://inscriptions.example.org"
router = APIRouter()


@router.get("/fr/bogue", dependencies=[allow("public")])
def bug() -> None:
    raise RuntimeError("Élise Côté, elise@example.org")


@router.get("/fr/moitie", dependencies=[allow("public")])
def half() -> StreamingResponse:
    """An answer that breaks in the middle."""

    def told() -> Iterator[bytes]:
        yield b"Une"
        raise RuntimeError("Élise Côté, elise@example.org")

    return StreamingResponse(told(), media_type="text/plain")


@router.get("/fr/page", dependencies=[allow("public")])
def a_page(request: Request) -> Any:
    return page(request, "kit/error.html", language(request), 200)


@router.post("/fr/form", dependencies=[allow("public")])
def a_form(name: Annotated[str, Form()] = "") -> dict[str, int]:
    return {"length": len(name)}


@router.post("/api/texts", dependencies=[allow("public")])
def texts(given: Annotated[dict[str, str], Body()]) -> dict[str, int]:
    return {name: len(text.encode()) for name, text in given.items()}


@router.post("/api/answers", dependencies=[allow("public")])
def answers(given: Annotated[dict[str, int], Body()]) -> dict[str, int]:
    return {"count": len(given)}


@router.get("/staff/page")
def staff_page(_caller: Annotated[Any, allow("director")], service: Annotated[Any, here]) -> dict[str, str]:
    return {"name": service.name}


@router.post("/siblings", dependencies=[allow("service:registration")])
def from_sibling() -> dict[str, bool]:
    return {"heard": True}


Make = Callable[..., FastAPI]


@pytest.fixture
def make_app(make_database: Callable[[str], str], clock: FakeClock) -> Iterator[Make]:
    """`make_app(ops_token="…")` is the application of a service with these settings."""
    made: list[FastAPI] = []

    def make(**changed: Any) -> FastAPI:
        urls = {"registration_public_url": HOME, "billing_public_url": HOME + "/billing"}
        given = {**settings_of("notify"), **urls, "notify_public_url": HOME + "/notify", "app_env": "test", **changed}
        made.append(wiring.build(_service(Settings(**given), make_database("notify"), clock), [router], False))
        return made[-1]

    yield make
    for app in made:
        app.state.service.close()


def _service(settings: Settings, url: str, clock: FakeClock) -> Service:
    return Service(
        name="notify",
        settings=settings,
        db=Database(url),
        clock=clock,
        pages=wiring.pages(Path(str(notify.__file__)).parent),
        siblings={},
        reactions={},
        migrations=Path(str(notify.__file__)).parent / "migrations",
        association=lambda: NOBODY,
        renew=lambda _login: None,
        invariants=list,
        pending=lambda: {"outbox": 0},
    )


@pytest.fixture
def client(make_app: Make) -> Iterator[TestClient]:
    with TestClient(make_app(), base_url=HOME, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def room(make_database: Callable[[str], str], clock: FakeClock) -> Iterator[Room]:
    built = room_of(make_database("notify"), clock)
    yield built
    built.service.close()

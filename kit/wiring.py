"""Putting a service together: what its `main` gives to `create_service`, and the FastAPI application around it."""

import functools
import importlib
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from kit import answers, undelivered, web
from kit.app import Service
from kit.auth import Allow, Renewal
from kit.clock import Clock
from kit.contracts.callers import CALLER, Caller
from kit.edge import Edge
from kit.http import Sibling, TransportFor
from kit.settings import NAMES, Settings
from kit.text import Catalogue

# FastAPI's thread pool: more threads only fight for the interpreter (performance.md, point 3).
THREADS = 8
# The interfaces of the services, written by `make openapi` and served as they stand; a test holds them to the code.
DOCUMENTS = Path(__file__).parents[1] / "docs" / "api"


@functools.cache
def pages(folder: Path) -> web.Pages:
    """The pages of a service: any folder of it may have `templates/`, `static/` and `messages/` of its own. Read once:
    they are part of the program, the same for each application of this process."""
    catalogue = Catalogue.load([web.HERE, folder])
    return web.Pages(catalogue, _folders(folder, "templates"), _folders(folder, "static"))


def _folders(folder: Path, kind: str) -> dict[str, Path]:
    """By the name of the folder they are in: two families of pages of one service never share a name."""
    folders = {path.parent.name: path for path in sorted(folder.rglob(kind)) if path.is_dir()}
    if len(folders) != sum(path.is_dir() for path in folder.rglob(kind)):
        raise ValueError(f"two folders of {folder} with {kind} share a name")
    return folders


@functools.cache
def routers(package: str, folder: Path, hot: tuple[str, ...] = ()) -> list[APIRouter]:
    """The routers of a service: of every module `pages`, `api` or `webhooks`, alone or followed by `_thing`. Looked for
    once, as pages are.

    An address is looked for from router to router: `hot` names the modules that a crowd asks for, and they come first.
    """
    routed = (path for path in sorted(folder.rglob("*.py")) if path.stem.split("_")[0] in ("api", "pages", "webhooks"))
    names = [".".join(path.relative_to(folder).with_suffix("").parts) for path in routed]
    return [importlib.import_module(f"{package}.{name}").router for name in dict.fromkeys([*hot, *names])]


def siblings(name: str, settings: Settings, clock: Clock, transport_for: TransportFor | None) -> dict[str, Sibling]:
    """Clients for the two other services. Tests pass `transport_for` to reach their apps without a socket."""
    transport = transport_for or (lambda _: None)
    return {other: Sibling(name, other, settings, clock, transport(other)) for other in NAMES if other != name}


def renewed(registration: Sibling, caller: Caller) -> Renewal | None:
    """Ask registration, which keeps the logins, what the owner of a pass may do now; None: nothing any more."""
    answer = registration.call("POST", "/passes/renew", {"id": caller.id, "login": caller.login})
    return Renewal(CALLER.validate_python(answer), lambda: str(answer["token"])) if answer else None


def build(service: Service, routers: Iterable[APIRouter], with_worker: bool) -> FastAPI:
    """The application: feature routers, the common routes, errors, headers, and the worker in its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        if with_worker:
            service.worker.start()
        yield
        if with_worker:
            await anyio.to_thread.run_sync(service.worker.stop)
        service.close()

    title = f"Guichet: {service.name}"
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.service = service
    app.state.routers = (*routers, answers.router, undelivered.router)
    # As they were made where they are declared; `include_router` would work out each of them a second time.
    app.router.routes.extend(route for router in app.state.routers for route in router.routes)
    for feature, folder in service.pages.static_folders.items():
        app.mount(f"/static/{feature}", StaticFiles(directory=folder), name=f"static-{feature}")
    app.mount("/static", StaticFiles(directory=web.STATIC), name="static")
    answers.install(app)
    app.add_middleware(Edge, service=service)
    published = DOCUMENTS / f"{service.name}.json"
    app.openapi = lambda: json.loads(published.read_text(encoding="utf-8"))  # type: ignore[method-assign]
    return app


def routes(app: FastAPI) -> list[tuple[APIRoute, Allow | None]]:
    """Every route of the application with the statement of who may call it (None: an architecture test fails)."""
    api_routes = (route for router in app.state.routers for route in router.routes if isinstance(route, APIRoute))
    return [(route, _allowed(route.dependant)) for route in api_routes]


def _allowed(dependant: Any) -> Allow | None:
    said = (dependant.call,) if isinstance(dependant.call, Allow) else map(_allowed, dependant.dependencies)
    return next(filter(None, said), None)

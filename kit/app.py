"""What every service is made of: the FastAPI application around a `Service`, its errors, its common routes."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from kit import answers, web
from kit.auth import PASS_COOKIE, Allow, Caller, signed_in
from kit.clock import Clock
from kit.contracts import Association
from kit.db import Database
from kit.edge import Edge, Metrics
from kit.http import Sibling, TransportFor
from kit.mailbox import Postman, Reactions
from kit.settings import Settings
from kit.text import Catalogue
from kit.worker import Loop, Worker

NAMES = ("registration", "billing", "notify")
# FastAPI's thread pool: more threads only fight for the interpreter (performance.md, point 3).
THREADS = 8
LANG_COOKIE = "guichet_lang"


@dataclass(kw_only=True)
class Service:
    """One running service: everything a route, a job or a reaction may need, passed and never imported."""

    name: str
    settings: Settings
    db: Database
    clock: Clock
    pages: web.Pages
    siblings: Mapping[str, Sibling]
    reactions: Reactions
    migrations: Path
    association: Callable[[], Association]
    renew: Callable[[str], Caller | None]
    invariants: Callable[[], list[str]]
    pending: Callable[[], dict[str, int]]
    loops: list[Loop] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def postman(self) -> Postman:
        settings = self.settings
        return Postman(self.db, self.siblings, self.clock, settings.retry_base_seconds, settings.retry_max_seconds)

    @property
    def base(self) -> str:
        """The path this service lives under behind the front door: `` or `/billing`."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def public_url(self) -> str:
        return self.settings.public_url(self.name)

    def close(self) -> None:
        for sibling in self.siblings.values():
            sibling.close()
        self.db.close()


def pages(folder: Path, features: Iterable[str]) -> web.Pages:
    """The pages of a service: each feature may have `templates/`, `static/` and `messages/` of its own."""
    catalogue = Catalogue.load([web.HERE, folder])
    templates, static = _folders(folder, features, "templates"), _folders(folder, features, "static")
    return web.Pages(catalogue, templates, static_folders=static)


def _folders(folder: Path, features: Iterable[str], kind: str) -> dict[str, Path]:
    return {feature: folder / feature / kind for feature in features if (folder / feature / kind).is_dir()}


# A service narrows this to its own class: `Here = Annotated[Billing, here]`.
here = Depends(answers.running)


def siblings(name: str, settings: Settings, clock: Clock, transport_for: TransportFor | None) -> dict[str, Sibling]:
    """Clients for the two other services. Tests pass `transport_for` to reach their apps without a socket."""
    return {
        other: Sibling(
            name,
            other,
            settings.url(other),
            settings.service_keys,
            clock,
            settings.http_timeout_seconds,
            transport_for(other) if transport_for else None,
        )
        for other in NAMES
        if other != name
    }


def renewed(registration: Sibling, login: str) -> Caller | None:
    """Ask registration, which keeps the logins, whether a pass may go on."""
    answer = registration.call("POST", "/passes/renew", {"login": login})
    if answer is None:
        return None
    return Caller(frozenset(answer["roles"]), answer["id"], answer["name"], answer["login"], answer["lang"])


def build(service: Service, routers: Iterable[APIRouter], with_worker: bool) -> FastAPI:
    """The application: feature routers, the common routes, errors, headers, and the worker in its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        worker = Worker(service.loops) if with_worker else None
        if worker:
            worker.start()
        yield
        if worker:
            await anyio.to_thread.run_sync(worker.stop)
        service.close()

    app = FastAPI(title=f"Guichet: {service.name}", version="1", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = service
    app.state.routers = (*routers, answers.router)
    for router in app.state.routers:
        app.include_router(router)
    for feature, folder in service.pages.static_folders.items():
        app.mount(f"/static/{feature}", StaticFiles(directory=folder), name=f"static-{feature}")
    app.mount("/static", StaticFiles(directory=web.STATIC), name="static")
    answers.install(app)
    app.add_middleware(Edge, service=service)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with who may call each operation and the kit's errors."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        for route, allowed in routes(app):
            for method in (route.methods or set()) - {"HEAD"}:
                operation = document["paths"].get(route.path_format, {}).get(method.lower())
                if operation is not None:
                    operation["x-roles"] = list(allowed.roles) if allowed else []
                    operation["responses"].setdefault("default", answers.PROBLEM_RESPONSE)
    return app.openapi_schema or {}


def routes(app: FastAPI) -> list[tuple[APIRoute, Allow | None]]:
    """Every route of the application with the statement of who may call it (None: an architecture test fails)."""
    found = (route for router in app.state.routers for route in router.routes if isinstance(route, APIRoute))
    return [(route, _allowed(route.dependant)) for route in found]


def _allowed(dependant: Any) -> Allow | None:
    if isinstance(dependant.call, Allow):
        return dependant.call
    return next((found for inner in dependant.dependencies if (found := _allowed(inner))), None)


def language(request: Request, default: str = "fr") -> str:
    """The language of this visit: asked for in the address (`?lang=en`, `/en/…`), else remembered, else `default`."""
    path = request.url.path.split("/")[1]
    asked = request.query_params.get("lang") or (path if path in ("fr", "en") else "")
    asked = asked or request.cookies.get(LANG_COOKIE) or default
    return asked if asked in ("fr", "en") else "fr"


def page(request: Request, template: str, lang: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a page of this service with what every page has; `context` may replace any of it."""
    service: Service = request.app.state.service
    everything = {**common(request, lang), "status": status, **context}
    response = HTMLResponse(service.pages.render(template, lang, **everything), status)
    if request.query_params.get("lang") == lang:
        response.set_cookie(LANG_COOKIE, lang, max_age=31_536_000, samesite="lax", secure=service.settings.secure)
    return response


def common(request: Request, lang: str) -> dict[str, Any]:
    """What the base page needs: the association, the addresses, who is signed in."""
    service: Service = request.app.state.service
    who = signed_in(request)
    other = "en" if lang == "fr" else "fr"
    return {
        "association": shown(service.association(), lang),
        "base": service.base,
        "home": service.settings.public_url("registration"),
        "billing_url": service.settings.public_url("billing"),
        "notify_url": service.settings.public_url("notify"),
        "other_url": service.base + str(request.url.include_query_params(lang=other).replace(scheme="", netloc="")),
        "who": who,
        "here": service.public_url + request.url.path,
        "request_id": request.state.request_id,
    }


def shown(association: Association, lang: str) -> dict[str, Any]:
    """The association as a page of this language names it."""
    texts = {field: getattr(association, field).in_(lang) for field in ("short_name", "privacy_title", "terms")}
    return association.model_dump() | {"name": association.name} | texts


def see(url: str) -> RedirectResponse:
    """Go on to another page after a form (303: the browser reads it with GET, and a refresh repeats nothing)."""
    return RedirectResponse(url, status_code=303)


def sign_in_url(request: Request) -> str:
    """Registration's sign-in page, coming back to this page afterwards when it was a page one can come back to."""
    service: Service = request.app.state.service
    back = service.public_url + request.url.path if request.method == "GET" else ""
    return service.settings.public_url("registration") + "/staff/sign-in" + (f"?next={quote(back)}" if back else "")


def remember_pass(response: Response, token: str, secure: bool) -> None:
    """Keep a staff pass in the browser. It outlives its freshness, so that it can be renewed."""
    response.set_cookie(PASS_COOKIE, token, max_age=1_209_600, httponly=True, samesite="lax", secure=secure)

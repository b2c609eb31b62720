"""Puts the simulator together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import Request

from simulator import dashboard, page, switchboard
from simulator.api.errors import StripeError, unknown_url
from simulator.api.pipeline import Pipeline
from simulator.courier import Courier
from simulator.desk import Clock, Desk
from simulator.settings import Settings
from simulator.store import Store
from simulator.switches import Switches

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(settings: Settings, clock: Clock = time.time) -> FastAPI:
    """``clock`` gives epoch seconds. The courier runs while the application does."""
    store = Store(settings.database)
    desk = Desk(settings, store, Switches(settings.webhook_url, settings.webhook_secret), clock)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        courier = Courier(desk)
        courier.start()
        yield
        courier.stop()
        store.close()

    app = FastAPI(title="Simulated Stripe", lifespan=running, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    pipeline = Pipeline(desk)

    @app.api_route("/v1/{rest:path}", methods=_METHODS)
    async def api(request: Request) -> Response:
        return await pipeline(request)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    pages = page.Pages()
    app.include_router(page.routes(desk, pages))
    app.include_router(dashboard.routes(desk, pages))
    app.include_router(switchboard.routes(desk))
    app.mount("/c/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(Exception, _bug)
    return app


async def _not_here(request: Request, error: Exception) -> Response:
    """Outside the simulator's own routes, an unknown path or method is told as Stripe tells it."""
    assert isinstance(error, HTTPException)  # noqa: S101 (what this was registered for)
    if error.status_code in (404, 405) and not request.url.path.startswith("/_simulator"):
        return JSONResponse(unknown_url(request.method, request.url.path).body(), 404)
    return JSONResponse({"detail": error.detail}, error.status_code)


async def _bug(_request: Request, _error: Exception) -> Response:
    return JSONResponse(StripeError("The simulator broke.", status=500, kind="api_error").body(), 500)

"""Errors as answers (problem+json for programs, a page for people) and the routes every service has."""

import logging
from collections.abc import Container, Mapping
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from kit import migrate
from kit.app import Service, here, language, page, see, sign_in_url
from kit.auth import allow
from kit.contracts import Envelope, Receipt
from kit.contracts.callers import Caller
from kit.contracts.problems import names_in, spelled
from kit.errors import PROBLEM, Busy, InvalidInput, NotFound, NotUtf8, Refusal, SignInNeeded
from kit.mailbox import receive
from kit.metrics import Figure
from kit.web.brand import brand_css

log = logging.getLogger("guichet.app")
router = APIRouter()
Words = Mapping[str, Any]
Here = Annotated[Service, here]


def install(app: FastAPI) -> None:
    """Turn refusals, malformed requests and unknown addresses into answers. In threads: a page reads the database."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(UnicodeEncodeError, _half_a_character)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 (Starlette's handler signature is wider than what we register.)
    if isinstance(error, SignInNeeded) and wants_html(request):
        return see(sign_in_url(request))
    return answer(request, error)


def _malformed(request: Request, error: Exception) -> Response:
    """A request that does not have the declared shape. Names the fields; never repeats what was sent. An address
    that is malformed is one at which there is nothing, like any other that was never given out."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = error.errors()
    if any(item["loc"][0] == "path" for item in wrong):
        return answer(request, NotFound())
    names = _declared(request.scope["route"].dependant)
    return answer(request, InvalidInput({_field(item, names): item["type"] for item in wrong}))


def _declared(dependant: Any) -> set[str]:
    """Every name that a route declares: of its parameters, and of the fields of what is sent to it."""
    fields = [*dependant.query_params, *dependant.header_params, *dependant.cookie_params, *dependant.body_params]
    names = {field.alias for field in fields}.union(*(names_in(field.field_info.annotation) for field in fields))
    return names.union(*map(_declared, dependant.dependencies))


def _field(item: Mapping[str, Any], names: Container[str]) -> str:
    """Where it is wrong, in names that we gave: a field we never heard of, or a key of a free object, is the caller's
    own word, and not repeated."""
    named = item["loc"][1 : -1 if item["type"] == "extra_forbidden" else None]
    return spelled(tuple(name if isinstance(name, int) or name in names else "?" for name in named))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 404:
        return _without_slash(request) or answer(request, NotFound())
    if isinstance(error.__cause__, Refusal):  # FastAPI calls whatever stops it from reading a body a bad request.
        return answer(request, error.__cause__)
    return _reply(request, error.status_code, "Http", {}, error.headers)


def _half_a_character(request: Request, error: Exception) -> Response:
    """JSON can say half a character (`"\\ud800"`); no database and no answer can hold it. Nothing else of what we are
    sent can have one."""
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        return answer(request, NotUtf8())
    raise error


def _without_slash(request: Request) -> Response | None:
    """The way to the same address without the slash too many at its end.

    Starlette's own redirect believes the Host header and forgets the prefix of the front door.
    """
    path, query = request.url.path, request.url.query
    if request.method != "GET" or not path.endswith("/") or path == "/":
        return None
    service: Service = request.app.state.service
    return RedirectResponse(f"{service.base}/{path.strip('/')}" + (f"?{query}" if query else ""))


def bug(request: Request, error: Exception) -> Response:
    """An answer of 500, and a line in the log that says where, never what was sent."""
    # The route's template, which holds no token, unlike the path.
    frames = {"request_id": request.state.request_id, "route": getattr(request.scope.get("route"), "path", "-")}
    log.error("bug", extra=frames, exc_info=(type(error), error, error.__traceback__))
    return _reply(request, 500, "Bug", {})


def answer(request: Request, refusal: Refusal) -> Response:
    """A refusal as problem+json, or as a page for a browser."""
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    extra = {"errors": refusal.problems} if isinstance(refusal, InvalidInput) else {}
    if refusal.field:
        extra = {"errors": {refusal.field: refusal.code}}
    return _reply(request, refusal.status, refusal.code, refusal.values, headers, extra)


def _reply(
    request: Request, status: int, code: str, values: Words, headers: Words | None = None, extra: Words | None = None
) -> Response:
    lang = language(request)
    sentence = request.app.state.service.pages.catalogue.say(lang, f"refusal.{code}", **values)
    if wants_html(request):
        try:
            words = {"code": code, "sentence": sentence, "of_link": getattr(request.state, "of_link", False)}
            response: Response = page(request, "kit/error.html", lang, status, **words)
        except Busy:
            log.warning("a page was answered as a problem: who the association is was never read")
        else:
            response.headers.update(headers or {})
            return response
    problem = {"type": f"about:blank#{code}", "title": code, "status": status, "code": code, "detail": sentence}
    problem |= {"request_id": request.state.request_id} | dict(extra or {})
    return JSONResponse(problem, status, dict(headers or {}), media_type=PROBLEM)


def wants_html(request: Request) -> bool:
    """Whether a person's browser is asking for a page."""
    return "text/html" in request.headers.get("accept", "")


@router.get("/health/live", dependencies=[allow("public")], tags=["ops"])
def check_live(service: Here) -> dict[str, str]:
    """The process answers, and every loop of its worker takes its turns."""
    if any(service.worker.late().values()):
        raise Busy()
    return {"status": "ok"}


@router.get("/health/ready", dependencies=[allow("public")], tags=["ops"])
def check_ready(service: Here) -> dict[str, str]:
    """The database answers and has the newest schema. Says nothing of the siblings."""
    with suppress(Exception):
        if migrate.is_current(service.db, service.migrations):
            return {"status": "ready"}
    raise Busy()


@router.get("/ops/pending", dependencies=[allow("ops")], tags=["ops"])
def count_pending(service: Here) -> dict[str, int]:
    """What is not finished yet, by kind."""
    return service.pending()


@router.get("/ops/invariants", dependencies=[allow("ops")], tags=["ops"])
def check_invariants(service: Here) -> list[str]:
    """Every difference between counters and rows, between debits and credits; empty when all is well."""
    return service.invariants()


@router.get("/metrics", dependencies=[allow("ops")], tags=["ops"], response_class=PlainTextResponse)
def read_metrics(service: Here) -> Response:
    """Prometheus' text format."""
    now = [*service.figures(), Figure("guichet_pending", "Work not finished yet", "kind", service.pending())]
    now.append(Figure("guichet_loop_late", "1: a loop of the worker hangs", "loop", service.worker.late()))
    now.append(Figure("guichet_build_info", "The release that runs here", "release", {service.settings.release: 1}))
    return Response(service.metrics.text(now), media_type="text/plain; version=0.0.4")


@router.get("/brand.css", dependencies=[allow("public")], include_in_schema=False)
def brand(service: Here) -> Response:
    """The association's accent colour, with its contrast computed; a file, because pages allow no inline style."""
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(brand_css(service.association().accent), media_type="text/css", headers=headers)


@router.post("/mailbox", tags=["mailbox"])
def receive_messages(
    envelopes: list[Envelope],
    service: Here,
    caller: Annotated[Caller, allow("service:registration", "service:billing", "service:notify")],
) -> list[Receipt]:
    """Messages from a sibling, up to 50; each is acted on once and answered for itself. A contract is heard
    from its own senders only."""
    return receive(service, service.reactions, envelopes, caller.id)

"""What every route has at hand: the `Service` that answers, its pages and how they are shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from kit.auth import Renewal, signed_in
from kit.clock import Clock
from kit.contracts import Association
from kit.contracts.callers import Caller
from kit.db import Database
from kit.http import Sibling
from kit.lease import Patience
from kit.mailbox import Postman, Reactions
from kit.metrics import Figure, Metrics
from kit.settings import Settings
from kit.web import Pages
from kit.worker import Loop, Worker

LANG_COOKIE = "guichet_lang"
# How many bytes may be sent in one request, where nothing else is said.
BODY_LIMIT = 2_000_000


@dataclass(kw_only=True)
class Service:
    """One running service: everything a route, a job or a reaction may need, passed and never imported."""

    name: str
    settings: Settings
    db: Database
    clock: Clock
    pages: Pages
    siblings: Mapping[str, Sibling]
    reactions: Reactions[Self]
    migrations: Path
    association: Callable[[], Association]
    renew: Callable[[Caller], Renewal | None]
    invariants: Callable[[], list[str]]
    pending: Callable[[], dict[str, int]]
    figures: Callable[[], list[Figure]] = list
    # The most bytes that a path takes: only where a file is sent it is more.
    body_limit: Callable[[str], int] = lambda _path: BODY_LIMIT
    # Whether logins are rows of this service's own database: then they are read at every request of staff.
    keeps_logins: bool = False
    loops: list[Loop] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def postman(self) -> Postman:
        return Postman(self.db, self.siblings, self.clock, self.patience)

    @cached_property
    def worker(self) -> Worker:
        return Worker(self.loops)

    @property
    def patience(self) -> Patience:
        """How long a message is tried, or whatever else waits in a table."""
        return Patience(self.settings.retry_base_seconds, self.settings.retry_max_seconds)

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


async def running(request: Request) -> Any:
    """The service that answers this request."""
    return request.app.state.service


# A service narrows this to its own class: `Here = Annotated[Billing, here]`.
here = Depends(running)


def language(request: Request, default: str = "fr") -> str:
    """The language of this visit: as in the address (`?lang=en`, `/en/…`), else in the cookie, else `default`."""
    path = request.url.path.split("/")[1]
    lang = request.query_params.get("lang") or (path if path in ("fr", "en") else "")
    lang = lang or request.cookies.get(LANG_COOKIE) or default
    return lang if lang in ("fr", "en") else "fr"


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
    other, path = "en" if lang == "fr" else "fr", address(request)
    return {
        "association": shown(service.association(), lang),
        "base": service.base,
        "home": service.settings.public_url("registration"),
        "billing_url": service.settings.public_url("billing"),
        "notify_url": service.settings.public_url("notify"),
        "other_url": f"{service.base}{path}?{request.url.include_query_params(lang=other).query}",
        "who": who,
        "here": service.public_url + path,
        "request_id": request.state.request_id,
    }


def address(request: Request) -> str:
    """The path of this page as a link may say it: two slashes at its start would lead to another site."""
    return quote("/" + request.url.path.lstrip("/"))


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
    back = service.public_url + address(request) if request.method == "GET" else ""
    return service.settings.public_url("registration") + "/staff/sign-in" + (f"?next={quote(back)}" if back else "")

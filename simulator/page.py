"""The hosted payment page: plainly marked as simulated, in the session's language, without any script."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulator.desk import Desk
from simulator.objects import sessions
from simulator.store import Object
from simulator.work import Work

_HERE = Path(__file__).parent
# No form-action: Chromium applies it to the redirect that follows a form, and paying leads to another origin.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Pages:
    """Sentences and templates, read once."""

    def __init__(self) -> None:
        self._sentences = {
            language: tomllib.loads((_HERE / "messages" / f"{language}.toml").read_text(encoding="utf-8"))
            for language in ("fr", "en")
        }
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def show(self, name: str, session: Object | None, status: int = 200, **more: Any) -> HTMLResponse:
        language = _language(session)
        html = self._templates.get_template(f"{name}.html").render(
            t=self._sentences[language],
            lang="fr-CA" if language == "fr" else "en-CA",
            money=lambda cents: money(cents, language),
            session=session,
            **more,
        )
        return HTMLResponse(html, status, headers=HEADERS)


def _language(session: Object | None) -> str:
    """French unless English was asked for: there is no other sentence here."""
    locale = (session or {}).get("locale") or "auto"
    return "en" if locale.startswith("en") else "fr"


def money(cents: int, language: str) -> str:
    """``1 304,83 $`` with no-break spaces, ``$1,304.83`` in English."""
    dollars, rest = f"{cents // 100:,}", f"{cents % 100:02d}"
    if language == "en":
        return f"${dollars}.{rest}"
    return dollars.replace(",", "\u00a0") + f",{rest}\u00a0$"


def routes(desk: Desk, pages: Pages) -> APIRouter:
    """``/c/pay/{id}``: shown, then paid, declined or left."""
    router = APIRouter()

    @router.get("/c/pay/{identifier}")
    def show(identifier: str) -> Response:
        with desk.work() as work:
            session = work.store.find("checkout.session", identifier)
        return _page(pages, session)

    @router.post("/c/pay/{identifier}")
    def act(identifier: str, action: str = Form("")) -> Response:
        with desk.work() as work:
            session = work.store.find("checkout.session", identifier)
            declined = session is not None and _do(work, session, action)
        if session is not None:
            if session["status"] == "complete":
                return _go(session, session["success_url"])
            if action == "abandon" and session["cancel_url"]:
                return _go(session, session["cancel_url"])
        return _page(pages, session, declined=declined)

    return router


def _do(work: Work, session: Object, action: str) -> bool:
    """Whether the card was refused. A second click on *pay* finds the session complete and does nothing."""
    if session["status"] != "open":
        return False
    if action == "pay":
        sessions.pay(work, session)
    elif action == "decline":
        sessions.decline(work, session)
        return True
    return False


def _go(session: Object, address: str) -> Response:
    return RedirectResponse(address.replace("{CHECKOUT_SESSION_ID}", session["id"]), 303, headers=HEADERS)


def _page(pages: Pages, session: Object | None, *, declined: bool = False) -> Response:
    if session is None:
        return pages.show("ended", None, 404, reason="unknown", back=None)
    if session["status"] == "open":
        return pages.show("pay", session, 402 if declined else 200, declined=declined, lines=session["_line_items"])
    if session["status"] == "complete":
        address = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
        return pages.show("ended", session, reason="complete", back=address)
    return pages.show("ended", session, 410, reason="expired", back=session["cancel_url"])

"""Words looked for in staff's lists. They are names of people: never in an address, so in no log and no history.

The form posts them; the browser keeps the last few until it is closed; the address (`?find=…`) only says which.
"""

import secrets
from datetime import timedelta
from typing import Any

from fastapi import Request, Response

from kit.app import see
from kit.auth import Signed
from kit.errors import BadToken

WORDS_COOKIE = "guichet_words"
LIFE = timedelta(days=1)
KEPT = 6


def look_for(request: Request, url: str, words: str) -> Response:
    """Go on to a list (`url`, with what else narrows it) with these words looked for; none: everything again."""
    if not words.strip():
        return see(url)
    service, key = request.app.state.service, secrets.token_urlsafe(6)
    kept = [*_kept(request), (key, words.strip())][-KEPT:]
    response = see(f"{url}{'&' if '?' in url else '?'}find={key}")
    value = _signed(service).make({"words": kept}, service.clock() + LIFE)
    response.set_cookie(WORDS_COOKIE, value, httponly=True, samesite="lax", secure=service.settings.secure)
    return response


def words_of(request: Request) -> str:
    """The words this address looks for; nothing once the browser has forgotten them."""
    return dict(_kept(request)).get(request.query_params.get("find", ""), "")


def _kept(request: Request) -> list[tuple[str, str]]:
    service = request.app.state.service
    try:
        kept = _signed(service).read(request.cookies.get(WORDS_COOKIE, ""), service.clock())["words"]
    except BadToken:
        return []
    return [(key, words) for key, words in kept]


def _signed(service: Any) -> Signed:
    return Signed(service.settings.session_secret, "words")

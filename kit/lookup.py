"""Words looked for in staff's lists. They are names of people: never in an address, so in no log and no history.

The form posts them; the browser keeps them for an hour, for that list alone; the address (`?find=…`) says which.
"""

import secrets
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request, Response

from kit.app import see

COOKIE = "guichet_words_"
HOUR = 3600


def look_for(request: Request, url: str, words: str) -> Response:
    """Go on to a list (`url`, with what else narrows it) with these words looked for; none: everything again."""
    if not words.strip():
        return see(url)
    # A list that is narrowed as one types says which words these replace: a key for each letter would fill the browser.
    key = quote(request.query_params.get("find", ""), safe="")[:8] or secrets.token_urlsafe(6)
    secure = request.app.state.service.settings.secure
    response, path, kept = see(f"{url}{'&' if '?' in url else '?'}find={key}"), urlsplit(url).path, quote(words.strip())
    response.set_cookie(COOKIE + key, kept, HOUR, path=path, httponly=True, samesite="lax", secure=secure)
    return response


def words_of(request: Request) -> str:
    """The words this address looks for; nothing once the browser has forgotten them."""
    return unquote(request.cookies.get(COOKIE + request.query_params.get("find", ""), ""))

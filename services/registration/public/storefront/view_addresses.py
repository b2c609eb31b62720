"""The language somebody is greeted in, and what robots are told of public pages."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from fastapi import Request

from kit.app import LANG_COOKIE
from kit.text import LANGUAGES
from registration.catalog.view import Addressed, page

# Personal and staff pages: they say so themselves too, and their addresses are known to nobody.
PRIVATE = ("/staff", "/api", "/r/", "/a/", "/m/", "/T/")


def preferred(request: Request) -> str:
    """The language to greet somebody in: as last time, else the first of ours that their browser asks for."""
    remembered = request.cookies.get(LANG_COOKIE)
    if remembered in LANGUAGES:
        return remembered
    wishes = []
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        wish = re.fullmatch(r"\s*(fr|en)\b[\w-]*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part, re.IGNORECASE)
        if wish:
            wishes.append((float(wish[2] or 1), wish[1].lower()))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else "fr"


def robots(home: str) -> str:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "", f"Sitemap: {home}/sitemap.xml"]
    return "\n".join(lines) + "\n"


def sitemap(home: str, activities: Sequence[Addressed]) -> str:
    """Every public page with its other language (sitemaps.org, and Google's xhtml:link)."""
    pages = [{lang: f"/{lang}" for lang in LANGUAGES}]
    pages += [{lang: page(activity, lang) for lang in LANGUAGES} for activity in activities]
    urls = "".join(_url(home, page, lang) for page in pages for lang in LANGUAGES)
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>\n{urls}</urlset>\n'


def _url(home: str, page: dict[str, str], lang: str) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{other}-CA" href="{escape(home + path)}"/>'
        for other, path in page.items()
    )
    return f"<url><loc>{escape(home + page[lang])}</loc>{links}</url>\n"

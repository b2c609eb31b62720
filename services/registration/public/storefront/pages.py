"""The public pages: the catalogue, an activity, a series, and the feeds that calendars and search engines read.

A stranger's page is kept about a second (cache.py); a recognised member's is made for them. Nothing decided
anywhere looks at what is kept: the form reads everything anew.
"""

import hashlib
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kit import app as kit_app
from kit.auth import allow
from kit.errors import NotFound
from registration.catalog import queries
from registration.catalog import view as public
from registration.catalog.authoring import queries as authored
from registration.catalog.calendars.view import activity_calendar, feed
from registration.catalog.models import Activity, Series
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.view_calendar import calendar_links, map_url
from registration.catalog.rules import Visitor
from registration.catalog.view_words import Words
from registration.members import queries as members
from registration.members.models import Person
from registration.members.rules import CODE_PAGES, MEMBER_COOKIE
from registration.plans.lists.flows import enrolment_url
from registration.public.storefront import view
from registration.public.storefront import view_addresses as addresses
from registration.public.storefront.view_filters import Wanted, links, shown
from registration.public.storefront.view_prices import Scene
from registration.public.storefront.view_structured import json_ld
from registration.service import Here, PageLang, RegistrationService

router = APIRouter(include_in_schema=False, dependencies=[allow("public")])
HTML = "text/html; charset=utf-8"
EVERYTHING = Wanted()


@dataclass(frozen=True)
class ReadyBody:
    """A body ready to send, with the mark by which a browser asks whether it changed."""

    body: bytes
    etag: str
    media_type: str = HTML

    @classmethod
    def of(cls, text: str, media_type: str = HTML) -> "ReadyBody":
        body = text.encode()
        return cls(body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"', media_type)

    def answer(self, request: Request) -> Response:
        headers = {"ETag": self.etag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.media_type)


@router.get("/")
def root(request: Request, here: Here) -> Response:
    """To the catalogue in the language of the last visit, else of the browser; French when it asks for neither."""
    response = kit_app.see(f"{here.base}/{addresses.preferred(request)}")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@router.get("/fr")
@router.get("/en")
def catalogue(request: Request, here: Here, lang: PageLang, filter: str = "", search: str = "") -> Response:
    """Everything, or what fits a filter and some words."""
    wanted = Wanted.of(filter, search)
    # What was typed is nobody else's page, and is not kept.
    key = None if wanted.words else ("catalogue", lang, wanted.filter)
    return _page(request, here, key, lambda visitor, who: _catalogue(request, here, lang, visitor, who, wanted=wanted))


@router.get("/fr/calendrier.ics")
@router.get("/en/calendar.ics")
def subscription(request: Request, here: Here, lang: PageLang) -> Response:
    def make() -> ReadyBody:
        name = here.association().short_name.in_(lang)
        dated = (one for one in _offers(here) if not one.activity.waits_for_date)
        written = feed(dated, lang, lambda activity: here.home + public.page(activity, lang), name)
        return ReadyBody.of(written, "text/calendar; charset=utf-8")

    return here.cache.get(("feed", lang), make).answer(request)


@router.get("/fr/activites/{slug}.ics")
@router.get("/en/activities/{slug}.ics")
def calendar(request: Request, here: Here, lang: PageLang, slug: str) -> Response:
    offer = _offer(here, lang, slug)
    if offer is None or not offer.sessions:
        raise NotFound()
    written = activity_calendar(offer, lang, here.home + public.page(offer.activity, lang))
    answer = ReadyBody.of(written, "text/calendar; charset=utf-8").answer(request)
    answer.headers["Content-Disposition"] = f'attachment; filename="{offer.activity.slug.in_(lang)}.ics"'
    return answer


@router.get("/fr/activites/{slug}")
@router.get("/en/activities/{slug}")
def activity_or_series(request: Request, here: Here, lang: PageLang, slug: str) -> Response:
    offer = _offer(here, lang, slug)
    if offer is not None:
        key = ("activity", lang, offer.activity.id)
        return _page(request, here, key, lambda *who: activity_text(request, here, lang, offer, *who))
    series = next((row for row in _all_series(here).values() if slug == row.slug.in_(lang)), None)
    if series is None:
        return RedirectResponse(here.home + public.page(_moved(here, lang, slug), lang), status_code=301)
    key = ("series", lang, series.id)
    return _page(request, here, key, lambda visitor, who: _catalogue(request, here, lang, visitor, who, only=series))


@router.get("/robots.txt")
def robots(request: Request, here: Here) -> Response:
    return ReadyBody.of(addresses.robots(here.home), "text/plain; charset=utf-8").answer(request)


@router.get("/sitemap.xml")
def sitemap(request: Request, here: Here) -> Response:
    def make() -> ReadyBody:
        with here.db.read() as session:
            activities = queries.upcoming(session, here.clock() - view.REMEMBERED)
        return ReadyBody.of(addresses.sitemap(here.home, activities), "application/xml")

    return here.cache.get("sitemap", make).answer(request)


Make = Callable[[Visitor, Person | None], str]


def _page(request: Request, here: RegistrationService, key: Hashable | None, make: Make) -> Response:
    """A stranger's page from the cache, when it has a `key` there; a member's as it is for them now."""
    cookie = request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    if cookie:
        secret, terms = here.settings.session_secret, here.member_terms()
        with here.db.read() as session:
            visitor, person = members.visitor_by_cookie(session, secret, cookie, here.clock(), terms)
        if visitor.company_id:
            return ReadyBody.of(make(visitor, person)).answer(request)
    if key is None:
        return ReadyBody.of(make(members.NOBODY, None)).answer(request)
    return here.cache.get(key, lambda: ReadyBody.of(make(members.NOBODY, None))).answer(request)


def _offer(here: RegistrationService, lang: str, slug: str) -> Offer | None:
    """The activity at an address, from the cache: never for anything that decides."""
    activity_id = _addresses(here).get((lang, slug))
    if activity_id is None:
        return None

    def read() -> Offer | None:
        with here.db.read() as session:
            return queries.offer(session, activity_id)

    return here.cache.get(("offer", activity_id), read)


def _moved(here: RegistrationService, lang: str, slug: str) -> Activity:
    """The activity that had this address once. Raises NotFound."""
    with here.db.read() as session:
        found = authored.moved(session, lang, slug)
    if found is None:
        raise NotFound()
    return found


def _offers(here: RegistrationService) -> list[Offer]:
    def read() -> list[Offer]:
        with here.db.read() as session:
            return queries.offers(session, here.clock() - view.REMEMBERED)

    return here.cache.get("offers", read)


def _addresses(here: RegistrationService) -> dict[tuple[str, str], uuid.UUID]:
    def read() -> dict[tuple[str, str], uuid.UUID]:
        with here.db.read() as session:
            return queries.addresses(session)

    return here.cache.get("addresses", read)


def _all_series(here: RegistrationService) -> dict[uuid.UUID, Series]:
    def read() -> dict[uuid.UUID, Series]:
        with here.db.read() as session:
            return queries.all_series(session)

    return here.cache.get("series", read)


def _scene(here: RegistrationService, lang: str, visitor: Visitor) -> Scene:
    return Scene(visitor, here.association(), here.clock(), Words(here.pages.catalogue, lang))


def _catalogue(
    request: Request,
    here: RegistrationService,
    lang: str,
    visitor: Visitor,
    person: Person | None,
    only: Series | None = None,
    wanted: Wanted = EVERYTHING,
) -> str:
    """The catalogue, or the activities of one series."""
    scene = _scene(here, lang, visitor)
    series = _all_series(here)
    offers = [offer for offer in _offers(here) if only is None or offer.activity.series_id == only.id]
    path = {code: public.page(only, code) if only else f"/{code}" for code in ("fr", "en")}
    named = {
        one.activity.key: scene.words.in_(series[one.activity.series_id].title)
        for one in offers
        if one.activity.series_id
    }
    groups = view.groups(shown(offers, wanted, scene, named), scene, {} if only else series)
    return _render(
        request,
        here,
        "storefront/catalogue.html",
        lang,
        path,
        visitor=visitor,
        person=person,
        page_title=scene.words.in_(only.title) if only else scene.words.say("title"),
        page_description=scene.words.in_(only.summary) if only else scene.words.say("description"),
        groups=groups,
        to_come=sum(len(group.cards) for group in groups if group.key != "past"),
        wanted=wanted,
        filters=() if only else links(offers, wanted, scene, named, here.base + path[lang]),
        series_page=only is not None,
    )


def activity_text(
    request: Request,
    here: RegistrationService,
    lang: str,
    offer: Offer,
    visitor: Visitor,
    person: Person | None,
    draft: str = "",
) -> str:
    """The page of an activity; of a `draft`, at the address of its preview."""
    scene = _scene(here, lang, visitor)
    series = _all_series(here).get(offer.activity.series_id) if offer.activity.series_id else None
    activity_page = view.activity_page(offer, scene, scene.words.in_(series.title) if series else "")
    path = {code: public.page(offer.activity, code) for code in ("fr", "en")}
    shared = here.home + activity_page.card.cover.shared
    return _render(
        request,
        here,
        "storefront/activity.html",
        lang,
        path,
        visitor=visitor,
        person=person,
        activity=activity_page,
        page_title=activity_page.card.title,
        page_description=activity_page.summary,
        series_url=here.base + public.page(series, lang) if series else "",
        signup_url=draft or here.base + public.form(offer.activity, lang),
        plan_url=enrolment_url(here, offer, visitor, person),
        draft=draft,
        calendars=calendar_links(offer, lang, here.home + path[lang]),
        map_url=map_url(offer.activity),
        shared_picture=shared,
        structured=json_ld(offer, activity_page, scene, here.home + path[lang], shared),
    )


def _render(
    request: Request, here: RegistrationService, template: str, lang: str, path: dict[str, str], **context: Any
) -> str:
    """The page's text; nothing in it may come from this one request, since others will get it too."""
    other = "en" if lang == "fr" else "fr"
    everything = kit_app.common(request, lang) | {
        "path": here.base + path[lang],
        "canonical": here.home + path[lang],
        "alternates": {code: here.home + address for code, address in path.items()},
        "other_url": here.base + path[other],
        "member_url": f"{here.base}{CODE_PAGES[lang]}?next={path[lang]}",
        "space_url": f"{here.base}/company",
        "feed_url": here.home + ("/fr/calendrier.ics" if lang == "fr" else "/en/calendar.ics"),
    }
    return here.pages.render(template, lang, **(everything | context))

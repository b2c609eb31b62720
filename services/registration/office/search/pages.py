"""One search for everything, from the head of every staff page of the three services."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Header, Request, Response

from kit import app as kit_app
from kit import lookup
from registration.office.search.schemas import Reach
from registration.office.search.view import PAGE, TYPED, SearchWords, find
from registration.service import Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)


@router.get("/staff/search")
def search(request: Request, here: Here, caller: Reader) -> Response:
    """What the words of this address find, on a page of its own."""
    return _found(request, here, caller, lookup.words_of(request), PAGE, "search/search.html")


@router.post("/staff/search")
def look_up(
    request: Request,
    here: Here,
    caller: Reader,
    words: Annotated[str, Form(max_length=100)] = "",
    typed: Annotated[bool, Form()] = False,
    origin: Annotated[str, Header()] = "",
) -> Response:
    """The page of what these words find, with the words in no address. `typed`: only its list, at once, for a script
    that asks while somebody types; it may stand on a page of billing or of notify, which is another origin."""
    if not typed:
        return lookup.look_for(request, f"{here.home}/staff/search", words)
    response = _found(request, here, caller, words, TYPED, "search/typed.html")
    if origin in _origins(here):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def _origins(here: RegistrationService) -> set[str]:
    """Where our own pages are."""
    urls = (urlsplit(here.settings.public_url(name)) for name in ("registration", "billing", "notify"))
    return {f"{url.scheme}://{url.netloc}" for url in urls}


def _found(
    request: Request, here: RegistrationService, caller: Reader, words: str, most: int, template: str
) -> Response:
    lang = kit_app.language(request, caller.lang)
    findings = find(here, words, most, Reach(companies=caller.may("director", "coordinator")))
    context: dict[str, Any] = {
        "groups": SearchWords(here.pages.catalogue, lang).groups(findings),
        "words": words,
        "billing_is_down": findings.billing == "down",
        "page_title": here.pages.catalogue.say(lang, "search.title"),
    }
    return kit_app.page(request, template, lang, **context)

"""« Retrouver mon inscription »: an address, and always the same answer; what there is comes by mail."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from kit import app as kit_app
from kit.auth import allow
from kit.errors import InvalidInput, Refusal
from registration.retrieval.actions import ask
from registration.retrieval.flows import address_of
from registration.service import Here, PageLang, RegistrationService
from registration.strangers.flows import stranger_at
from registration.strangers.rules import TooManyRetrievals

router = APIRouter(include_in_schema=False, dependencies=[allow("public")])
FRENCH, ENGLISH = "/fr/retrouver", "/en/find"
PATHS = {"fr": FRENCH, "en": ENGLISH}


@router.get(FRENCH)
@router.get(ENGLISH)
def form(request: Request, here: Here, lang: PageLang) -> Response:
    """One field."""
    return _page(request, here, lang)


@router.post(FRENCH)
@router.post(ENGLISH)
def retrieve(request: Request, here: Here, lang: PageLang, email: Annotated[str, Form()] = "") -> Response:
    """Ask for the links of an address. Nothing is looked up here, so nothing is told by the answer or by its time."""
    try:
        address = address_of(here, email)
        with here.db.write() as session:
            ask(session, address, lang, stranger_at(here, request), here.clock())
    except (InvalidInput, TooManyRetrievals) as refusal:
        return _page(request, here, lang, email, refusal)
    return _page(request, here, lang, address, sent=True)


def _page(
    request: Request,
    here: RegistrationService,
    lang: str,
    email: str = "",
    refusal: Refusal | None = None,
    *,
    sent: bool = False,
) -> Response:
    response = kit_app.page(
        request,
        "retrieval/find.html",
        lang,
        refusal.status if refusal else 200,
        email=email,
        errors=here.errors(refusal, lang),
        sent=sent,
        action=here.base + PATHS[lang],
        other_url=here.base + PATHS["en" if lang == "fr" else "fr"],
    )
    if refusal and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response

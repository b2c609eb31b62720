"""The links that print: cards to hand over, the list of those covered, the poster; and the model of a list."""

from fastapi import APIRouter, Request, Response

from kit.app import language
from kit.auth import allow
from registration.public.plan.api_prints import cards_file, model_file, poster_file, roster_file
from registration.public.plan.pages import Mine
from registration.service import Here

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


@router.get("/plans/{plan_key}/cards")
def cards(here: Here, hr: Mine) -> Response:
    return cards_file(here, hr)


@router.get("/plans/{plan_key}/roster")
def roster(request: Request, here: Here, hr: Mine) -> Response:
    return roster_file(here, hr, language(request, hr.person.lang))


@router.get("/plans/{plan_key}/poster")
def poster(here: Here, hr: Mine) -> Response:
    return poster_file(here, hr)


@router.get("/plans/{plan_key}/model")
def model(request: Request, here: Here, hr: Mine) -> Response:
    return model_file(here, hr, language(request, hr.person.lang))

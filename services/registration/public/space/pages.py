"""A company's own page, opened by a personal link: what waits, what it signed up for, at which price, by whom."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from kit.app import page, see
from kit.auth import allow
from kit.errors import NotFound
from registration.catalog import queries as catalog
from registration.members.models import Company
from registration.members.queries import member_cookie
from registration.members.queries_people import people_of
from registration.members.rules import MEMBER_COOKIE, MEMBER_COOKIE_LIFE, May
from registration.plans.queries import plans
from registration.public.space import view
from registration.public.space.queries import Inside, inside_by_cookie, known_people, member_until, signed
from registration.public.space.schemas import SpaceAsked
from registration.service import Here

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def inside_of(request: Request, here: Here) -> Inside:
    """Whoever the member cookie names, on the page of the company they act for."""
    terms, cookie = here.member_terms(), request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    with here.db.read() as session:
        return inside_by_cookie(here, session, cookie, terms)


Mine = Annotated[Inside, Depends(inside_of)]


@router.get("/company")
def show(request: Request, here: Here, inside: Mine, asked: Annotated[SpaceAsked, Query()]) -> Response:
    """What waits first; then what the company signed up for, what comes next at its price, who acts for it."""
    scene, terms = view.scene_of(here, inside), here.member_terms()
    with here.db.read(one_state=True) as session:
        rows = signed(session, inside, scene.now) if inside.sees_registrations else []
        people = people_of(session, inside.company.id, terms.day) if inside.sees_people else ()
        known = known_people(session, inside, terms.day, scene.now) if May.SIGN_UP in inside.rights else []
        offers = catalog.offers(session, scene.now)
        until = member_until(session, inside.company.id, terms.day)
        has_plan = next(iter(plans(session)), None) is not None
    return page(
        request,
        "space/company.html",
        inside.lang,
        inside=inside,
        company=inside.company,
        kind=view.KINDS[inside.status],
        until=until,
        may=view.may(inside),
        names=view.names_to_give(rows, scene, inside, here.links),
        signed=view.lines([row for row in rows if not row.is_over(scene.now)], scene, inside, here.links),
        past=view.lines([row for row in rows if row.is_over(scene.now)], scene, inside, here.links),
        cards=view.next_cards(offers, scene),
        activity_pages=f"{here.base}/{inside.lang}/{'activities' if inside.lang == 'en' else 'activites'}",
        people=view.team(people),
        known=len(known),
        owed=sum(row.owed for row in rows),
        has_plan=has_plan,
        noindex=True,
        done=asked.done,
    )


@router.post("/company/choose")
def choose(here: Here, inside: Mine, company_id: Annotated[uuid.UUID, Form()]) -> Response:
    """Go on as another company that this person acts for."""
    if company_id not in {one.company_id for one in inside.companies}:
        raise NotFound()
    with here.db.read() as session:
        company = session.get_one(Company, company_id)
    answer, settings = see(f"{here.home}/company?done=chosen"), here.settings
    cookie = member_cookie(settings.session_secret, company, inside.person, here.clock())
    life = int(MEMBER_COOKIE_LIFE.total_seconds())
    answer.set_cookie(
        settings.cookie(MEMBER_COOKIE), cookie, max_age=life, httponly=True, samesite="lax", secure=settings.secure
    )
    return answer

"""« Inscrire plusieurs personnes »: choose activities and people, look at who goes where and what it comes to, done."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from kit.app import page, see
from kit.auth import allow
from kit.db import new_id
from kit.errors import BadToken, InvalidInput, Refusal
from registration.catalog import queries as catalog
from registration.catalog.offers.rules import Offer
from registration.forms import FormValues, PostedForm
from registration.joint.flows import propose_all, sign_up_all
from registration.joint.rules import takeable
from registration.joint.schemas import PersonLine
from registration.links import Signed as SignedText
from registration.members.rules import MEMBER_COOKIE, May
from registration.plans.lists.flows import list_read
from registration.public.joint.view import Chosen, SignupForm, filled, option, people_of_form, value_of
from registration.public.joint.view_review import Review, Reviewed, review_of, sentences
from registration.public.space import view
from registration.public.space.queries import Inside, inside_by_cookie, known_people
from registration.registrations.models import Registration
from registration.registrations.queries import attendees_of
from registration.service import Here, RegistrationService
from registration.signup.flows import circumstances_now
from registration.signup.rules import DifferentForm
from registration.signup.schemas import MAX_ATTENDEES
from registration.uploads import PostedFile

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)
FORM_LIFE = timedelta(days=2)


def _signing(request: Request, here: Here) -> Inside:
    """Whoever the member cookie names, when they may sign the company's people up."""
    terms, cookie = here.member_terms(), request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    with here.db.read() as session:
        inside = inside_by_cookie(here, session, cookie, terms)
    inside.needs(May.SIGN_UP)
    return inside


Signing = Annotated[Inside, Depends(_signing)]


@dataclass(frozen=True)
class Wrong:
    """What was refused: sentences by field, and the status of the answer."""

    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@router.get("/company/sign-up")
def choose(request: Request, here: Here, inside: Signing, activity: str = "") -> Response:
    """The activities that are open, and the people the company knows."""
    return _choose(request, here, inside, FormValues({"activity": [activity]}), (), Wrong())


@router.post("/company/sign-up")
def chosen(request: Request, here: Here, inside: Signing, posted: PostedFile) -> Response:
    """Go on to who goes where, with whoever was chosen, typed, or named in her own file. The file is kept nowhere."""
    people, values, say = people_of_form(posted.values), posted.values, view.sayer(here, inside)
    try:
        if posted.file:
            listed = list_read(posted.file.content, {}).entries
            people += tuple(
                PersonLine(first_name=one.first_name, last_name=one.last_name, email=one.email) for one in listed
            )
    except Refusal as refusal:
        wrong = Wrong({"file": say(f"refusal.{refusal.code}", **refusal.values)}, refusal.status)
        return _choose(request, here, inside, values, people, wrong)
    missing = {} if values.all("activity") else {"activity": say("problem.space_activity")}
    missing |= {} if people else {"person": say("problem.space_people")}
    missing |= {"person": say("problem.too_many_people")} if len(people) > MAX_ATTENDEES else {}
    if missing:
        return _choose(request, here, inside, values, people, Wrong(missing, 422))
    return _look(request, here, inside, filled(values, people, _minted(here, values)), Wrong())


@router.post("/company/sign-up/review")
def decide(request: Request, here: Here, inside: Signing, values: PostedForm) -> Response:
    """What it comes to now; or, once it was looked at, all of it at once."""
    try:
        ids, form_is_ours = _ids(here, values.one("form")), True
    except BadToken:
        ids, form_is_ours = _minted(here, values), False
    form = filled(values, people_of_form(values), ids)
    if values.one("do") != "confirm" or not form_is_ours:
        return _look(request, here, inside, form, Wrong())
    try:
        _sign_up(here, inside, form)
    except Refusal as refusal:
        if any(one.goes for one in form.activities) and _is_done(here, inside, form):
            return see(f"{here.home}/company?done=signed")
        if isinstance(refusal, DifferentForm):
            # What was sent first is taken: this one goes on under a form of its own.
            form = filled(values, form.people, {one.activity: new_id() for one in form.activities})
        return _look(request, here, inside, form, Wrong(sentences(here, inside, refusal, form), refusal.status))
    return see(f"{here.home}/company?done=signed")


def _sign_up(here: RegistrationService, inside: Inside, form: SignupForm) -> None:
    if not any(one.goes for one in form.activities):
        raise InvalidInput({"items": "problem.space_nobody"})
    joint = propose_all(here, inside.buyer, form.request(inside, shown=True))
    with here.db.write() as session:
        if any(session.get(Registration, one.registration_id) for one in form.activities if not one.goes):
            raise DifferentForm()
        sign_up_all(session, joint, inside.caller)


def _is_done(here: RegistrationService, inside: Inside, form: SignupForm) -> bool:
    """Whether this very form was taken before, the same people in the same activities: sent twice, it is done once,
    even when its own places were the last."""
    with here.db.read() as session:
        return all(_is_made(session, inside, form, one) for one in form.activities)


def _is_made(session: Session, inside: Inside, form: SignupForm, chosen: Chosen) -> bool:
    made = session.get(Registration, chosen.registration_id)
    if made is None or made.company_id != inside.company.id:
        return made is None and not chosen.goes
    came = [(one.first_name, one.last_name, one.email) for one in attendees_of(session, made.id)]
    asked = [form.people[place] for place in chosen.goes]
    return came == [(one.first_name, one.last_name, one.email) for one in asked]


def _open(here: RegistrationService, session: Session) -> list[Offer]:
    return catalog.offers(session, here.clock())


def _choose(
    request: Request,
    here: RegistrationService,
    inside: Inside,
    values: FormValues,
    people: Sequence[PersonLine],
    wrong: Wrong,
) -> Response:
    scene, day = view.scene_of(here, inside), here.member_terms().day
    with here.db.read() as session:
        offers, known = _open(here, session), known_people(session, inside, day, scene.now)
    review = Review(inside, scene, {})
    ready = [offer for offer in offers if takeable(offer, circumstances_now(here, offer, inside.visitor))]
    picked = {value_of(one) for one in people}
    return page(
        request,
        "joint/choose.html",
        inside.lang,
        wrong.status,
        inside=inside,
        company=inside.company,
        activities=review.options(ready),
        chosen=values.all("activity"),
        people=[option(one) for one in known],
        picked=picked,
        typed=values.one("typed"),
        errors=wrong.errors,
        most=MAX_ATTENDEES,
        noindex=True,
    )


def _look(request: Request, here: RegistrationService, inside: Inside, form: SignupForm, wrong: Wrong) -> Response:
    scene = view.scene_of(here, inside)
    with here.db.read() as session:
        offers = {offer.activity.key: offer for offer in _open(here, session)}
    products = {
        key: takeable(offers[key], circumstances_now(here, offers[key], inside.visitor))
        for key in (one.activity for one in form.activities)
        if key in offers
    }
    reviewed: Reviewed = review_of(here, Review(inside, scene, products), form, offers)
    return page(
        request,
        "joint/review.html",
        inside.lang,
        wrong.status,
        inside=inside,
        company=inside.company,
        form=form,
        reviewed=reviewed,
        errors={**reviewed.errors, **wrong.errors},
        token=_token(here, form),
        noindex=True,
    )


def _minted(here: RegistrationService, values: FormValues) -> dict[str, uuid.UUID]:
    """New ids for the activities that were chosen, of those there are."""
    with here.db.read() as session:
        known = {offer.activity.key for offer in _open(here, session)}
    return {key: new_id() for key in values.all("activity") if key in known}


def _token(here: RegistrationService, form: SignupForm) -> str:
    claims = {one.activity: str(one.registration_id) for one in form.activities}
    return SignedText(here.settings.session_secret, "joint").make(claims, here.clock() + FORM_LIFE)


def _ids(here: RegistrationService, token: str) -> dict[str, uuid.UUID]:
    """The ids that this form was minted with. Raises BadToken for any other."""
    claims = SignedText(here.settings.session_secret, "joint").read(token, here.clock())
    return {key: uuid.UUID(str(value)) for key, value in claims.items() if key != "exp"}

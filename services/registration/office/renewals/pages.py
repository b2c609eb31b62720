"""Staff's pages of renewals: who was asked, who answered, who is silent and due; and what a membership costs."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import NotFound, Refusal
from kit.money import TaxClass
from kit.paging import ListAddress
from registration.forms import PostedForm, whole
from registration.history import queries as history
from registration.history import view as history_view
from registration.office.renewals import queries, view
from registration.renewals import actions
from registration.renewals.flows import ask
from registration.renewals.rules import NoticeState
from registration.renewals.scale import actions as fees
from registration.renewals.scale.models import THE_SCALE
from registration.renewals.scale.queries import scale_of
from registration.renewals.scale.rules import ScaleChanged, scale
from registration.service import Coordinator, Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)
# More than the fees are ever changed.
MOST_CHANGES = 1_000_000_000
DONE = ("sent", "asked", "accepted", "declined")


@router.get("/staff/renewals")
def renewals(
    request: Request,
    here: Here,
    caller: Reader,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    """Companies whose period ends on one day, by name: what each was asked, and what it answered."""
    return _list(request, here, caller, after=after, before=before)


@router.post("/staff/renewals/{period_id}/send")
def send(request: Request, here: Here, caller: Coordinator, period_id: uuid.UUID) -> Response:
    """Ask the company now, or send its notice once more."""

    def act(session: Session) -> str:
        return "sent" if ask(here, session, period_id, caller).number else "asked"

    return _act(request, here, caller, act)


@router.post("/staff/renewals/{renewal_id}/accept")
def accept(request: Request, here: Here, caller: Coordinator, renewal_id: uuid.UUID) -> Response:
    """The company said that it renews."""

    def act(session: Session) -> str:
        actions.accept(session, renewal_id, caller, here.clock(), here.member_terms().day)
        return "accepted"

    return _act(request, here, caller, act)


@router.post("/staff/renewals/{renewal_id}/decline")
def decline(
    request: Request,
    here: Here,
    caller: Coordinator,
    renewal_id: uuid.UUID,
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """The company said that it does not renew."""

    def act(session: Session) -> str:
        actions.decline(session, renewal_id, reason, caller, here.clock())
        return "declined"

    return _act(request, here, caller, act)


@router.get("/staff/renewals/fees")
def show_fees(request: Request, here: Here, caller: Reader, done: str = "") -> Response:
    """What a membership costs, and when companies are asked to renew."""
    return _fees(request, here, caller, done=done == "saved")


@router.post("/staff/renewals/fees")
def save_fees(request: Request, here: Here, caller: Reader, form: PostedForm) -> Response:
    """Save them; or show the form again with everything still in it."""
    typed = view.FeesForm.typed(form)
    try:
        asked = scale(typed.scale)
        with here.db.write() as session:
            fees.save(session, asked, whole(typed.version, MOST_CHANGES), caller, here.clock())
    except Refusal as refusal:
        return _fees(request, here, caller, typed, refusal)
    return kit_app.see(f"{here.home}/staff/renewals/fees?done=saved")


def _act(request: Request, here: RegistrationService, caller: Caller, act: Callable[[Session], str]) -> Response:
    """Do it and go back to the list as it was; refused, the list says why."""
    try:
        with here.db.write() as session:
            done = act(session)
    except NotFound:
        raise
    except Refusal as refusal:
        return _list(request, here, caller, refusal)
    return kit_app.see(_address(request, here)(done=done))


def _address(request: Request, here: RegistrationService) -> ListAddress:
    asked = request.query_params
    narrowed = {name: asked.get(name, "") for name in ("ends", "state", "silent")}
    return ListAddress(f"{here.home}/staff/renewals", narrowed)


def _list(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    refusal: Refusal | None = None,
    after: uuid.UUID | None = None,
    before: uuid.UUID | None = None,
) -> Response:
    lang, now, terms = kit_app.language(request, caller.lang), here.clock(), here.member_terms()
    asked, link = request.query_params, _address(request, here)
    state = NoticeState(asked["state"]) if asked.get("state") in set(NoticeState) else None
    since = now - queries.SILENCE if asked.get("silent") else None
    with here.db.read() as session:
        days, costs = queries.ends_of(session, terms), scale_of(session)
        day = view.day_or_none(asked.get("ends", "")) or next(iter(days), None)
        page = queries.renewals(session, queries.Narrowed(day, state, since), after, before) if day else None
        sums = queries.sums(session, day) if day else {}
    catalogue = here.pages.catalogue
    context: dict[str, Any] = {
        "page": page,
        "day": day,
        "days": days,
        "link": link,
        "state_tabs": view.tabs(catalogue, lang, link, sums, state),
        "figures_shown": view.figures(catalogue, lang, sums),
        "kinds": view.KINDS,
        "state": state,
        "only_silent": since is not None,
        "now": now,
        "zone": here.association().timezone,
        "costs": costs,
        "may_act": bool(caller.roles & {"director", "coordinator"}),
        "query": f"?{request.url.query}" if request.url.query else "",
        "links": here.links,
        "error": _sentence(here, refusal, lang),
        "done": asked.get("done", "") if asked.get("done", "") in DONE else "",
    }
    return kit_app.page(request, "renewals/renewals.html", lang, refusal.status if refusal else 200, **context)


def _sentence(here: RegistrationService, refusal: Refusal | None, lang: str) -> str:
    """Why it was refused; what stands in the way of asking has a sentence of its own."""
    if refusal is None:
        return ""
    why = refusal.values.get("why", "")
    key = f"renewals.not_asked.{why}" if why else f"refusal.{refusal.code}"
    return here.pages.catalogue.say(lang, key)


def _fees(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    typed: view.FeesForm | None = None,
    refusal: Refusal | None = None,
    *,
    done: bool = False,
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        known, entries = scale_of(session), history.of(session, THE_SCALE)
    # Whoever saved in between is seen: the form begins from what stands.
    if typed is None or isinstance(refusal, ScaleChanged):
        typed = view.FeesForm.of(known.scale, known.version, lang) if known else view.FeesForm()
    context: dict[str, Any] = {
        "form": typed,
        "known": known is not None,
        "errors": here.errors(refusal, lang),
        "classes": [{"value": one.value, "label": say(lang, f"author.tax_class.{one.value}")} for one in TaxClass],
        "months": [{"value": str(n), "label": view.month(n, lang)} for n in range(1, 13)],
        "entries": history_view.lines(entries, here.pages.catalogue, here.association().timezone, lang),
        "page_title": say(lang, "renewals.fees"),
        "done": done,
    }
    return kit_app.page(request, "renewals/fees.html", lang, refusal.status if refusal else 200, **context)

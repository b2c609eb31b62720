"""« Mon programme »: whom a company covers, and what its HR does about each of them."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from kit.app import page, see
from kit.auth import allow
from kit.errors import NotFound, Refusal
from registration.forms import FormValues, PostedForm
from registration.members.rules import MEMBER_COOKIE
from registration.plans.actions import Act, resend
from registration.plans.buying.flows_kept import confirm_kept, kept_due
from registration.plans.flows import act, today
from registration.plans.lists.actions_people import leave_list, put_in_place, stop, write_address
from registration.plans.lists.flows import list_prepared
from registration.plans.queries import coverage_of, coverages_of, held_of, is_held, kept_list, listed_of
from registration.plans.renewing.flows_again import to_take_up
from registration.plans.rules import CoverageState
from registration.public.plan import view
from registration.public.plan.queries import Asked, Hr, hr_by_cookie, key_of_current, name_of, plans_on_sale, purchases
from registration.public.plan.schemas import Gesture, MineAsked, person_typed
from registration.service import Here, RegistrationService

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _hr(request: Request, here: Here, plan_key: str) -> Hr:
    """Whoever the member cookie names, when they may enrol the company's people."""
    asked, cookie = Asked(plan_key, here.member_terms()), request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    with here.db.read() as session:
        return hr_by_cookie(here, session, cookie, asked)


Mine = Annotated[Hr, Depends(_hr)]


@router.get("/plans")
def current(request: Request, here: Here) -> Response:
    """The plan that people mean."""
    with here.db.read() as session:
        key = key_of_current(session, here.clock(), today(here))
    _hr(request, here, key)
    return see(f"{here.home}/plans/{key}")


@router.get("/plans/{plan_key}")
def show(request: Request, here: Here, hr: Mine, asked: Annotated[MineAsked, Query()]) -> Response:
    """Whom the company covers, what waits, what was bought."""
    words = view.words_of(request, here, hr)
    listed, now = list_prepared(here, hr.enrolled), act(here, hr.caller)
    with here.db.read(one_state=True) as session:
        everybody = coverages_of(session, hr.whose)
        kept = kept_list(session, hr.whose) is not None
        held, unsent_held = is_held(session, hr.plan.id, hr.company.id), held_of(session, hr.whose)
        by = name_of(session, listed.draft.person_id) if listed.draft else ""
        bought = purchases(session, hr.whose)
        others = [one for one in plans_on_sale(session, now.now, now.today) if one.key != hr.key]
    due = kept_due(here, hr.enrolled) if kept else None
    unsent = view.Unsent({one.id for one in listed.waiting}, unsent_held)
    chosen = view.narrowed(everybody, asked.show, now.today)
    turn = view.Turn.of(asked.turn, len(chosen))
    return page(
        request,
        "plan/mine.html",
        words.lang,
        **view.common(here, hr, words),
        figures=view.figures(everybody, now.today),
        people=[view.person(one, unsent, now.today, words) for one in chosen[turn.part]],
        turn=turn,
        show=asked.show,
        listed=listed,
        draft_by=by,
        kept=kept,
        risen=due if due is not None and due.risen else None,
        held=held,
        again=to_take_up(here, hr.whose).count,
        others=[view.other(one, hr, here.base, words) for one in others],
        purchases=[view.purchase(one, hr, here.links, words) for one in bought],
        done=asked.done if asked.done in view.DONE else "",
    )


@router.post("/plans/{plan_key}/kept")
def confirm(here: Here, hr: Mine, form: PostedForm) -> Response:
    """A list that waited for the fee costs more by now: HR agrees to what she is shown, or is shown it again."""
    shown = form.one("shown_total")
    try:
        bought = confirm_kept(here, hr.enrolled, int(shown) if shown.isdecimal() and len(shown) < 12 else -1, hr.caller)
    except Refusal:
        return see(f"{here.home}/plans/{hr.key}")
    return see(f"{here.home}/plans/{hr.key}?done={'held' if bought.held else 'covered'}")


@router.get("/plans/{plan_key}/people/{coverage_id}")
def show_person(request: Request, here: Here, hr: Mine, coverage_id: uuid.UUID) -> Response:
    """One person: replace them, write to them again, correct their address, end."""
    return _person(request, here, hr, coverage_id)


@router.post("/plans/{plan_key}/people/{coverage_id}/{gesture}")
def change(
    request: Request, here: Here, hr: Mine, coverage_id: uuid.UUID, gesture: Gesture, form: PostedForm
) -> Response:
    """What HR does about somebody; the page comes back with what was typed when it is refused."""
    said, now = _Said(coverage_id, gesture, form), act(here, hr.caller)
    try:
        with here.db.write() as session:
            done = said.done(session, hr, here, now)
    except NotFound:
        raise
    except Refusal as refusal:
        return _person(request, here, hr, coverage_id, said, refusal)
    return see(f"{here.home}/plans/{hr.key}?done={done}")


class _Said:
    """A gesture about somebody, with what was typed."""

    def __init__(self, coverage_id: uuid.UUID, gesture: Gesture | None = None, form: FormValues | None = None) -> None:
        self.coverage_id, self.gesture, self.form = coverage_id, gesture, form or FormValues()

    def done(self, session: Session, hr: Hr, here: RegistrationService, now: Act) -> str:
        """Do it; the word of what was done."""
        whose, who, reach = hr.whose, self.coverage_id, here.settings.reach
        match self.gesture:
            case Gesture.REPLACE:
                placed = put_in_place(session, whose, who, person_typed(self.form), reach, now)
                return "replaced_held" if placed.state is CoverageState.LISTED else "replaced"
            case Gesture.ADDRESS:
                corrected = write_address(session, whose, who, self.form.one("email"), reach, now)
                return "address" if corrected.by_mail else "on_card"
            case Gesture.LETTER:
                resend(session, whose, who, now)
                return "sent"
            case Gesture.STOP:
                return "taken_off" if stop(session, whose, who, now) else "ended"
            case _:
                leave_list(session, whose, who, now)
                return "off_list"


def _person(
    request: Request,
    here: RegistrationService,
    hr: Hr,
    coverage_id: uuid.UUID,
    said: _Said | None = None,
    refusal: Refusal | None = None,
) -> Response:
    words, now = view.words_of(request, here, hr), act(here, hr.caller)
    with here.db.read() as session:
        row = coverage_of(session, hr.whose, coverage_id)
        unsent = view.Unsent({one.id for one in listed_of(session, hr.whose)}, held_of(session, hr.whose))
    shown = view.person(row, unsent, now.today, words)
    context: dict[str, Any] = {
        **view.common(here, hr, words),
        "page_title": shown.name,
        "person": shown,
        "credited": not hr.plan.has_started(now.today),
        "gesture": said.gesture if said else "",
        "typed": said.form if said else FormValues(),
        "errors": here.errors(refusal, words.lang),
    }
    return page(request, "plan/person.html", words.lang, refusal.status if refusal else 200, **context)

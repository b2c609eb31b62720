"""Adding people: a file, one by one, codes without names; the list is looked at, then paid for."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from kit.app import page, see
from kit.auth import allow
from kit.errors import InvalidInput, Refusal
from registration.forms import FormValues, PostedForm
from registration.members.rules import MEMBER_COOKIE
from registration.plans.buying.flows import Price
from registration.plans.flows import act
from registration.plans.lists import actions
from registration.plans.lists.actions_people import row_problems, take_correction
from registration.plans.lists.flows import list_prepared, list_priced, list_read
from registration.plans.lists.queries import Prepared, draft_of
from registration.plans.lists.rules_columns import (
    LARGEST,
    Choice,
    ColumnsUnknown,
    Key,
    ListTooLarge,
)
from registration.plans.renewing.flows_again import begin_again
from registration.plans.rules import MOST, ListChanged, NobodyChosen, NotAMember, PlanEnded
from registration.public.enrolment import view
from registration.public.enrolment.schemas import ListAsked
from registration.public.plan.queries import Asked, Hr, hr_by_cookie, name_of
from registration.public.plan.schemas import person_typed
from registration.public.plan.view import common, words_of
from registration.service import Here, RegistrationService
from registration.uploads import PostedFile

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


# A file that names no column is sent along with the answer, when it is small enough for a field of a form.
FIELD = 1_000_000
# Columns of which she is asked what they hold.
MOST_COLUMNS = 30


def _hr(request: Request, here: Here, plan_key: str) -> Hr:
    """Whoever the member cookie names, when they may enrol the company's people."""
    asked, cookie = Asked(plan_key, here.member_terms()), request.cookies.get(here.settings.cookie(MEMBER_COOKIE), "")
    with here.db.read() as session:
        return hr_by_cookie(here, session, cookie, asked)


Mine = Annotated[Hr, Depends(_hr)]
Number = Annotated[int, Path(ge=1, le=2_000_000)]


@router.get("/plans/{plan_key}/add")
def ask(request: Request, here: Here, hr: Mine) -> Response:
    """The three ways to add people."""
    return _ask(request, here, hr, FormValues())


@router.post("/plans/{plan_key}/add/file")
def add_file(request: Request, here: Here, hr: Mine, posted: PostedFile) -> Response:
    """Read her file. It is kept nowhere: what it says of people is shown as the list."""
    form = posted.values
    content = posted.file.content or _sent_before(form)
    try:
        if posted.file.too_large:
            raise ListTooLarge(field="file", most=LARGEST // 1_000_000)
        if not content:
            raise InvalidInput({"file": "plan.file_needed"})
        told = list_read(content, _chosen(form))
        saying = actions.Saying(hr.person.id, here.clock())
        with here.db.write() as session:
            actions.put_list(session, hr.whose, told, form.count("seen", 1_000_000), saying)
    except ColumnsUnknown as refusal:
        return _ask(request, here, hr, form, refusal, _Unread(refusal.cells, content))
    except ListChanged:
        return see(f"{here.home}/plans/{hr.key}/list?done=theirs")
    except Refusal as refusal:
        return _ask(request, here, hr, form, refusal)
    return see(f"{here.home}/plans/{hr.key}/list")


@router.post("/plans/{plan_key}/add/person")
def add_person(request: Request, here: Here, hr: Mine, form: PostedForm) -> Response:
    """One more person on the list; « un autre » comes back to the same form."""
    person = person_typed(form)
    if problems := row_problems(person):
        return _ask(request, here, hr, form, InvalidInput(problems))
    try:
        with here.db.write() as session:
            actions.add_people(session, hr.whose, [person.entry(0)], actions.Saying(hr.person.id, here.clock()))
    except Refusal as refusal:
        return _ask(request, here, hr, form, refusal)
    return see(f"{here.home}/plans/{hr.key}/{'add?done=added' if form.one('action') == 'another' else 'list'}")


@router.post("/plans/{plan_key}/add/sealed")
def add_sealed(request: Request, here: Here, hr: Mine, form: PostedForm) -> Response:
    """So many codes without names."""
    if not form.one("sealed").isdecimal():
        return _ask(request, here, hr, form, InvalidInput({"sealed": "problem.required"}))
    with here.db.write() as session:
        actions.seal(session, hr.whose, form.count("sealed", MOST), actions.Saying(hr.person.id, here.clock()))
    return see(f"{here.home}/plans/{hr.key}/list")


@router.post("/plans/{plan_key}/list/again")
def take_up_list(here: Here, hr: Mine) -> Response:
    """The list that ends begins the next one, to be corrected, then paid."""
    try:
        begin_again(here, hr.whose, hr.person.id)
    except ListChanged:
        return see(f"{here.home}/plans/{hr.key}/list?done=theirs")
    except NobodyChosen:
        return see(f"{here.home}/plans/{hr.key}/add")
    return see(f"{here.home}/plans/{hr.key}/list")


@router.get("/plans/{plan_key}/list")
def show(request: Request, here: Here, hr: Mine, asked: Annotated[ListAsked, Query()]) -> Response:
    """The list in the order of her file, and what it comes to."""
    words, listed = words_of(request, here, hr), list_prepared(here, hr.enrolled)
    if not listed.people and (listed.draft is None or listed.draft.is_empty):
        return see(f"{here.home}/plans/{hr.key}/add")
    price = _price(here, hr, listed)
    url, show = f"{here.base}/plans/{hr.key}/list", asked.show if asked.show in view.SHOWN else ""
    shown, turn = view.rows(listed, show, asked.turn, words)
    return page(
        request,
        "enrolment/list.html",
        words.lang,
        **{**common(here, hr, words), "page_title": words.say("list.title")},
        listed=listed,
        rows=shown,
        turn=turn,
        chips=view.chips(listed, show, lambda name: f"{url}?show={name}" if name else url, words),
        show=show,
        edit=asked.edit,
        columns=view.columns_read(listed, words),
        price=price,
        rates=hr.enrolled.offer.rates(here.clock()),
        done=asked.done if asked.done in ("theirs", "corrected") else "",
    )


@router.post("/plans/{plan_key}/list/rows/{number}")
def change_row(here: Here, hr: Mine, number: Number, form: PostedForm) -> Response:
    """A row corrected, kept, left out, taken back; or what it corrects of somebody covered taken for right."""
    said, saying = form.one("do"), actions.Saying(hr.person.id, here.clock())
    now = act(here, hr.caller)
    back = f"{here.home}/plans/{hr.key}/list?{_narrowing(form)}"
    with here.db.write() as session:
        if said == "correct":
            take_correction(session, hr.whose, number, here.settings.reach, now)
            return see(f"{back}&done=corrected")
        if said in list(Choice):
            actions.choose(session, hr.whose, number, Choice(said), saying)
        elif said == "email":
            actions.write_email(session, hr.whose, number, person_typed(form).email, saying)
        else:
            actions.write_row(session, hr.whose, person_typed(form).entry(number), saying)
    return see(f"{back}#row-{number}")


@router.post("/plans/{plan_key}/list/drop")
def drop(here: Here, hr: Mine) -> Response:
    """Nothing of the list is kept."""
    with here.db.write() as session:
        actions.drop_list(session, hr.whose)
    return see(f"{here.home}/plans/{hr.key}?done=dropped")


@dataclass(frozen=True)
class _Unread:
    """The first row of a file that names no column, and the file, to be sent along with the answer."""

    cells: tuple[str, ...]
    content: bytes

    @property
    def sent(self) -> str:
        told = base64.b64encode(self.content).decode()
        return told if len(told) < FIELD else ""


def _ask(
    request: Request,
    here: RegistrationService,
    hr: Hr,
    form: FormValues,
    refusal: Refusal | None = None,
    unread: _Unread | None = None,
) -> Response:
    words = words_of(request, here, hr)
    with here.db.read() as session:
        draft = draft_of(session, hr.whose)
        by = name_of(session, draft.person_id) if draft else ""
    errors = here.errors(refusal, words.lang)
    return page(
        request,
        "enrolment/add.html",
        words.lang,
        refusal.status if refusal else 200,
        **{**common(here, hr, words), "page_title": words.say("add.title")},
        draft=draft if draft and not draft.is_empty else None,
        draft_by=by,
        typed=form,
        errors=errors,
        unread=unread,
        fields=[(key.value, words.say(f"field.{key}")) for key in Key],
        most=MOST,
        done="added" if request.query_params.get("done") == "added" else "",
    )


def _sent_before(form: FormValues) -> bytes:
    try:
        return base64.b64decode(form.one("content"), validate=True)
    except binascii.Error:
        return b""


def _chosen(form: FormValues) -> Mapping[str, int]:
    """Which column holds what, as she says: the first of several counts."""
    chosen: dict[str, int] = {}
    for place in range(MOST_COLUMNS):
        key = form.one(f"column.{place}")
        if key in list(Key):
            chosen.setdefault(key, place)
    return chosen


def _narrowing(form: FormValues) -> str:
    """The part of the list that she was looking at."""
    show, turn = form.one("show"), form.count("turn", 1000)
    return urlencode({"show": show if show in view.SHOWN else "", "turn": turn or 1})


def _price(here: RegistrationService, hr: Hr, listed: Prepared) -> Price | None:
    """What it comes to; nothing where the company cannot buy: the page says why."""
    try:
        return list_priced(here, hr.enrolled, listed)
    except (NotAMember, PlanEnded):
        return None

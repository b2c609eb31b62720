"""Staff's page of an activity's partners: named, ordered, with the logos that may be shown."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.codes import actions as codes
from registration.catalog.codes.rules import CodeLimits, NewCode
from registration.catalog.partners import actions
from registration.catalog.partners.actions import Editor
from registration.catalog.partners.queries import organisations, partners
from registration.catalog.partners.rules import Partner, PartnerRole, PartnerText
from registration.catalog.rules import MEMBER_PRICES, Who
from registration.files import actions as files
from registration.files.flows import made
from registration.files.rules import NoFile, Purpose
from registration.forms import FormValues, PostedForm
from registration.service import Coordinator, Here, RegistrationService
from registration.uploads import FormWithFile, PostedFile

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/partners"
ONE = f"{ADDRESS}/{{partnership_id}}"
DONE = {"added", "changed", "logo", "approved", "moved", "removed", "codes"}


@dataclass(frozen=True)
class Shown:
    """What the page shows beside the list: a form as it was typed (`of`: of which partner), or what was done."""

    form: FormValues = field(default_factory=FormValues)
    of: uuid.UUID | None = None
    refusal: Refusal | None = None
    done: str = ""


@router.get(ADDRESS)
def partners_page(
    request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, done: str = ""
) -> Response:
    """The partners, and the form that names one."""
    return _page(request, here, caller, activity_id, Shown(done=done if done in DONE else ""))


@router.post(ADDRESS)
def add(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, posted: PostedFile) -> Response:
    """Name a partner, with its logo when one was chosen."""
    editor = Editor(caller, here.clock())
    try:
        ready = made(posted.file, Purpose.LOGO) if posted.file else ()
        with here.db.write() as session:
            key = actions.add(session, activity_id, _typed(posted.values), editor)
            if ready:
                file_id = files.keep(session, ready, Purpose.LOGO, editor.now).id
                actions.set_logo(session, key, file_id, posted.values.one("approved") == "yes", editor)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(posted.values, refusal=_placed(refusal)))
    return _back(here, activity_id, "added")


@router.post(ONE)
def change(
    request: Request,
    activity_id: uuid.UUID,
    partnership_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    form: PostedForm,
) -> Response:
    """Another role here; another name or address everywhere."""
    editor = Editor(caller, here.clock())
    try:
        _write(here, lambda session: actions.change(session, partnership_id, _typed(form), editor))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(form, partnership_id, refusal))
    return _back(here, activity_id, "changed")


@router.post(f"{ONE}/logo")
def set_logo(
    request: Request,
    activity_id: uuid.UUID,
    partnership_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    posted: PostedFile,
) -> Response:
    """Another logo, or none."""
    editor = Editor(caller, here.clock())
    try:
        _logo(here, partnership_id, posted, editor)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(posted.values, partnership_id, _placed(refusal)))
    return _back(here, activity_id, "logo")


def _logo(here: RegistrationService, partnership_id: uuid.UUID, posted: FormWithFile, editor: Editor) -> None:
    """The picture is made anew before the transaction in which the organisation gets it."""
    gone = posted.values.one("act") == "gone"
    if not gone and not posted.file:
        raise NoFile()
    ready = () if gone else made(posted.file, Purpose.LOGO)
    with here.db.write() as session:
        file_id = files.keep(session, ready, Purpose.LOGO, editor.now).id if ready else None
        actions.set_logo(session, partnership_id, file_id, posted.values.one("approved") == "yes", editor)


@router.post(f"{ONE}/logo/approve")
def approve_logo(
    request: Request, activity_id: uuid.UUID, partnership_id: uuid.UUID, here: Here, caller: Coordinator
) -> Response:
    """The organisation said yes."""
    editor = Editor(caller, here.clock())
    try:
        _write(here, lambda session: actions.approve_logo(session, partnership_id, editor))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(refusal=refusal))
    return _back(here, activity_id, "approved")


@router.post(f"{ONE}/move")
def move(
    activity_id: uuid.UUID, partnership_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm
) -> Response:
    """One place up or down."""
    editor = Editor(caller, here.clock())
    _write(here, lambda session: actions.move(session, partnership_id, form.one("up") == "yes", editor))
    return _back(here, activity_id, "moved")


@router.post(f"{ONE}/remove")
def remove(activity_id: uuid.UUID, partnership_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """No partner of this activity any more."""
    editor = Editor(caller, here.clock())
    _write(here, lambda session: actions.remove(session, partnership_id, editor))
    return _back(here, activity_id, "removed")


@router.post(f"{ONE}/codes")
def make_codes(
    request: Request,
    activity_id: uuid.UUID,
    partnership_id: uuid.UUID,
    here: Here,
    caller: Coordinator,
    form: PostedForm,
) -> Response:
    """Codes by which a co-organiser's own members have members' prices, each for so many places."""
    try:
        partner = _partner(here, activity_id, partnership_id)
        new = NewCode(opens=MEMBER_PRICES, limits=CodeLimits(_whole(form, "max_units")), note=partner.name)
        making = codes.Making(_whole(form, "count"), here.settings.reach)
        with here.db.write() as session:
            codes.add(session, activity_id, new, caller, here.clock(), making)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, Shown(form, partnership_id, refusal))
    return _back(here, activity_id, "codes")


def _partner(here: RegistrationService, activity_id: uuid.UUID, partnership_id: uuid.UUID) -> Partner:
    with here.db.read() as session:
        mine = partners(session, [activity_id]).get(activity_id, ())
    found = next((one for one in mine if one.id == partnership_id and one.role is PartnerRole.CO_ORGANISES), None)
    if found is None:
        raise NotFound()
    return found


def _whole(form: FormValues, name: str) -> int:
    """A number as it was typed. Raises InvalidInput."""
    typed = form.one(name)
    if not typed.isdecimal() or len(typed) > 5:
        raise InvalidInput({name: "problem.whole_number"})
    return int(typed)


def _typed(form: FormValues) -> PartnerText:
    """The form as a partner. Raises InvalidInput for a role that is none."""
    role = form.one("role")
    if role not in set(PartnerRole):
        raise InvalidInput({"role": "problem.required"})
    return PartnerText(form.one("known") or form.one("name"), form.one("website"), PartnerRole(role))


def _placed(refusal: Refusal) -> Refusal:
    """What is wrong with the file is said beside its field."""
    if not isinstance(refusal, InvalidInput) and refusal.field is None:
        refusal.field = "logo"
    return refusal


def _write(here: RegistrationService, what: Callable[[Session], None]) -> None:
    with here.db.write() as session:
        what(session)


def _back(here: RegistrationService, activity_id: uuid.UUID, done: str) -> Response:
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/partners?done={done}")


def _page(
    request: Request, here: RegistrationService, caller: Caller, activity_id: uuid.UUID, shown: Shown
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        rows, known = partners(session, [activity_id]).get(activity_id, ()), organisations(session)
    taken = {row.organisation_id for row in rows}
    context: dict[str, Any] = {
        "rows": rows,
        "values": shown.form if shown.of is None else FormValues(),
        "changed": shown.form if shown.of else FormValues(),
        "changing": shown.of,
        "errors": here.errors(shown.refusal, lang),
        "known": [
            {"value": "", "label": say(lang, "partners.another")},
            *({"value": one.name, "label": one.name} for one in known if one.id not in taken),
        ],
        "roles": [{"value": role.value, "label": say(lang, f"partner.role.{role}")} for role in PartnerRole],
        "member_prices": any(price.who == Who.MEMBER for product in offer.products for price in product.prices),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": shown.done,
        "page_title": say(lang, "partners.title"),
    }
    status = shown.refusal.status if shown.refusal else 200
    return kit_app.page(request, "partners/partners.html", lang, status, **context)

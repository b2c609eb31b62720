"""Where a contact chooses once the activity is postponed: stay, or be refunded in full. Without an account."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kit import text
from kit.app import language, page, see
from kit.auth import allow
from kit.errors import InvalidInput, Refusal
from registration.forms import PostedForm
from registration.public.choice.api import choose_by_contact
from registration.public.choice.queries import asked_of, refund_of
from registration.public.personal import view
from registration.public.personal.queries import behind_contact_link
from registration.rearrangements.rules import OFFERED, Answer
from registration.registrations.queries import Whole
from registration.service import Here, RegistrationService

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)


def _behind(here: Here, registration_id: uuid.UUID, token: str) -> Whole:
    """The registration behind the contact's link."""
    with here.db.read() as session:
        return behind_contact_link(session, here.offers, here.links, registration_id, token)


Mine = Annotated[Whole, Depends(_behind)]


@router.get("/r/{registration_id}/{token}/choice")
def show(request: Request, here: Here, whole: Mine) -> Response:
    """What is asked, what each answer does, and what was chosen."""
    return _show(request, here, whole)


@router.post("/r/{registration_id}/{token}/choice")
def choose(request: Request, here: Here, whole: Mine, form: PostedForm) -> Response:
    """Choose for the whole registration."""
    said = form.one("answer")
    if said not in list(OFFERED):
        return _show(request, here, whole, InvalidInput({"answer": "choice.needed"}))
    try:
        with here.db.write() as session:
            choose_by_contact(here, session, whole, Answer(said))
    except Refusal as refusal:
        return _show(request, here, whole, refusal)
    if said == Answer.REFUND:
        return see(view.address(here, whole) + "?done=cancelled")
    return see(view.address(here, whole) + "/choice?done=keep")


def _show(request: Request, here: RegistrationService, whole: Whole, refusal: Refusal | None = None) -> Response:
    lang, say = language(request, whole.registration.lang), here.pages.catalogue.say
    with here.db.read() as session:
        asked = asked_of(session, whole.registration, here.clock())
    by = asked.rearrangement.decide_by
    return page(
        request,
        "choice/choice.html",
        lang,
        refusal.status if refusal else 200,
        page_title=say(lang, "choice.title"),
        **view.common(here, whole, lang),
        asked=asked,
        last_day=text.day(by, lang) if by else "",
        options=_options(here, whole, lang),
        errors=here.errors(refusal, lang),
        done=request.query_params.get("done", ""),
    )


def _options(here: RegistrationService, whole: Whole, lang: str) -> list[dict[str, str]]:
    """What may be chosen, and what each does."""
    say, registration = here.pages.catalogue.say, whole.registration
    back = refund_of(registration)
    how = "paid" if back else "unpaid" if registration.total else "free"
    amount = text.money(back, lang)
    refund = say(lang, "choice.refund" if registration.total else "choice.refund_free")
    return [
        {"value": Answer.KEEP.value, "label": say(lang, "choice.keep"), "help": say(lang, "choice.keep_help")},
        {
            "value": Answer.REFUND.value,
            "label": refund,
            "help": say(lang, f"choice.refund_help_{how}", amount=amount),
        },
    ]

"""A company's notice of renewal: what it is for, how much, how to pay, to agree or to say no."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from kit.app import language, page, see
from kit.auth import allow
from kit.errors import Refusal
from registration.changes.actions_answers import BY_LINK
from registration.renewals import actions
from registration.renewals.flows import pay_address
from registration.renewals.queries_seen import SeenRenewal, behind_link
from registration.renewals.rules import NoticeState
from registration.service import Here, RegistrationService

router = APIRouter(dependencies=[allow("link")], include_in_schema=False)
# Of notices that wait for an answer or for money, how to pay is shown.
TO_PAY = (NoticeState.SENT, NoticeState.ACCEPTED)


def _behind(here: Here, renewal_id: uuid.UUID, token: str) -> SeenRenewal:
    with here.db.read() as session:
        return behind_link(session, here.links, renewal_id, token)


Mine = Annotated[SeenRenewal, Depends(_behind)]


@router.get("/renewal/{renewal_id}/{token}")
def show(request: Request, here: Here, mine: Mine, payment: str = "", done: str = "") -> Response:
    """The notice, in every state of it."""
    return _show(request, here, mine, waits=payment == "received" and mine.paid_on is None, no_card=done == "no-card")


@router.get("/renewal/{renewal_id}/{token}/pay")
def pay(here: Here, mine: Mine) -> Response:
    """On to the payment page; back here when no card can be taken now."""
    address = pay_address(here, mine.renewal.id) if mine.state is NoticeState.SENT else ""
    return see(address or _address(here, mine, "?done=no-card" if mine.state is NoticeState.SENT else ""))


@router.post("/renewal/{renewal_id}/{token}/accept")
def accept(request: Request, here: Here, mine: Mine) -> Response:
    """Agree to owe the fee; too late, the page says how it stands."""
    try:
        with here.db.write() as session:
            actions.accept(session, mine.renewal.id, BY_LINK, here.clock(), here.member_terms().day)
    except Refusal as refusal:
        return _show(request, here, mine, refusal=refusal)
    return see(_address(here, mine))


@router.post("/renewal/{renewal_id}/{token}/decline")
def decline(request: Request, here: Here, mine: Mine, reason: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Say no; too late, the page says how it stands."""
    try:
        with here.db.write() as session:
            actions.decline(session, mine.renewal.id, reason, BY_LINK, here.clock())
    except Refusal as refusal:
        return _show(request, here, mine, refusal=refusal)
    return see(_address(here, mine))


def _address(here: RegistrationService, mine: SeenRenewal, more: str = "") -> str:
    return here.links.renewal(mine.renewal.id, mine.renewal.link_version) + more


def _show(
    request: Request,
    here: RegistrationService,
    mine: SeenRenewal,
    refusal: Refusal | None = None,
    *,
    waits: bool = False,
    no_card: bool = False,
) -> Response:
    lang, say = language(request, mine.company.lang), here.pages.catalogue.say
    open_to_card = mine.state is NoticeState.SENT and here.billing.card_offered()
    return page(
        request,
        "renewal/renewal.html",
        lang,
        refusal.status if refusal else 200,
        page_title=say(lang, "renewal.page_title"),
        seen=mine,
        renewal=mine.renewal,
        waits=waits,
        no_card=no_card,
        card=open_to_card and not no_card,
        over=mine.renewal.answer_by < here.member_terms().day,
        to_pay=mine.state in TO_PAY,
        error=here.errors(refusal, lang).get("", ""),
        address=_address(here, mine),
    )

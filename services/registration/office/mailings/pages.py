"""« Écrire aux personnes inscrites »: what to say to whom, how one of them will read it, and how far it is."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from registration.forms import FormValues, PostedForm
from registration.mailings import flows, queries
from registration.mailings.rules import AlreadySent, MailingRow
from registration.office.mailings.api import keep_for_office, rewrite_for_office
from registration.office.mailings.queries import chosen, companies_of, mailing_lines, mailing_view, preview
from registration.office.mailings.schemas import MailingIn
from registration.office.mailings.view import MailingWords, around, as_written, typed, variables
from registration.service import Coordinator, Here, RegistrationService

router = APIRouter(include_in_schema=False)
OF_ACTIVITY = "/staff/activities/{activity_id}/mailings"
ONE = "/staff/mailings/{mailing_id}"
NARROWED = ("product_id", "session_id", "company_id")


@router.get(OF_ACTIVITY)
def mailings(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """What was written to the people of an activity, and the form that writes to them."""
    return _form_page(request, here, caller, activity_id)


@router.post(OF_ACTIVITY)
def write(request: Request, activity_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Keep what was typed, and go where it is looked at and confirmed."""
    try:
        body = _asked(form)
        with here.db.write() as session:
            mailing_id = keep_for_office(here, session, activity_id, body, caller)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form_page(request, here, caller, activity_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/mailings/{mailing_id}")


@router.get(f"{ONE}/edit")
def edit(request: Request, mailing_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """What was typed, to be said differently."""
    with here.db.read() as session:
        mailing = queries.mailing_of(session, mailing_id)
    if mailing.confirmed_at:
        return kit_app.see(f"{here.home}/staff/mailings/{mailing_id}")
    return _form_page(request, here, caller, mailing.activity_id, typed(mailing), of=mailing)


@router.post(ONE)
def rewrite(request: Request, mailing_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Put what was typed in place of what was written before."""
    with here.db.read() as session:
        mailing = queries.mailing_of(session, mailing_id)
    try:
        body = _asked(form)
        with here.db.write() as session:
            rewrite_for_office(session, mailing_id, body, caller)
    except NotFound:
        raise
    except Refusal as refusal:
        # It left meanwhile: what was typed is kept, and would be another message.
        of = None if isinstance(refusal, AlreadySent) else mailing
        return _form_page(request, here, caller, mailing.activity_id, form, refusal, of=of)
    return kit_app.see(f"{here.home}/staff/mailings/{mailing_id}")


def _asked(form: FormValues) -> MailingIn:
    """The form as a request. Raises InvalidInput for a choice that is not offered."""
    texts = {name: {lang: form.one(f"{name}.{lang}") for lang in ("fr", "en")} for name in ("subject", "text")}
    narrowed = {name: form.one(name) or None for name in NARROWED}
    try:
        return MailingIn.model_validate({"audience": form.one("audience", "all"), **narrowed, **texts})
    except ValidationError as error:
        fields = {str(problem.get("loc", ("",))[0]) for problem in error.errors()}
        raise InvalidInput(dict.fromkeys(fields, "problem.choice")) from error


def _form_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    of: MailingRow | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    words = MailingWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        offer = here.offer(session, activity_id)
        lines, companies = mailing_lines(session, activity_id), companies_of(session, activity_id)
    address = f"{here.home}/staff/activities/{activity_id}"
    context: dict[str, Any] = {
        "values": form or FormValues(),
        "errors": here.errors(refusal, lang),
        "lines": lines,
        "audiences": words.audiences(),
        "products": words.products(offer),
        "sessions": words.sessions(offer),
        "companies": words.companies(companies),
        "variables": variables(),
        "zone": offer.activity.timezone,
        "activity_address": address,
        "action": f"{here.home}/staff/mailings/{of.id}" if of else f"{address}/mailings",
        "back": f"{here.home}/staff/mailings/{of.id}" if of else "",
        "activity_title": offer.activity.title.in_(lang),
        "page_title": here.pages.catalogue.say(lang, "mailing.title"),
    }
    return kit_app.page(request, "mailings/write.html", lang, refusal.status if refusal else 200, **context)


@router.get(ONE)
def mailing(
    request: Request, mailing_id: uuid.UUID, here: Here, caller: Coordinator, reader: str = "", tested: str = ""
) -> Response:
    """How one of the people will read it, and whom it reaches; once confirmed, how far it is."""
    return _mailing_page(request, here, caller, mailing_id, reader=reader, tested=bool(tested))


def _mailing_page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    mailing_id: uuid.UUID,
    reader: str = "",
    tested: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    lang = kit_app.language(request, caller.lang)
    words = MailingWords(here.pages.catalogue, lang)
    with here.db.read() as session:
        row = queries.mailing_of(session, mailing_id)
        offer = here.offer(session, row.activity_id)
        people = chosen(session, row) if row.confirmed_at is None else []
        found = mailing_view(session, mailing_id, people)
        left_out = queries.left_out(session, mailing_id) if row.confirmed_at else []
        shown = preview(here, session, row, _id(reader), people) if people else None
        narrowed = words.narrowed(row, offer, companies_of(session, row.activity_id))
    context: dict[str, Any] = {
        "mailing": found,
        "narrowed": narrowed,
        "left_out": left_out,
        "was_said": as_written(row, f"{here.home}/staff/activities/{row.activity_id}") if row.confirmed_at else [],
        "preview": shown,
        "around": around(here.pages.catalogue, shown) if shown else None,
        "readers": words.readers(people),
        "reader": reader,
        "tested": tested,
        "errors": here.errors(refusal, lang),
        "zone": offer.activity.timezone,
        "address": f"{here.home}/staff/mailings/{mailing_id}",
        "activity_address": f"{here.home}/staff/activities/{row.activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "page_title": row.subject.in_(lang),
    }
    return kit_app.page(request, "mailings/mailing.html", lang, refusal.status if refusal else 200, **context)


def _id(typed_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed_id)
    except ValueError:
        return None


@router.post(f"{ONE}/test")
def test(request: Request, mailing_id: uuid.UUID, here: Here, caller: Coordinator) -> Response:
    """Send it to whoever asks, and to nobody else."""
    try:
        with here.db.write() as session:
            flows.send_test(here, session, mailing_id, caller)
    except NotFound:
        raise
    except Refusal as refusal:
        return _mailing_page(request, here, caller, mailing_id, refusal=refusal)
    return kit_app.see(f"{here.home}/staff/mailings/{mailing_id}?tested=1")


@router.post(f"{ONE}/confirm")
def confirm(request: Request, mailing_id: uuid.UUID, here: Here, caller: Coordinator, form: PostedForm) -> Response:
    """Let it leave as it was looked at: the first few letters at once, the rest by the worker."""
    try:
        with here.db.write() as session:
            flows.confirm(here, session, mailing_id, caller, form.one("seen"))
    except NotFound:
        raise
    except Refusal as refusal:
        return _mailing_page(request, here, caller, mailing_id, refusal=refusal)
    flows.begin(here, mailing_id)
    return kit_app.see(f"{here.home}/staff/mailings/{mailing_id}")

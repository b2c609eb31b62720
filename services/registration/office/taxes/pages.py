"""The accountant's page of an activity: how each price is taxed, on which account it is booked, what is to confirm."""

import uuid
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from kit import app as kit_app
from kit.contracts import Bilingual
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotFound, Refusal
from kit.money import TaxClass
from registration.catalog.sections.rules import SectionChanged
from registration.forms import FormValues, PostedForm
from registration.office.taxes.api import save_for_accountant, taxes_of
from registration.office.taxes.schemas import TaxedPrice, TaxesIn
from registration.service import Here, Reader, RegistrationService

router = APIRouter(include_in_schema=False)
ADDRESS = "/staff/activities/{activity_id}/taxes"
# Of each price, what the form has beside the tick.
FIELDS = ("tax_class", "gl_account")


@router.get(ADDRESS)
def taxes(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, done: str = "") -> Response:
    """Every price with its class and its account."""
    return _page(request, here, caller, activity_id, done=done == "saved")


@router.post(ADDRESS)
def save(request: Request, activity_id: uuid.UUID, here: Here, caller: Reader, form: PostedForm) -> Response:
    """Save them all; or show the form again with everything still in it."""
    try:
        asked = _asked(form)
        with here.db.write() as session:
            save_for_accountant(here, session, activity_id, asked, form.one("mark"), caller)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(request, here, caller, activity_id, form, refusal)
    return kit_app.see(f"{here.home}/staff/activities/{activity_id}/taxes?done=saved")


def _asked(form: FormValues) -> TaxesIn:
    """The form as a request. Raises InvalidInput for a class that there is not."""
    said: dict[str, dict[str, Any]] = {}
    for key in form.all("price"):
        price: dict[str, Any] = {field: form.one(f"prices.{key}.{field}") for field in FIELDS}
        said[key] = price | {"to_confirm": bool(form.one(f"prices.{key}.to_confirm"))}
    try:
        return TaxesIn.model_validate({"prices": said})
    except ValidationError as wrong:
        where = (".".join(str(part) for part in error.get("loc", ())) for error in wrong.errors())
        raise InvalidInput(dict.fromkeys(where, "problem.tax_class")) from wrong


def _page(
    request: Request,
    here: RegistrationService,
    caller: Caller,
    activity_id: uuid.UUID,
    form: FormValues | None = None,
    refusal: Refusal | None = None,
    done: bool = False,
) -> Response:
    lang, say = kit_app.language(request, caller.lang), here.pages.catalogue.say
    with here.db.read() as session:
        offer, view = here.offer(session, activity_id), taxes_of(session, activity_id)
    # Whoever saved in between is seen beside what was typed; the form then begins from what stands.
    typed = form and not isinstance(refusal, SectionChanged)
    context: dict[str, Any] = {
        "prices": view.prices,
        "typed": form,
        "mark": form.one("mark") if form and typed else view.mark,
        "named": lambda price: _named(here, price, lang),
        "classes": [{"value": one.value, "label": say(lang, f"author.tax_class.{one.value}")} for one in TaxClass],
        "errors": here.errors(refusal, lang),
        "address": f"{here.home}/staff/activities/{activity_id}",
        "activity_title": offer.activity.title.in_(lang),
        "done": done,
        "page_title": say(lang, "office.taxes"),
    }
    return kit_app.page(request, "taxes/taxes.html", lang, refusal.status if refusal else 200, **context)


def _named(here: RegistrationService, price: TaxedPrice, lang: str) -> str:
    """What a price is called; by whom it is for where it has no name of its own."""
    label = Bilingual(fr=price.label_fr, en=price.label_en).in_(lang)
    return label or here.pages.catalogue.say(lang, f"author.who.{price.who}")

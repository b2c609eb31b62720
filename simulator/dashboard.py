"""Stripe's dashboard, as far as somebody changes money there by hand: refunds, and what card holders' banks do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from simulator.api.errors import StripeError
from simulator.desk import Desk
from simulator.objects import disputes, payments, refunds
from simulator.page import HEADERS, Pages
from simulator.store import Object
from simulator.work import Work

_SHOWN = 50
_PATH = "/c/dashboard"


@dataclass(frozen=True)
class Row:
    """A payment that came, with what went back of it and what is contested, newest first."""

    intent: Object
    charge: Object
    refunds: list[Object]
    disputes: list[Object]

    @property
    def left(self) -> int:
        return int(self.charge["amount"] - self.charge["amount_refunded"])


def routes(desk: Desk, pages: Pages) -> APIRouter:
    """``/c/dashboard``: shown, then a refund made, a payment contested, a dispute moved on."""
    router = APIRouter()

    @router.get(_PATH)
    def show(lang: str = "fr") -> Response:
        return _page(desk, pages, lang)

    @router.post(_PATH)
    def act(thing: str = Form(""), action: str = Form(""), amount: str = Form(""), lang: str = Form("fr")) -> Response:
        try:
            with desk.work() as work:
                _do(work, thing, action, _cents(amount))
        except StripeError as error:
            return _page(desk, pages, lang, error)
        return RedirectResponse(f"{_PATH}?lang={'en' if lang == 'en' else 'fr'}", 303, headers=HEADERS)

    return router


def _page(desk: Desk, pages: Pages, lang: str, error: StripeError | None = None) -> Response:
    with desk.work() as work:
        rows = _rows(work)
    refused = error.message if error else ""
    status = error.status if error else 200
    return pages.show("dashboard", {"locale": lang}, status, rows=rows, refused=refused, open=disputes.OPEN)


def _rows(work: Work) -> list[Row]:
    intents = [one for one in work.store.walk("payment_intent") if one["status"] == "succeeded"]
    return [
        Row(
            intent,
            payments.charge_of(work, intent["latest_charge"]),
            list(work.store.walk("refund", intent=intent["id"])),
            list(work.store.walk("dispute", intent=intent["id"])),
        )
        for intent in intents[:_SHOWN]
    ]


def _do(work: Work, thing: str, action: str, amount: int | None) -> None:
    """Raises ``StripeError``."""
    if action == "refund":
        part = {} if amount is None else {"amount": amount}
        refunds.create(work, "", {"payment_intent": thing, **part})
    elif action in ("contest", "inquire"):
        disputes.begin(work, payments.intent_of(work, thing), amount, inquiry=action == "inquire")
    elif action in ("under_review", "won", "lost"):
        disputes.move_on(work, disputes.dispute_of(work, thing), action)


def _cents(text: str) -> int | None:
    """``20,00`` or ``20.00``; ``None`` for all that is left. Raises ``StripeError``."""
    plain = re.sub(r"[\s\u00a0$]", "", text).replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", plain, re.ASCII):
        raise StripeError("Invalid amount", param="amount", code="parameter_invalid_integer")
    dollars, _, rest = plain.partition(".")
    return int(dollars) * 100 + int(rest.ljust(2, "0"))

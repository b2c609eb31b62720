"""What the form of an amendment sends, and what it shows, worked out beforehand."""

import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kit.contracts import OrderMethod
from kit.errors import Refusal
from registration.amendments.flows import AmendmentSale
from registration.amendments.schemas import AmendmentRequest
from registration.forms import FormValues
from registration.office.signup.view import IN_HAND, Screen, problems, ways
from registration.service import RegistrationService
from registration.signup.rules_plan import total
from registration.signup.typed import view


@dataclass(frozen=True)
class AmendmentScreen:
    """One showing of the form: what can be added, and what was typed."""

    of: AmendmentSale
    screen: Screen

    @classmethod
    def of_form(cls, of: AmendmentSale, form: FormValues, lang: str, amendment_id: uuid.UUID) -> "AmendmentScreen":
        return cls(of, Screen(of.sale, form, lang, amendment_id))

    @property
    def again(self) -> "AmendmentScreen":
        return replace(self, screen=self.screen.again)

    @property
    def asked(self) -> AmendmentRequest:
        """The form as a request."""
        request, form = self.screen.request, self.screen.form
        method = form.one("method")
        return AmendmentRequest(
            amendment_id=self.screen.registration_id,
            items=request.items,
            places=tuple(int(one) for one in form.all("places") if one.isdecimal() and len(one) < 4),
            method=OrderMethod.RECEIVED if method in IN_HAND else request.method,
            received=next((one for one in IN_HAND if one == method), ""),
            reference=form.one("reference"),
            send=form.one("send") == "yes",
            expected_total=request.expected_total,
        )


def shown(here: RegistrationService, amendment: AmendmentScreen, refusal: Refusal | None) -> dict[str, Any]:
    """Everything the form shows."""
    screen, row = amendment.screen, amendment.of.whole.registration
    say, choices, of = partial(here.pages.catalogue.say, screen.lang), screen.choices, screen.sale.circumstances
    products = view.product_fields(screen.options, screen.form, of, screen.lang)
    people = view.person_fields(screen.sale.sold, screen.request, choices, screen.form, screen.lang)
    labels = view.field_labels(say, products, people, ())
    labels |= {"places": say("amendment.places"), "reference": say("telephone.reference")}
    errors, summed = problems(here, screen, refusal, labels)
    offered = screen.sale.sold.activity.methods
    return {
        **view.total_figures(total(choices, of)),
        "amendment_id": screen.registration_id,
        "registration": row,
        "address": f"{here.home}/staff/registrations/{row.id}",
        "products": products,
        "people": people,
        "places": [
            {"value": str(one.position), "label": f"{one.position}. {one.full_name or say('office.nameless')}"}
            for one in amendment.of.whole.active
        ],
        "summary_lines": view.summary_lines(choices, screen.lang),
        "methods": [
            one for one in ways(say, card=of.card_offered) if "invoice" in offered or "invoice" not in one.values()
        ],
        "rates": screen.sale.offer.rates(of.now),
        "typed": screen.form,
        "errors": view.in_order(errors, labels),
        "labels": summed,
    }

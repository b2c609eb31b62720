"""What billing's tests need to exist: the sample's association, orders like those registration places."""

import threading
import uuid
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kit.contracts import Association, Bilingual, Buyer, CreditLine, CreditOrder, OrderLine, PlaceOrder
from kit.db import new_id
from kit.money import Line as TaxedLine
from kit.money import TaxClass, amounts, cents

SAMPLE = Path(__file__).parents[2] / "samples" / "association.yaml"


@cache
def sample() -> dict[str, Any]:
    return yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def association(**changes: Any) -> Association:
    """The sample's profile."""
    given = sample()["association"]
    made = Association(
        key=given["id"],
        valid_from=given["tax_profile"]["effective"],
        legal_name=given["legal_name"],
        short_name=Bilingual(**given["short_name"]),
        address_lines=tuple(given["address"]["display_fr"].split("\n")),
        phone=given["phone"],
        email=given["email"],
        gst_number=given["tax_profile"]["gst_number"],
        qst_number=given["tax_profile"]["qst_number"],
        invoice_days=given["payment_terms"]["invoice_days"],
        cheque_payable_to=given["payment_terms"]["cheque_payable_to"],
        e_transfer_to=given["payment_terms"]["e_transfer_to"],
        privacy_title=Bilingual(**given["privacy_officer"]["title"]),
        privacy_email=given["privacy_officer"]["email"],
        terms=Bilingual(fr=""),
        accounts=given["accounts"],
    )
    return made.model_copy(update=changes)


def line(key: str, unit: str, quantity: int = 1, tax_class: str = "taxable", gl_account: str = "4110") -> OrderLine:
    """`unit` in dollars, as the sample writes it."""
    label = Bilingual(fr=f"Place {key}", en=f"Place {key}")
    return OrderLine(
        key=key,
        label=label,
        quantity=quantity,
        unit_amount=cents(unit),
        tax_class=TaxClass(tax_class),
        gl_account=gl_account,
    )


BUYER = Buyer(
    company="Usinage Valbrume inc.",
    company_key="c01",
    name="Personne Exemple",
    email="personne@usinage-valbrume.example.org",
    address="12, rue de l’Exemple",
    city="Saguenay",
    postal_code="G0V 0Z0",
    po_number="BC-77",
)
# Two members and a guest at the cocktail: order o4 of the sample, 247.20.
COCKTAIL = (line("car-m", "65.00", 2), line("car-n", "85.00"))


def order(*lines: OrderLine, method: str = "card", on: date = date(2027, 2, 17), **changes: Any) -> PlaceOrder:
    """An order as registration places it; its expected total is worked out unless given."""
    lines = lines or COCKTAIL
    taxed = [TaxedLine(each.unit_amount * each.quantity, each.tax_class) for each in lines]
    order_id: uuid.UUID = changes.pop("order_id", None) or new_id()
    given: dict[str, Any] = {
        "order_id": order_id,
        "code": order_id.hex[-6:].upper(),
        "activity_key": "caricatures-2027",
        "activity_title": Bilingual(fr="Cocktail des caricatures", en="Caricature cocktail"),
        "timezone": "America/Toronto",
        "ordered_on": on,
        "method": method,
        "lang": "fr",
        "lines": lines,
        "buyer": BUYER,
        "expected_total": amounts(taxed, on).total,
        "return_url": f"http://registration.example.org/r/{order_id}/token",
    }
    return PlaceOrder(**(given | changes))


def together(*orders: PlaceOrder) -> list[PlaceOrder]:
    """The same orders on one invoice."""
    ids = tuple(each.order_id for each in orders)
    return [each.model_copy(update={"group": ids}) for each in orders]


def golf_and_cohort(**changes: Any) -> list[PlaceOrder]:
    """Six at the golf tournament and two in a cohort, by one invoice; the golf first."""
    golf = order(
        line("golf", "280.00", 6, gl_account="4210"),
        method="invoice",
        activity_key="golf-2027",
        activity_title=Bilingual(fr="Tournoi de golf", en="Golf tournament"),
        code="GOLF-1",
        **changes,
    )
    cohort = order(
        line("releve", "450.00", 2, gl_account="4310"),
        method="invoice",
        activity_key="releve-2027",
        activity_title=Bilingual(fr="Cohorte de la relève", en="Succession cohort"),
        code="RELEVE-1",
        **changes,
    )
    return together(golf, cohort)


def fee(amount: str = "375.00", **changes: Any) -> PlaceOrder:
    """A membership's fee, on notice."""
    given: dict[str, Any] = {
        "method": "invoice",
        "on_notice": True,
        "activity_key": "",
        "activity_title": Bilingual(fr="Cotisation 2027-2028", en="Membership fee 2027-2028"),
    }
    return order(line("fee", amount, tax_class="exempt", gl_account="4010"), **(given | changes))


def credit(placed: PlaceOrder, *lines: tuple[str, int], keep: int = 0, **changes: Any) -> CreditOrder:
    """Take back units: `("car-n", 1)`."""
    given: dict[str, Any] = {
        "amendment_id": new_id(),
        "order_id": placed.order_id,
        "lines": tuple(CreditLine(key=key, quantity=quantity) for key, quantity in lines),
        "keep_percent": keep,
        "reason": "cancelled",
    }
    return CreditOrder(**(given | changes))


def at_once(*calls: Any) -> list[Any]:
    """Run the calls in threads that start together."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i: int) -> None:
        barrier.wait()
        answers[i] = calls[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

"""Invoices, credit notes, notices and receipts as files, read back by another program than the one that sets them."""

import io
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from billing.documents import flows
from billing.documents.rules import PaperKind
from kit.contracts import AssociationChanged, Bilingual, PlaceOrder
from kit.errors import Busy
from kit.money import cents
from tests.billing.conftest import Billing, Start
from tests.billing.make import association, credit, fee, golf_and_cohort, line, order, sample

EXPECTED = [given for given in sample()["expected_orders"] if given.get("lines")]
WORDS = {"taxable": "T", "exempt": "E", "out_of_scope": "H", "zero_rated": "D"}


def as_given(given: dict[str, Any], **changes: Any) -> PlaceOrder:
    """An order of the sample, with what its prices are made of."""
    prices = {price["id"]: price for one in sample()["activities"] for price in one.get("prices", [])}
    lines = []
    for row in given["lines"]:
        parts = prices.get(row["price"], {}).get("components") or {}
        made = line(row["price"], row["unit"], row["quantity"], row["tax_class"])
        lines.append(made.model_copy(update={"components": {name: cents(one) for name, one in parts.items()}}))
    return order(*lines, **{"method": "invoice", "on": given["order_date"], **changes})


def papers(billing: Billing, placed: PlaceOrder) -> list[dict[str, Any]]:
    return billing.order(placed.order_id)["papers"]  # type: ignore[no-any-return]


def pdf(billing: Billing, paper: dict[str, Any]) -> bytes:
    answer = billing.visit(paper["url"] + "/file")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return answer.content


def read(made: bytes) -> str:
    pages = PdfReader(io.BytesIO(made)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def the(billing: Billing, placed: PlaceOrder, kind: str) -> str:
    """What the only document of a kind says."""
    [paper] = [one for one in papers(billing, placed) if one["kind"] == kind]
    return read(pdf(billing, paper))


def amount(text: str) -> str:
    """As a document writes `1304.83`."""
    whole, parts = text.split(".")
    return f"{int(whole):,}".replace(",", " ") + f",{parts} $"


@pytest.mark.parametrize("given", EXPECTED, ids=[given["id"] for given in EXPECTED])
def test_document_of_each_expected_order_has_its_totals(billing: Billing, given: dict[str, Any]) -> None:
    placed, expected = as_given(given, method="free" if given["id"] == "o9" else "invoice"), given["expected"]
    assert billing.place(placed).status_code == 200
    if expected["total"] == "0.00":
        assert papers(billing, placed) == []
        return
    told = the(billing, placed, "invoice")
    sums = {"Sous-total avant taxes": "subtotal", "TPS (5 %)": "tps", "TVQ (9,975 %)": "tvq", "Total": "total"}
    for title, key in sums.items():
        assert f"{title} {amount(expected[key])}" in told
    for row in given["lines"]:
        assert f"{WORDS[row['tax_class']]} {amount(row['amount'])}" in told
    profile = sample()["association"]
    for what in (profile["legal_name"], "Usinage Valbrume inc.", "BC-77", "Payable dans un délai de 30 jours"):
        assert what in told
    assert f"TPS : {profile['tax_profile']['gst_number']}" in told
    assert f"TVQ : {profile['tax_profile']['qst_number']}" in told
    assert not re.search(r"9,97 %|14,97|14,975", told), "rates that no document may show (T4)"


def test_golf_is_shown_apart_from_meals_with_the_taxes_of_each(billing: Billing) -> None:
    [o2] = [given for given in EXPECTED if given["id"] == "o2"]
    billing.place(placed := as_given(o2))
    told = the(billing, placed, "invoice")
    assert "Golf : 440,00 $ (TPS 22,00 $, TVQ 43,89 $)" in told
    assert "Repas : 300,00 $ (TPS 15,00 $, TVQ 29,93 $)" in told


def test_invoice_for_who_reads_english_is_french_first_with_english_beside_it(billing: Billing) -> None:
    [o8] = [given for given in EXPECTED if given["id"] == "o8"]
    billing.place(french := as_given(o8))
    billing.place(english := as_given(o8, lang="en"))
    told = the(billing, english, "invoice")
    assert told.index("Facture") < told.index("Invoice") and "TPS (5 %) / GST (5%)" in told
    assert "Invoice" not in the(billing, french, "invoice")


def test_credit_note_says_what_the_law_asks_for(billing: Billing) -> None:
    billing.place(placed := order(method="invoice"))
    billing.tell(credit(placed, ("car-n", 1)))
    told, number = the(billing, placed, "credit_note"), billing.order(placed.order_id)["documents"][0]["number"]
    for what in ("Note de crédit", f"Corrige la facture {number}", "Motif : annulation", "TPS : 123456789"):
        assert what in told
    for what in ("TPS (5 %) −4,25 $", "TVQ (9,975 %) −8,48 $", "Total crédité −97,73 $"):
        assert what in told


def test_document_of_a_small_supplier_shows_no_tax_and_no_number(start: Start) -> None:
    billing = start(profile=association(tax_registered=False, gst_number="123456789 RT0001"))
    placed = order(method="invoice", expected_total=21500)
    assert billing.place(placed).status_code == 200
    told = the(billing, placed, "invoice")
    assert "Total 215,00 $" in told and not re.search("TPS|TVQ|taxable", told)


def test_invoice_over_several_orders_is_one_file_with_a_part_for_each(billing: Billing) -> None:
    golf, cohort = golf_and_cohort()
    for placed in (golf, cohort):
        billing.place(placed)
    [one], [other] = (papers(billing, placed) for placed in (golf, cohort))
    assert one["url"] == other["url"]
    told = read(pdf(billing, one))
    assert told.index("Tournoi de golf (GOLF-1)") < told.index("Cohorte de la relève (RELEVE-1)")
    assert "Total 2 966,36 $" in told


def test_notice_says_that_it_is_no_invoice(billing: Billing) -> None:
    billing.place(asked := fee())
    told = the(billing, asked, "notice")
    assert "Avis de cotisation AC-2027-00001" in told and "n’est pas une facture" in told and "375,00 $" in told


def test_receipt_says_how_it_was_paid_and_which_invoice(billing: Billing) -> None:
    billing.place(placed := order(line("car-porte", "95.00"), method="cash"))
    told = the(billing, placed, "receipt")
    for what in ("Reçu de paiement", "Payé par argent comptant", "Total facturé 109,23 $", "Reçu 109,25 $"):
        assert what in told
    assert "Arrondi (argent comptant) 0,02 $" in told and "Payé sur la facture F-2027-00001" in told
    assert not re.search("officiel|don ", told), "words that only a charity may write (T21)"


def test_file_of_a_document_is_made_once_and_never_changed(billing: Billing) -> None:
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: pdf(billing, paper), range(4)))
    assert len(made) == 1 and billing.rows("SELECT count(*) FROM document_file") == [(1,)]
    asked = billing.call("POST", "/papers/file", {"kind": "invoice", "id": paper["id"]}, issuer="notify").json()
    assert asked["name"] == "F-2027-00001.pdf"
    for verb in ("UPDATE document_file SET size = 0", "DELETE FROM document_file"):
        with pytest.raises(sa.exc.DBAPIError), billing.service.db.write() as session:
            session.execute(sa.text(verb))


def test_document_stays_as_it_was_when_the_association_moves(billing: Billing) -> None:
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    before = pdf(billing, paper)
    moved = association(legal_name="Alliance déménagée", gst_number="987654321 RT0001")
    billing.tell(AssociationChanged(association=moved, version=2))
    assert pdf(billing, paper) == before
    billing.place(later := order(method="invoice"))
    assert "Alliance déménagée" in the(billing, later, "invoice") and "Alliance déménagée" not in read(before)


def test_document_is_tagged_and_named_for_readers_that_speak(billing: Billing) -> None:
    billing.place(placed := order(method="invoice"))
    made = PdfReader(io.BytesIO(pdf(billing, papers(billing, placed)[0])))
    catalog = made.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and b"pdfuaid" in catalog["/Metadata"].get_data()  # type: ignore[index]
    assert made.metadata and made.metadata.title == "Facture F-2027-00001"


def test_long_document_goes_on_over_pages_and_loses_nothing(billing: Billing) -> None:
    lines = [
        line(f"car-{n}", "10.00").model_copy(update={"label": Bilingual(fr=f"Place numéro {n} " + "très longue " * 8)})
        for n in range(40)
    ]
    billing.place(placed := order(*lines, method="invoice"))
    made = pdf(billing, papers(billing, placed)[0])
    assert len(PdfReader(io.BytesIO(made)).pages) > 1
    told = read(made)
    assert all(f"Place numéro {n} " in told for n in range(40)) and "Page 2 de" in told


def test_page_of_a_document_says_what_is_left_to_pay(billing: Billing) -> None:
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    page = billing.visit(paper["url"])
    assert page.status_code == 200 and "F-2027-00001" in page.text
    assert "À payer : 247,20" in page.text.replace("\u00a0", " ")


@pytest.mark.parametrize("wrong", ["x", "../../health/live", "é"])
def test_link_that_is_wrong_opens_no_document(billing: Billing, wrong: str) -> None:
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    for address in (paper["url"][:-5] + wrong, paper["url"][:-1]):
        assert billing.visit(address).status_code == 404
        assert billing.visit(address + "/file").status_code == 404
    assert billing.rows("SELECT count(*) FROM document_file") == [(0,)]


def test_document_that_cannot_be_set_now_is_refused_and_made_later(
    billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    with monkeypatch.context() as late:
        late.setattr(billing.service.press, "_seconds", 0.0)
        assert billing.visit(paper["url"] + "/file").status_code == 503
    assert billing.rows("SELECT count(*) FROM document_file") == [(0,)]
    assert "Facture" in read(pdf(billing, paper))


def test_logo_that_registration_cannot_give_now_delays_a_document(start: Start) -> None:
    billing = start(profile=association(logo_url="http://registration.example.org/files/logo.svg"))
    billing.place(placed := order(method="invoice"))
    [paper] = papers(billing, placed)
    billing.registration.down = True
    with pytest.raises(Busy):
        flows.file(billing.service, PaperKind.INVOICE, uuid.UUID(paper["id"]))
    assert billing.visit(paper["url"]).status_code == 200

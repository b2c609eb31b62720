"""J4: what is owed and paid leaves the house as a file, with the letter that says it, the same bytes as on its page."""

import io
from typing import Any

from pypdf import PdfReader

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_invoice import at, code_of, one


def attached(letter: Any) -> dict[str, bytes]:
    """The PDF files of a letter, by name."""
    return {
        part.get_filename(): part.get_content()
        for part in letter.iter_attachments()
        if part.get_content_subtype() == "pdf"
    }


def said(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def test_invoice_and_credit_note_go_with_their_letters(house: House) -> None:
    at(house, 2027, 3, 1)
    fields = {"q.car.member": "2", "q.car.non_member": "1", "code": code_of(house, "c20"), **COMPANY}
    page = sign_up(house.visitor(), "caricatures-2027", fields)
    house.settle()
    [invoice] = [files for letter in house.mail.to("chloe@example.org") if (files := attached(letter))]
    assert invoice.keys() == {"F-2027-00001.pdf"} and "247,20 $" in said(invoice["F-2027-00001.pdf"])
    kept = one(house, "billing", "SELECT pdf, size FROM document_file")
    assert bytes(kept.pdf) == invoice["F-2027-00001.pdf"] and kept.size < 300_000

    house.visitor().post(page.url.split("?")[0] + "/cancel", {"place": "3"})
    house.settle()
    _, note = [files for letter in house.mail.to("chloe@example.org") if (files := attached(letter))]
    assert note.keys() == {"NC-2027-00001.pdf"} and "Note de crédit" in said(note["NC-2027-00001.pdf"])
    assert house.invariants() == []


def test_invoice_and_receipt_of_a_card_go_with_the_confirmation(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", {"q.car.non_member": "1", "method": "card"})
    visitor.post(page.url, {"action": "pay"})
    house.webhooks()
    house.settle()
    [letter] = house.mail.to("chloe@example.org")
    files = attached(letter)
    assert files.keys() == {"F-2027-00001.pdf", "recu-F-2027-00001.pdf"}
    assert "Payé par carte" in said(files["F-2027-00001.pdf"]) and "Reçu 97,73 $" in said(
        files["recu-F-2027-00001.pdf"]
    )


def test_letter_waits_for_its_document_and_leaves_once(house: House) -> None:
    at(house, 2027, 3, 1)
    seconds, house.billing.press._seconds = house.billing.press._seconds, 0.0
    fields = {"q.car.member": "1", "code": code_of(house, "c20"), **COMPANY}
    sign_up(house.visitor(), "caricatures-2027", fields)
    house.settle()
    assert not [letter for letter in house.mail.to("chloe@example.org") if attached(letter)]
    house.billing.press._seconds = seconds
    house.clock.advance(hours=1)
    house.settle()
    assert len([letter for letter in house.mail.to("chloe@example.org") if attached(letter)]) == 1


def test_documents_are_behind_the_contacts_link(house: House) -> None:
    at(house, 2027, 3, 1)
    fields = {"q.car.member": "1", "code": code_of(house, "c20"), **COMPANY}
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", fields)
    house.settle()
    address = page.url.split("?")[0] + "/documents"
    listed = visitor.get(address)
    assert listed.has("Factures et reçus") and listed.has("F-2027-00001"), listed.text
    opened = visitor.get(listed.link("/papers/invoice/"))
    assert opened.has("Facture") and opened.has("74,73 $"), opened.text
    assert visitor.get(address[:-15] + "x/documents").status == 404

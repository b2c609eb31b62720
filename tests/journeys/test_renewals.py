"""All forty renewals: from what a membership costs to forty notices, thirty-eight invoices, and two that come to
nothing; nobody is invoiced who did not agree."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kit.clock import from_wall
from tests.fakes.house import House, Page
from tests.journeys.test_office import staff

ZONE = "America/Toronto"
FEES = {22500: 4, 37500: 26, 60000: 6, 95000: 4}


def at(house: House, day: str, hour: int = 9) -> None:
    house.clock.set(from_wall(datetime.fromisoformat(f"{day}T{hour:02}:00"), ZONE))
    house.settle()


def rows(house: House, service: str, query: str, **values: Any) -> Sequence[Any]:
    with getattr(house, service).db.read() as session:
        return session.execute(sa.text(query), values).all()


def send_by_themselves(house: House) -> None:
    """Staff look at the fees of the sample, and let notices leave by themselves."""
    client, who = house.clients["registration"], staff(house, "director")
    found = client.get("/api/staff/fees", headers=who).json()
    assert [step["fee"] for step in found["fees"]["steps"]] == list(FEES)
    saved = client.put(
        "/api/staff/fees", headers=who, json={**found["fees"], "version": found["version"], "automatic": True}
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["version"] == found["version"] + 1


def renewals(house: House, **narrowed: str) -> list[dict[str, Any]]:
    answer = house.clients["registration"].get(
        "/api/staff/renewals", headers=staff(house, "coordinator"), params=narrowed
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json()["renewals"])


def cheque(house: House, order: str, cents: int) -> None:
    day = house.clock().date().isoformat()
    paid = house.clients["billing"].post(
        f"/api/orders/{order}/payments",
        json={"method": "cheque", "amount": cents, "received_on": day},
        headers=staff(house, "accountant"),
    )
    assert paid.status_code == 200, paid.text


def notices(house: House) -> Sequence[Any]:
    return rows(house, "billing", "SELECT number, total, tps, tvq, discarded_at FROM notice ORDER BY sequence")


def invoices(house: House) -> list[str]:
    return [row.number for row in rows(house, "billing", "SELECT number FROM contract_invoices ORDER BY number")]


def letters(house: House, email: str, words: str) -> list[str]:
    return [str(letter) for letter in house.mail.to(email) if words in str(letter["Subject"])]


def standing(house: House, company: str) -> str:
    answer = house.clients["registration"].get(f"/api/companies/{company}", headers=staff(house, "coordinator"))
    return str(answer.json()["status"])


def page_of(house: House, row: dict[str, Any]) -> Page:
    page = house.visitor().get(row["link"])
    assert page.status == 200, page.text
    return page


def all_asked(house: House) -> list[dict[str, Any]]:
    """Forty notices, of what a membership costs by size, without taxes or invoices; the companies."""
    at(house, "2027-04-20")
    send_by_themselves(house)
    at(house, "2027-05-01", 8)
    assert notices(house) == []
    at(house, "2027-05-01")
    asked = notices(house)
    assert [row.number for row in asked] == [f"AC-2027-{n:05}" for n in range(1, 41)]
    assert {fee: sum(row.total == fee for row in asked) for fee in FEES} == FEES
    assert sum(row.total for row in asked) == 18_050_00 and all(row.tps == row.tvq == 0 for row in asked)
    assert invoices(house) == []
    companies = renewals(house)
    assert {row["state"] for row in companies} == {"sent"} and len(companies) == 40
    return companies


def test_forty_companies_are_asked_and_thirty_eight_invoiced(house: House) -> None:
    # One pays by card from the notice's page, one accepts and pays later, thirty-six send a cheque.
    by_card, accepts, declines, silent, *others = all_asked(house)
    assert house.visitor().get(page_of(house, by_card).link("/pay")).status == 200
    _pay(house)
    house.settle()
    assert page_of(house, by_card).has("Merci, c’est payé!")
    assert house.visitor().post(accepts["link"] + "/accept", {}).has("C’est accepté")
    house.settle()
    house.clock.advance(seconds=40)
    house.settle()
    assert invoices(house) == ["F-2027-00001", "F-2027-00002"]
    at(house, "2027-05-31")
    for row in (accepts, *others):
        cheque(house, row["renewal_id"], row["total"])
    house.settle()
    assert house.visitor().post(declines["link"] + "/decline", {"reason": "Nous fermons."}).has("C’est noté")
    at(house, "2027-06-23")
    at(house, "2027-08-29")
    assert standing(house, silent["company_id"]) == "active", "the grace runs"
    assert [row.number for row in notices(house) if row.discarded_at] == [declines["number"]]
    at(house, "2027-08-30")
    assert sorted(row.number for row in notices(house) if row.discarded_at) == sorted(
        [declines["number"], silent["number"]]
    )
    assert invoices(house) == [f"F-2027-{n:05}" for n in range(1, 39)]
    assert standing(house, silent["company_id"]) == standing(house, declines["company_id"]) == "lapsed"
    assert standing(house, by_card["company_id"]) == standing(house, accepts["company_id"]) == "active"
    states = sorted(row["state"] for row in renewals(house, ends="2027-06-30"))
    assert states == ["declined", "lapsed", *["paid"] * 38]
    assert house.invariants() == []


def _pay(house: House) -> None:
    """With the card that works, on the one page of Stripe's that is open."""
    assert house.stripe is not None
    [session] = house.stripe.client().v1.checkout.sessions.list({}).data
    house.stripe.pay(session.id)
    house.webhooks()


def test_letters_of_a_renewal_go_to_the_billing_address_and_the_delegate(house: House) -> None:
    at(house, "2027-04-20")
    send_by_themselves(house)
    at(house, "2027-05-01")
    mailbox = "comptes@usinage-valbrume.example.org"
    [notice] = letters(house, mailbox, "Avis de cotisation AC-2027-")
    assert "375,00" in notice
    at(house, "2027-05-31")
    at(house, "2027-06-23")
    reminders = letters(house, mailbox, "Rappel")
    assert len(reminders) == 2
    found = next(row for row in renewals(house) if row["company"] == "Usinage Valbrume inc.")
    cheque(house, found["renewal_id"], found["total"])
    house.settle()
    assert len(letters(house, mailbox, "Adhésion renouvelée")) == 1
    assert letters(house, mailbox, "Facture") == [], "who has paid is sent no bill"


def test_notice_waits_for_its_number_while_billing_is_down(house: House) -> None:
    at(house, "2027-04-20")
    send_by_themselves(house)
    house.down = {"billing"}
    at(house, "2027-05-01")
    assert {row["state"] for row in renewals(house)} == {"preparing"}
    mailbox = "comptes@usinage-valbrume.example.org"
    assert letters(house, mailbox, "Avis de cotisation") == []
    house.down = set()
    house.clock.advance(minutes=2)
    house.settle()
    assert {row["state"] for row in renewals(house)} == {"sent"} and len(notices(house)) == 40
    assert len(letters(house, mailbox, "Avis de cotisation")) == 1


def test_company_that_billing_accepted_by_hand_is_a_member_and_is_sent_its_invoice(house: House) -> None:
    at(house, "2027-04-20")
    send_by_themselves(house)
    at(house, "2027-05-01")
    found = next(row for row in renewals(house) if row["company"] == "Usinage Valbrume inc.")
    said = house.clients["billing"].post(
        f"/api/orders/{found['renewal_id']}/acceptance",
        headers={**staff(house, "accountant"), "Idempotency-Key": str(uuid.uuid4())},
    )
    assert said.status_code == 200, said.text
    house.settle()
    house.clock.advance(seconds=40)
    house.settle()
    again = next(row for row in renewals(house) if row["company"] == "Usinage Valbrume inc.")
    assert again["state"] == "accepted"
    assert len(letters(house, "comptes@usinage-valbrume.example.org", "Facture F-2027-00001")) == 1

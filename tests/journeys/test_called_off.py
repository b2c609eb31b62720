"""t2: an activity of three hundred is cancelled: each is told once, each calendar empties, every cent goes back."""

import re
from collections import Counter
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

import pytest
from sqlalchemy import text

from tests import make
from tests.fakes.house import House
from tests.journeys.test_invoice import code_of
from tests.journeys.test_office import staff

WEBINAR, COCKTAIL, MANY = "webinaire-fraude-2027", "caricatures-2027", 300
# Of those who pay: so many, by card every fifth. 65.00 is 65.00 + 3.25 + 6.48.
PAYING, EACH = 60, 7473
CARDS = PAYING // 5
CALLED_OFF = {
    "kind": "cancel",
    "reason": "Maladie",
    "subject": {"fr": "C’est annulé", "en": "It is cancelled"},
    "text": {"fr": "Bonjour {{ prénom }}.", "en": "Hello {{ first_name }}."},
}


def sign_up(house: House, key: str, n: int, **more: Any) -> dict[str, Any]:
    """One person more, by the API, every third in English."""
    person = {"first_name": "Zoé", "last_name": f"Fictive {n}", "email": f"zoe-{n}@example.org"}
    product = {"product": "web-0", "who": "anyone"} if key == WEBINAR else {"product": "car", "who": "member"}
    body = {
        "contact": person,
        "lang": "en" if n % 3 == 0 else "fr",
        "items": [{**product, "quantity": 1, "attendees": [person]}],
        "contact_attends": True,
        "terms_accepted": True,
        **more,
    }
    answer = house.clients["registration"].post(f"/api/activities/{key}/registrations", json=body)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def call(house: House, method: str, path: str, **more: Any) -> Any:
    headers = staff(house, "coordinator")
    answer = house.clients["registration"].request(method, path, headers=headers, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(house: House, name: str, query: str) -> list[Any]:
    with getattr(house, name).db.read() as session:
        return list(session.execute(text(query)).all())


def settle(house: House) -> None:
    """Until Stripe and everybody else has nothing more to say."""
    for _ in range(3):
        for _ in range(40):
            house.settle()
            if not house.waiting():
                break
        house.webhooks()
    house.settle()


def call_off(house: House, key: str, many: int) -> dict[str, Any]:
    """Previewed, done, worked off; the rearrangement as staff follow it."""
    with house.registration.db.read() as session:
        activity = make.activity_id(session, key)
    path = f"/api/staff/activities/{activity}/rearrangements"
    shown = call(house, "POST", f"{path}/preview", json=CALLED_OFF)
    assert (shown["registrations"], shown["people"], shown["letters"]) == (many, many, many)
    begun = call(house, "POST", path, json=CALLED_OFF)
    settle(house)
    done: dict[str, Any] = call(house, "GET", f"/api/staff/rearrangements/{begun['id']}")
    return {**shown, **done}


def calendars(letters: list[Any]) -> Counter[tuple[str, str]]:
    """What calendars are told by these letters: the method and the entry's own state."""
    found: Counter[tuple[str, str]] = Counter()
    for letter in letters:
        for part in letter.walk():
            if part.get_content_type() == "text/calendar":
                said = part.get_content()
                said = said if isinstance(said, str) else said.decode()
                [method] = re.findall(r"^METHOD:(\w+)", said, re.MULTILINE)
                found.update((method, state) for state in re.findall(r"^STATUS:(\w+)", said, re.MULTILINE))
    return found


def notices(house: House, many: int) -> list[Any]:
    """The letters that call it off: one to each of so many contacts, and to nobody else."""
    letters = [one for one in house.mail.letters if "activity_message" in one["Message-ID"]]
    found = Counter(parseaddr(str(one["To"]))[1] for one in letters)
    assert found == {f"zoe-{n}@example.org": 1 for n in range(many)}
    return letters


INVOICES = (
    "SELECT kind, number, sequence, order_id, subtotal, tps, tvq, total FROM contract_invoices ORDER BY kind, sequence"
)


@pytest.fixture
def generous(house: House) -> House:
    """Three hundred come from one address."""
    settings = house.registration.settings
    for name in ("rate_limit", "stranger_places", "stranger_letters", "stranger_letters_of_activity"):
        object.__setattr__(settings, name, 1_000_000)
    object.__setattr__(settings, "stranger_share", 100)
    return house


def test_free_webinar_called_off_tells_three_hundred_and_moves_no_money(generous: House) -> None:
    house = generous
    house.clock.set(datetime(2027, 5, 10, 16, 0, tzinfo=UTC))
    house.settle()
    for n in range(MANY):
        assert sign_up(house, WEBINAR, n)["status"] == "confirmed"
    settle(house)
    before = len(rows(house, "billing", "SELECT 1 FROM contract_ledger"))
    done = call_off(house, WEBINAR, MANY)
    assert [done[name] for name in ("card", "by_hand", "unpaid")] == [0, 0, 0]
    assert [done[name] for name in ("refunded", "waiting", "refused")] == [MANY, 0, 0]
    assert [done[name] for name in ("letters", "letters_sent", "letters_left_out")] == [MANY, MANY, 0]
    letters = notices(house, MANY)
    assert Counter(str(one["Subject"]) for one in letters) == {"C’est annulé": 200, "It is cancelled": 100}
    assert calendars(letters) == {("CANCEL", "CANCELLED"): MANY}
    told = Counter(row.kind for row in rows(house, "notify", "SELECT kind FROM contract_messages"))
    assert set(told) == {"registration_confirmed", "activity_message"}, "nothing is said of money"
    assert rows(house, "billing", "SELECT number FROM contract_invoices WHERE kind <> 'invoice'") == []
    assert rows(house, "billing", "SELECT amount FROM contract_refunds") == []
    assert len(rows(house, "billing", "SELECT 1 FROM contract_ledger")) == before
    status = rows(house, "registration", "SELECT status, COUNT(*) AS n FROM contract_registrations GROUP BY status")
    assert [tuple(row) for row in status] == [("cancelled", MANY)]
    assert house.invariants() == []


def test_paid_activity_called_off_gives_back_every_cent(generous: House) -> None:
    house = generous
    house.clock.set(datetime(2027, 2, 20, 16, 0, tzinfo=UTC))
    house.settle()
    codes = [code_of(house, company) for company in ("c01", "c02", "c03", "c04", "c05")]
    for n in range(PAYING):
        method = "card" if n % 5 == 0 else "invoice"
        told = sign_up(house, COCKTAIL, n, code=codes[n % 5], method=method, company=f"Usine {n % 5} inc.")
        assert [told[name] for name in ("subtotal", "tps", "tvq", "total")] == [6500, 325, 648, EACH]
        if method == "card":
            visitor = house.visitor()
            visitor.post(visitor.get(f"{told['personal_url']}/pay").url, {"action": "pay"})
    settle(house)
    sold = rows(house, "billing", INVOICES)
    done = call_off(house, COCKTAIL, PAYING)
    assert [done[name] for name in ("card", "by_hand", "unpaid")] == [CARDS * EACH, 0, (PAYING - CARDS) * EACH]
    assert [done[name] for name in ("refunded", "waiting", "refused", "letters_sent")] == [PAYING, 0, 0, PAYING]
    assert calendars(notices(house, PAYING)) == {("CANCEL", "CANCELLED"): PAYING}
    documents = rows(house, "billing", INVOICES)
    assert [one for one in documents if one.kind == "invoice"] == sold and len(sold) == PAYING
    notes = [one for one in documents if one.kind != "invoice"]
    figures = {(one.subtotal, one.tps, one.tvq, one.total) for one in notes}
    assert figures == {(-6500, -325, -648, -EACH)} and len(notes) == PAYING
    assert [one.sequence for one in notes] == list(range(1, PAYING + 1)), "numbers without gap"
    refunds = rows(house, "billing", "SELECT amount, status FROM contract_refunds")
    assert [tuple(one) for one in refunds] == [(EACH, "succeeded")] * CARDS
    at_stripe = house.stripe.client().v1.refunds.list({"limit": 100}).data
    assert [one.amount for one in at_stripe] == [EACH] * CARDS
    ledger = "SELECT account, SUM(debit) AS debit, SUM(credit) AS credit FROM contract_ledger GROUP BY account"
    accounts = {one.account: (int(one.debit), int(one.credit)) for one in rows(house, "billing", ledger)}
    assert accounts["1020"] == (CARDS * EACH, CARDS * EACH), "what cards paid went back to them"
    assert [name for name, (debit, credit) in accounts.items() if debit != credit] == [], "every account is as it was"
    assert house.invariants() == []

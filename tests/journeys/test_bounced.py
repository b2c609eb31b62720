"""domain.md t10: the cheque of o1 bounces. The invoice is owed again; codes of the assistance plan stay valid."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from tests.covering import bought, covered, enrolled, renewed, sample_spreadsheet
from tests.fakes.house import House
from tests.journeys.test_office import staff


def ask(house: House, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """As the accountant, of billing's API."""
    answer = house.clients["billing"].request(method, path, json=body, headers=staff(house, "accountant"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_cheque_of_the_plan_that_bounces_keeps_its_covers_and_is_one_task(house: House) -> None:
    house.clock.set(datetime(2027, 3, 8, 16, 0, tzinfo=UTC))
    house.settle()
    here = house.registration
    renewed(here)
    registration = bought(here, "c15", sample_spreadsheet(), expected_total=89681).registration
    house.settle()
    before = covered(here, enrolled(here).whose)
    assert registration is not None and len(before) == 12
    cheque = {"method": "cheque", "amount": 89681, "received_on": "2027-03-08", "reference": "000123"}
    account = ask(house, "POST", f"/api/accounts/{registration.id}/payments", cheque)
    house.settle()
    assert (account["owed"], known(house)) == (0, (True, 0, "confirmed"))
    house.clock.advance(days=4)
    back = ask(house, "POST", f"/api/payments/{account['payments'][0]['id']}/reversal", {"reversed_on": "2027-03-11"})
    letters = len(house.mail.letters)
    house.settle()
    assert (back["owed"], known(house)) == (89681, (False, 89681, "confirmed"))
    assert covered(here, enrolled(here).whose) == before
    assert len(house.mail.letters) == letters
    tasks = house.clients["registration"].get("/api/staff/home", headers=staff(house, "accountant"))
    bounced = [one for one in tasks.json()["tasks"] if one["key"] == "bounced"]
    assert [(one["count"], one["amount"]) for one in bounced] == [(1, 89681)]
    page = house.clients["registration"].get("/staff/home", headers=staff(house, "accountant"))
    assert "1 facture due de nouveau" in page.text.replace("\u00a0", " ")
    assert house.invariants() == []


def known(house: House) -> tuple[bool, int, str]:
    """What registration knows of it: whether it is paid, what is owed, where it stands."""
    with house.registration.db.read() as session:
        row = session.execute(text("SELECT paid_at, balance, status FROM registration")).one()
    return row.paid_at is not None, int(row.balance), str(row.status)

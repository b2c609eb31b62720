"""Staff sign somebody up by telephone: any way of paying, no online dates, never more places than there are."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kit.db import new_id
from kit.mailbox import Outbox
from registration import jobs
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus, Channel
from registration.signup.telephone.rules import as_staff_sell
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import registrations, resources

CONTACT = {"first_name": "Chloé", "last_name": "Roy", "email": "chloe@example.org"}
INVOICED = {"company": "Fonderie Noël", "method": "invoice"}
FORM = {"contact.first_name": "Chloé", "contact.last_name": "Roy", "contact_attends": "yes", "lang": "fr"}


def item(who: str = "non_member", quantity: int = 1) -> dict[str, Any]:
    return {"product": "car", "who": who, "quantity": quantity}


def sign_up(browser: Browser, activity: uuid.UUID, **asked: Any) -> Any:
    body = {"contact": CONTACT, "items": [item()], **asked}
    caller = browser("coordinator", name="Élise Côté")
    return caller.post(f"/api/staff/activities/{activity}/telephone-signups", json=body)


def posted(service: Any, kind: str) -> list[dict[str, Any]]:
    with service.db.read() as session:
        return [row.body for row in session.execute(sa.select(Outbox)).scalars() if row.type == kind]


def letters(service: Any) -> list[tuple[str, str]]:
    return [(body["values"]["kind"], body["to"]) for body in posted(service, "SendMessage")]


def made(service: Any) -> list[Any]:
    with service.db.read() as session:
        return list(session.execute(sa.select(registrations)).all())


def history(browser: Browser, registration_id: str) -> str:
    return browser("coordinator").get(f"/staff/registrations/{registration_id}").text


def test_telephone_signup_by_invoice_is_confirmed_and_says_who_made_it(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    done = sign_up(browser, cocktail, **INVOICED, bill_to={"po_number": "BC-77"})
    assert done.status_code == 201, done.text
    told = done.json()
    assert (told["status"], told["method"], told["total"], told["pay_url"]) == ("confirmed", "invoice", 9773, "")
    [row], [order] = made(service), posted(service, "PlaceOrder")
    assert (row.channel, row.member) == ("telephone", False)
    assert (order["method"], order["by"], order["buyer"]["po_number"]) == ("invoice", "Élise Côté", "BC-77")
    assert letters(service) == [("registration_confirmed", "chloe@example.org")]
    page = history(browser, told["registration_id"])
    assert "Inscription faite par l’équipe" in page and "Élise Côté" in page


def test_telephone_signup_of_a_private_person_pays_cash_without_an_address(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    told = sign_up(browser, cocktail, contact=CONTACT | {"email": ""}, method="cash").json()
    assert (told["status"], told["total"], told["to_collect"]) == ("confirmed", 9773, 9775)
    assert letters(service) == []


@pytest.mark.parametrize("way", ["cheque", "transfer", "reader"])
def test_telephone_signup_with_money_in_hand_books_it(
    service: Any, browser: Browser, cocktail: uuid.UUID, way: str
) -> None:
    told = sign_up(browser, cocktail, method="received", received=way, reference="1044").json()
    assert (told["status"], told["method"], told["to_collect"]) == ("confirmed", "received", 0)
    [order] = posted(service, "PlaceOrder")
    assert (order["method"], order["received"]) == ("received", {"method": way, "reference": "1044"})


def test_telephone_signup_by_card_is_held_for_days_and_its_link_is_sent(
    service: Any, browser: Browser, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    told = sign_up(browser, cocktail, method="card").json()
    assert told["status"] == "held" and told["pay_url"].endswith("/pay")
    assert letters(service) == [("payment_asked", "chloe@example.org")] and posted(service, "PlaceOrder") == []
    clock.advance(hours=1)
    assert not jobs.end_holds(service), "no hold of a minute: the letter waits to be read"
    [row] = made(service)
    assert row.hold_until == row.created_at + timedelta(seconds=service.settings.confirm_seconds)
    address = f"/api/staff/activities/{cocktail}/telephone-signups/{told['registration_id']}"
    assert browser("coordinator").get(address).json() == told


def test_telephone_signup_without_the_tick_sends_nothing(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    assert sign_up(browser, cocktail, **INVOICED, send=False).status_code == 201
    assert letters(service) == []


def test_telephone_signup_at_a_member_price_needs_a_reason(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    asked: dict[str, Any] = {**INVOICED, "items": [item("member")]}
    refused = sign_up(browser, cocktail, **asked)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"reason"})
    told = sign_up(browser, cocktail, **asked, reason="Adhésion en voie d’être renouvelée").json()
    assert told["total"] == 6324
    [row] = made(service)
    assert row.member and row.company_id is None
    assert "Adhésion en voie d’être renouvelée" in history(browser, told["registration_id"])


def test_telephone_signup_with_a_company_code_needs_no_reason(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    with service.db.read() as session:
        code = session.execute(sa.text("SELECT access_code FROM company WHERE key = 'c01'")).scalar_one()
    told = sign_up(browser, cocktail, items=[item("member")], method="invoice", code=code).json()
    assert told["total"] == 6324 and made(service)[0].company_id is not None


def test_telephone_signup_takes_no_heed_of_online_dates(service: Any, browser: Browser, clock: FakeClock) -> None:
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
        activity = session.get_one(Activity, golf)
        opens, closes = activity.sale_opens_at, activity.sale_closes_at
    assert opens and closes
    dinner = {"product": "golf-souper", "who": "non_member", "quantity": 1}
    dinner["attendees"] = [{"answers": {"q-repas": "boeuf"}}]
    for moment in (opens - timedelta(days=1), closes + timedelta(days=1)):
        clock.set(moment)
        done = sign_up(browser, golf, items=[dinner], method="cash")
        assert done.status_code == 201, done.text


@pytest.mark.parametrize("status", [ActivityStatus.DRAFT, ActivityStatus.CANCELLED, ActivityStatus.POSTPONED])
def test_telephone_signup_of_what_is_not_sold_is_refused(
    service: Any, browser: Browser, cocktail: uuid.UUID, status: ActivityStatus
) -> None:
    with service.db.write() as session:
        session.get_one(Activity, cocktail).status = status
        session.get_one(Activity, cocktail).version += 1
    refused = sign_up(browser, cocktail, method="cash")
    assert (refused.status_code, refused.json()["code"]) == (409, "SignupClosed")
    page = browser("coordinator").get(f"/staff/activities/{cocktail}/sign-up")
    assert page.status_code == (409 if status is ActivityStatus.DRAFT else 200) and made(service) == []


def test_telephone_signup_after_the_activity_is_refused(
    browser: Browser, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    clock.advance(days=60)
    assert sign_up(browser, cocktail, method="cash").json()["code"] == "SignupClosed"


def test_telephone_signup_beyond_capacity_is_refused(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    with service.db.write() as session:
        session.execute(resources.update().where(resources.c.activity_id == cocktail).values(taken=329))
    refused = sign_up(browser, cocktail, items=[item(quantity=2)], method="cash")
    assert refused.status_code == 422 and set(refused.json()["errors"]) == {"items[0]"}
    assert sign_up(browser, cocktail, method="cash").status_code == 201
    refused = sign_up(browser, cocktail, method="cash")
    assert (refused.status_code, refused.json()["code"]) == (409, "SoldOut")


def test_telephone_signup_sent_again_counts_once(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    mine = str(new_id())
    first, again = (sign_up(browser, cocktail, method="cash", registration_id=mine).json() for _ in range(2))
    assert first == again and len(made(service)) == 1
    other = sign_up(browser, cocktail, method="cash", registration_id=mine, reason="Autre")
    assert (other.status_code, other.json()["code"]) == (409, "DifferentForm")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"method": ""}, "method"),
        ({"method": "received"}, "method"),
        ({"method": "cash", "received": "cheque"}, "method"),
        ({"method": "received", "received": "cheque", "reference": "9" * 81}, "reference"),
        ({"method": "cash", "code": "FAUXCODE"}, "code"),
        ({"method": "invoice"}, "company"),
    ],
)
def test_telephone_signup_with_a_wrong_field_names_it(
    service: Any, browser: Browser, cocktail: uuid.UUID, asked: dict[str, Any], field: str
) -> None:
    refused = sign_up(browser, cocktail, **asked)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {field})
    assert made(service) == []


@pytest.mark.parametrize(("role", "status"), [("director", 200), ("accountant", 403), ("door", 403)])
def test_telephone_signup_by_role_is_open_to_who_may(
    browser: Browser, cocktail: uuid.UUID, role: str, status: int
) -> None:
    assert browser(role).get(f"/staff/activities/{cocktail}/sign-up").status_code == status


def test_telephone_signup_of_another_activity_or_channel_is_not_found(
    service: Any, browser: Browser, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    online = make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock())
    mine = sign_up(browser, cocktail, method="cash").json()["registration_id"]
    with service.db.read() as session:
        golf = make.activity_id(session, "golf-2027")
    for activity, one, status in ((cocktail, mine, 200), (golf, mine, 404), (cocktail, online, 404)):
        assert browser("director").get(f"/staff/activities/{activity}/sign-up/{one}").status_code == status


def test_telephone_form_keeps_what_was_typed_and_names_the_field(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    staff, address = browser("coordinator"), f"/staff/activities/{cocktail}/sign-up"
    assert "109,23" not in staff.get(address).text, "the door's own price is the door's"
    typed = {**FORM, "q.car.member": "1", "method": "cheque", "reference": "1044", "shown_total": "6324"}
    refused = staff.post(address, data=typed)
    assert refused.status_code == 422 and 'value="1044"' in refused.text and "f-reason-error" in refused.text
    changed = staff.post(address, data={**typed, "reason": "Adhésion renouvelée", "shown_total": "1"})
    assert changed.status_code == 409 and made(service) == []
    over = staff.post(address, data={**typed, "q.car.member": "41"})
    assert over.status_code == 422 and made(service) == []
    done = staff.post(address, data={**typed, "reason": "Adhésion renouvelée", "registration_id": str(new_id())})
    assert done.status_code == 303
    answer = staff.get(done.headers["location"]).text
    assert "63,24 $ reçus, inscrits aux livres" in answer.replace("\u00a0", " ")
    assert posted(service, "PlaceOrder")[0]["received"] == {"method": "cheque", "reference": "1044"}


def test_telephone_form_after_the_back_button_serves_the_next_person(
    service: Any, browser: Browser, cocktail: uuid.UUID
) -> None:
    staff, address, form = browser("coordinator"), f"/staff/activities/{cocktail}/sign-up", str(new_id())
    for last in ("Premier", "Second"):
        typed = {**FORM, "contact.last_name": last, "q.car.non_member": "1", "method": "cash", "shown_total": "9773"}
        assert staff.post(address, data={**typed, "registration_id": form}).status_code == 303
    assert len(made(service)) == 2


def test_telephone_offer_has_the_prices_of_the_page_and_the_sponsor_levels(service: Any) -> None:
    with service.db.read() as session:
        golf = service.offer(session, make.activity_id(session, "golf-2027"))
    sold = as_staff_sell(golf)
    assert any(product.level.is_level for product in sold.products)
    assert {price.channel for product in sold.products for price in product.prices} == {Channel.ON_SITE}

"""A trial: the real form and the real path of a signup, of which nothing stays anywhere."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from kit.db import new_id
from registration.tables import metadata
from tests import make
from tests.registration.conftest import COCKTAIL, Browser


@pytest.fixture
def link(service: Any, cocktail: uuid.UUID) -> str:
    """The form behind the link of its preview."""
    found: str = urlsplit(service.links.preview(cocktail, "fr")).path
    return f"{found}/inscription"


def everything(service: Any) -> dict[str, list[Any]]:
    """Every row of the service, but for what counts what strangers ask."""
    with service.db.read() as session:
        return {
            table.name: session.execute(sa.select(table).order_by(*table.primary_key)).all()
            for table in metadata.sorted_tables
        }


def sent(service: Any, **more: str) -> dict[str, Any]:
    """One place for somebody, by invoice."""
    offer = make.offer_of(service.db, COCKTAIL)
    person = {"first_name": "Camille", "last_name": "Essai", "email": "essai@example.org"}
    contact = {f"contact.{name}": value for name, value in person.items()}
    asked = {f"p1.answer.{key}": value for key, value in make.must_answer(offer, "attendee").items()}
    asked |= {f"answers.{key}": value for key, value in make.must_answer(offer, "registration").items()}
    shared = {"q.car.non_member": "1", "contact_attends": "yes", "method": "invoice", "terms_accepted": "yes"}
    return contact | asked | shared | {"company": "Usinage Valbrume inc.", "shown_total": ""} | more


def test_trial_shows_the_form_filled_in_for_nobody(browser: Browser, link: str) -> None:
    page = browser().get(link)
    assert page.status_code == 200 and "rien de ce que vous envoyez ici n’est gardé" in page.text
    assert 'value="essai@example.org"' in page.text and f'action="{link}"' in page.text.replace("&amp;", "&")
    assert page.headers["Cache-Control"] == "no-store" and page.headers["X-Robots-Tag"] == "noindex"


def test_trial_shows_letter_and_ticket_and_leaves_nothing(service: Any, browser: Browser, link: str) -> None:
    before = everything(service)
    answer = browser().post(link, data=sent(service))
    assert answer.status_code == 200, answer.text
    assert "Rien n’a été gardé" in answer.text and "ESSAI-1" in answer.text and "97,73" in answer.text
    assert everything(service) == before


def test_trial_is_made_of_a_draft_whatever_its_dates_of_sale(service: Any, browser: Browser) -> None:
    staff = browser("coordinator")
    new = {"preset": "cocktail", "title_fr": "5 à 7 à venir", "day": "2030-05-02"}
    activity = staff.post("/api/staff/activities", json=new).json()["id"]
    editor = staff.get(f"/staff/activities/{activity}/edit").text
    found = re.search(r'href="([^"]+/inscription)"', editor)
    assert found, "one click in the editor"
    path = urlsplit(found.group(1)).path
    page = browser().get(path)
    assert page.status_code == 200 and 'name="q.place.non_member"' in page.text
    assert f'href="{path.removesuffix("/inscription")}"' in page.text, "back to the preview: it has no page yet"


def test_trial_as_a_member_is_offered_the_price_of_members(browser: Browser, link: str) -> None:
    assert 'name="q.car.member"' not in browser().get(link).text
    page = browser().get(f"{link}?seen_by=member").text
    assert 'name="q.car.member"' in page and "inscription?seen_by=member" in page


def test_trial_that_lacks_something_comes_back_as_it_was_typed(service: Any, browser: Browser, link: str) -> None:
    wrong = browser().post(link, data=sent(service, **{"contact.email": "nulle part"}))
    assert wrong.status_code == 422 and 'value="nulle part"' in wrong.text
    counted = browser().post(link, data=sent(service, action="update", **{"q.car.non_member": "3"}))
    assert counted.status_code == 200 and 'value="3"' in counted.text


def test_trial_of_more_than_is_left_is_refused_and_takes_nothing(service: Any, browser: Browser, link: str) -> None:
    before = everything(service)
    refused = browser().post(link, data=sent(service, **{"q.car.non_member": "331"}))
    assert refused.status_code in (409, 422)
    assert everything(service) == before


def test_trial_needs_the_link_of_the_preview(browser: Browser, link: str, cocktail: uuid.UUID) -> None:
    for address in (link.replace(link.split("/")[-2], "guessed"), f"/fr/apercu/{uuid.UUID(int=7)}/guessed/inscription"):
        assert browser().get(address).status_code in (403, 404)
        assert browser().post(address, data={}).status_code in (403, 404)
    api = f"/api/activities/{cocktail}/trials?token=guessed"
    assert browser().post(api, json={}).status_code in (403, 404, 422)


def test_program_tries_a_signup_and_nothing_is_kept(
    service: Any, browser: Browser, link: str, cocktail: uuid.UUID
) -> None:
    offer, before = make.offer_of(service.db, COCKTAIL), everything(service)
    person = {"first_name": "Camille", "last_name": "Essai", "answers": make.must_answer(offer, "attendee")}
    body = {
        "registration_id": str(new_id()),
        "contact": {"first_name": "Camille", "last_name": "Essai", "email": "essai@example.org"},
        "company": "Usinage Valbrume inc.",
        "items": [{"product": "car", "who": "non_member", "quantity": 1, "attendees": [person]}],
        "method": "invoice",
        "terms_accepted": True,
        "answers": make.must_answer(offer, "registration"),
    }
    token = link.split("/")[-2]
    answer = browser().post(f"/api/activities/{cocktail}/trials?token={token}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == 9773 and answer.json()["places"] == ["ESSAI-1"]
    assert everything(service) == before

"""Who filled in the form of one date is never signed up for another unseen."""

import re
import uuid
from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.registration.test_authoring_races import postpone

FORM = f"/fr/activites/{COCKTAIL}/inscription"
TYPED = {
    "q.car.non_member": "1",
    "contact.first_name": "Élise",
    "contact.last_name": "Côté",
    "contact.email": "elise@example.org",
    "company": "Fonderie Noël",
    "bill_to.address": "1, rue Sans-Nom",
    "bill_to.city": "Saguenay",
    "bill_to.postal_code": "G7H 1A1",
    "contact_attends": "yes",
    "method": "invoice",
    "terms_accepted": "yes",
}


def hidden(page: str) -> dict[str, str]:
    return {name: re.findall(f'name="{name}" value="([^"]*)"', page)[0] for name in ("form", "shown_date")}


@pytest.mark.parametrize("between", ["", "update"])
def test_form_of_the_old_date_is_given_back_with_the_new_one(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID, between: str
) -> None:
    visitor = browser()
    asked = TYPED | hidden(visitor.get(FORM).text)
    with service.db.write() as session:
        postpone(service, session, cocktail)
    clock.advance(seconds=3)  # Pages remember what they read for a moment.
    if between:  # Counting anew shows the total alone, not the day above it.
        asked |= hidden(visitor.post(FORM, data=asked | {"action": "update"}).text)
    refused = visitor.post(FORM, data=asked)
    assert refused.status_code == 409 and "La date de l’activité vient de changer" in refused.text
    assert "19 août 2027" in refused.text and 'value="Côté"' in refused.text
    sent = visitor.post(FORM, data=TYPED | hidden(refused.text))
    assert sent.status_code == 303, "seen, the new date is taken"

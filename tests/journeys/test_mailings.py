"""Staff write to the people of an activity; a cancelled activity takes its entry out of their calendars."""

import re
import uuid
from typing import Any

import sqlalchemy as sa
from icalendar import Calendar

from kit.contracts import Bilingual
from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.calendars.actions import moved
from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from registration.mailings import actions
from registration.mailings.rules import NewMailing, Occasion, Readers
from tests import make
from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up
from tests.journeys.test_office import staff

CHLOE = "chloe@example.org"
SAID = {
    "audience": "all",
    "subject.fr": "Stationnement : {{ activité }}",
    "text.fr": "**Attention**, {{ prénom }}.\n\n- [Plan](https://example.org/plan)\n- Votre page : {{ lien }}",
}


def cocktail(house: House) -> uuid.UUID:
    with house.registration.db.read() as session:
        return make.activity_id(session, "caricatures-2027")


def calendars(letter: Any) -> list[Any]:
    return [part for part in letter.walk() if part.get_content_type() == "text/calendar"]


def test_message_to_people_registered_is_read_in_their_mail(house: House) -> None:
    sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    house.settle()
    before = len(house.mail.to(CHLOE))
    client, keys = house.clients["registration"], staff(house, "coordinator")
    kept = client.post(f"/staff/activities/{cocktail(house)}/mailings", data=SAID, headers=keys)
    assert kept.status_code == 303, kept.text
    for _ in range(2):
        assert client.post(f"{kept.headers['location']}/confirm", headers=keys).status_code == 303
    house.settle()
    [letter] = house.mail.to(CHLOE)[before:]
    assert str(letter["Subject"]).startswith("Stationnement : La société régionale")
    text = house.mail.text(CHLOE)
    assert "Attention, Chloé." in text and "Plan (https://example.org/plan)" in text
    assert "parce que vous avez fait une inscription à cette activité" in text
    html = letter.get_body(("html",)).get_content()
    assert "<strong>Attention</strong>" in html and calendars(letter) == []
    [page] = re.findall(r"Votre page : (http://\S+/r/\S+)", text)
    assert house.visitor().get(page).status == 200, "the reader's own page"


def test_cancelled_activity_takes_its_entry_out_of_calendars(house: House) -> None:
    sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    house.settle()
    [first] = calendars(house.mail.to(CHLOE)[0])
    activity = cocktail(house)
    told = NewMailing(
        activity,
        Occasion.CANCELLED,
        Readers(),
        Bilingual(fr="Activité annulée", en="Activity cancelled"),
        Bilingual(fr="Désolé.", en="Sorry."),
        by_id="",
        by="Odile Directrice",
    )
    with house.registration.db.write() as session:
        changed(session, activity)
        cancelled = {column(Activity.status): ActivityStatus.CANCELLED}
        session.execute(sa.update(table(Activity)).where(column(Activity.id) == activity).values(cancelled))
        moved(session, activity)
        actions.begin(session, told, house.clock())
    house.settle()
    letter = house.mail.to(CHLOE)[-1]
    [file] = calendars(letter)
    assert file.get_param("method") == "CANCEL"
    [before] = Calendar.from_ical(first.get_content()).walk("VEVENT")
    [after] = Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert after["UID"] == before["UID"] and after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert str(after["STATUS"]) == "CANCELLED"
    assert "Cette activité est annulée." in house.mail.text(CHLOE)

"""What an activity is announced with: addresses, QR codes, a block for the newsletter."""

import io
import re
import uuid
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from PIL import Image

from registration.catalog.models import Activity
from registration.catalog.rules import ActivityStatus
from tests.registration.conftest import HOME, Browser


def change(service: Any, activity_id: uuid.UUID, **values: Any) -> None:
    with service.db.write() as session:
        row = session.get_one(Activity, activity_id)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        session.add(row)
    service.cache.clear() if hasattr(service.cache, "clear") else None


def test_activity_is_announced_in_both_languages(browser: Browser, cocktail: uuid.UUID) -> None:
    told = browser("accountant").get(f"/api/staff/activities/{cocktail}/sharing").json()
    assert told["published"] is True
    assert told["fr"]["address"] == f"{HOME}/fr/activites/caricatures-2027"
    assert told["en"]["address"] == f"{HOME}/en/activities/caricatures-2027"
    for lang, register in (("fr", "Détails et inscription"), ("en", "Details and registration")):
        one = told[lang]
        for block in (one["html"], one["text"]):
            assert one["address"] in block and register in block and "Salle fictive des Deux-Rives" in block
        assert "<" not in one["text"] and one["calendar"] == f"{one['address']}.ics"
        assert browser().get(one["calendar"].removeprefix(HOME)).status_code == 200
    page = browser("coordinator").get(f"/staff/activities/{cocktail}/sharing")
    assert page.status_code == 200 and f'value="{told["fr"]["address"]}"' in page.text
    assert f"/staff/activities/{cocktail}/poster" in page.text


def test_text_of_an_author_is_no_markup_in_the_block(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    change(service, cocktail, summary_fr='Un <script>alert("x")</script> & plus\n\nSuite', summary_en="")
    told = browser("coordinator").get(f"/api/staff/activities/{cocktail}/sharing").json()
    assert "<script>" not in told["fr"]["html"] and "&lt;script&gt;" in told["fr"]["html"]
    assert '<script>alert("x")</script> & plus' in told["fr"]["text"] and "Suite" not in told["fr"]["text"]
    assert "plus" in told["en"]["text"], "what has no English is said in French"


@pytest.mark.parametrize("of", ["fr", "en"])
def test_code_of_an_activity_is_a_picture_of_its_address(browser: Browser, cocktail: uuid.UUID, of: str) -> None:
    client, address = browser("coordinator"), f"/staff/activities/{cocktail}/qr"
    png = client.get(f"{address}?format=png&of={of}")
    assert png.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(png.content)) as picture:
        assert picture.width == picture.height > 500
    svg = client.get(f"{address}?format=svg&of={of}")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(svg.content).tag.endswith("svg")
    assert client.get(f"/api{address}?format=png&of={of}").content == png.content


def test_draft_is_announced_to_nobody_and_says_so(service: Any, browser: Browser, cocktail: uuid.UUID) -> None:
    change(service, cocktail, status=ActivityStatus.DRAFT)
    told = browser("coordinator").get(f"/api/staff/activities/{cocktail}/sharing").json()
    assert told["published"] is False
    page = browser("coordinator").get(f"/staff/activities/{cocktail}/sharing").text
    assert "Brouillon" in page and not re.search(r'href="[^"]+\.ics"', page)
    assert browser().get(f"/staff/activities/{cocktail}/qr").status_code in (303, 401)
    assert browser().get(told["fr"]["address"].removeprefix(HOME)).status_code == 404
    assert browser("door").get(f"/staff/activities/{cocktail}/sharing").status_code == 403

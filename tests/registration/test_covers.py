"""The cover of an activity: drawn from its title, or a picture that staff chose; on pages, shared links and letters."""

import io
import json
import re
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kit.web.brand import contrast, tones
from registration.catalog.covers.rules import Grid, tiles
from registration.catalog.covers.view import CoverDay
from registration.catalog.covers.view_pictures import SIZES, Drawing, Drawn, picture
from registration.letters.flows import letter_context
from registration.uploads import LARGEST
from tests.fakes.clock import FakeClock
from tests.registration import uploading
from tests.registration.conftest import HOME, Browser

PAGE = "/fr/activites/caricatures-2027"
ACCENTS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
FIRST_TONES = [1, 2, 1, 2, 2, 5, 0, 4, 1, 2, 0, 3]
DAY = CoverDay("mercredi, 17 h", "17", "mars 2027", "mars")


@settings(max_examples=60)
@given(ACCENTS)
def test_cover_of_any_accent_lets_white_be_read_and_shapes_be_seen(accent: str) -> None:
    for shades in (tones(accent).light, tones(accent).dark):
        base, ground, middle, pale = shades[:4]
        assert contrast(ground, "#ffffff") >= 7
        assert contrast(ground, pale) > 3 and contrast(ground, middle) > 1.4 and ground != base


def test_cover_of_one_title_is_always_the_same_drawing() -> None:
    grid = Grid(4, 4, 320, 80)
    assert tiles("Tournoi", grid) == tiles("Tournoi", grid) != tiles("Cocktail", grid)
    assert len(tiles("Tournoi", grid)) == 32
    # For good: whoever changes how it is drawn changes every cover that was ever shared.
    assert [part.tone for part in tiles("Tournoi", grid)[:12]] == FIRST_TONES


@settings(max_examples=8)
@given(st.text(max_size=200), ACCENTS, st.sampled_from(Drawing), st.booleans())
def test_cover_of_any_title_is_a_picture_of_its_size(title: str, accent: str, drawing: Drawing, dated: bool) -> None:
    drawn = Drawn(drawing, title, DAY if dated else CoverDay(), "Alliance industrielle du Fjord", accent)
    with Image.open(io.BytesIO(picture(drawn))) as image:
        assert (image.format, image.size) == ("PNG", SIZES[drawing])


def test_activity_without_a_picture_shows_the_drawn_cover_everywhere(browser: Browser) -> None:
    page = browser().get(PAGE).text
    assert '<svg class="cover" viewBox="0 0 640 320" width="640" height="320"' in page
    assert ">17</text>" in page and ">mars 2027</text>" in page
    shared = re.search(r'property="og:image" content="([^"]+)"', page)
    assert shared and shared[1].startswith(f"{HOME}/covers/") and 'content="1200"' in page
    assert 'property="og:image:alt" content="La société régionale' in page and "summary_large_image" in page
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert block and json.loads(block[1])["image"] == shared[1]
    drawn = browser().get(shared[1])
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
    assert drawn.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert Image.open(io.BytesIO(drawn.content)).size == (1200, 630)
    assert browser().get(shared[1], headers={"If-None-Match": drawn.headers["etag"]}).status_code == 304
    assert browser().get(shared[1].partition("?")[0]).headers["cache-control"] == "public, max-age=300"
    assert browser().get("/fr").text.count('class="cover thumb') > 5


def test_activity_given_a_picture_shows_it_and_history_says_who(
    browser: Browser, cocktail: uuid.UUID, clock: FakeClock
) -> None:
    staff, address = browser("coordinator", name="Coordonnatrice fictive"), f"/staff/activities/{cocktail}/cover"
    strip = f"/covers/{cocktail}/fr-strip.png"
    assert browser().get(strip).headers["content-type"] == "image/png"
    sent = staff.post(
        address, data={"alt_fr": "Des invités", "alt_en": "Guests"}, files={"picture": ("a", uploading.picture())}
    )
    assert sent.status_code == 303, sent.text
    page = staff.get(address + "?done=saved").text
    for words in (
        "La couverture est enregistrée",
        "Des invités",
        "Coordonnatrice fictive",
        "Image de couverture choisie",
    ):
        assert words in page
    clock.advance(seconds=3)
    public, english = browser().get(PAGE).text, browser().get("/en/activities/caricatures-2027").text
    shown = re.search(r'<img class="cover" src="(/files/[^"]+)" alt="Des invités" width="80" height="40">', public)
    assert shown and browser().get(shown[1]).status_code == 200
    assert 'alt="Guests"' in english and f'property="og:image" content="{HOME}/files/' in public
    led = browser().get(strip)
    assert led.status_code == 302
    assert Image.open(io.BytesIO(browser().get(led.headers["location"]).content)).size == (1200, 450)
    only_words = staff.post(address, data={"alt_fr": "Autre", "alt_en": ""})
    assert only_words.status_code == 303 and 'value="Autre"' in staff.get(address).text
    assert staff.post(address, data={"act": "gone"}).status_code == 303
    assert "Retour à la couverture dessinée" in staff.get(address).text
    assert browser().get(strip).status_code == 200


@pytest.mark.parametrize(
    ("content", "alt", "status", "sentence"),
    [
        (uploading.picture(), "", 422, "Dites en quelques mots"),
        (uploading.picture(), "x" * 301, 422, "300 caractères"),
        (b"", "Invités", 422, "Choisissez un fichier"),
        (uploading.SVG.format(uploading.RED).encode(), "Invités", 422, "n’est pas une image"),
        (b"\xff" * (LARGEST + 1), "Invités", 413, "dépasse 5"),
        (b"\xff" * 20_000_000, "Invités", 413, "dépasse 5"),
    ],
    ids=["silent", "long", "none", "drawing", "over", "20MB"],
)
def test_cover_refused_gives_the_form_back(
    browser: Browser, cocktail: uuid.UUID, content: bytes, alt: str, status: int, sentence: str
) -> None:
    address, files = f"/staff/activities/{cocktail}/cover", {"picture": ("a.png", content)} if content else None
    answer = browser("coordinator").post(address, data={"alt_fr": alt, "alt_en": "Guests"}, files=files)
    assert answer.status_code == status
    assert sentence in answer.text and 'value="Guests"' in answer.text


def test_cover_by_the_api_is_set_read_and_removed(browser: Browser, cocktail: uuid.UUID) -> None:
    staff, address = browser("coordinator"), f"/api/staff/activities/{cocktail}/cover"
    file = staff.post("/api/files?purpose=cover", content=uploading.picture()).json()
    version = staff.get(address).json()["version"]
    told = staff.post(address, json={"file_id": file["id"], "alt_fr": "Des invités"})
    assert told.json() == {
        "file_id": file["id"],
        "url": file["url"],
        "alt_fr": "Des invités",
        "alt_en": "",
        "version": version + 1,
    }
    assert staff.get(address).json() == told.json()
    logo = staff.post("/api/files?purpose=logo", content=uploading.picture()).json()
    for other in (logo["id"], str(uuid.uuid4())):
        refused = staff.post(address, json={"file_id": other, "alt_fr": "Des invités"})
        assert (refused.status_code, refused.json()["code"]) == (422, "UnknownFile")
    assert staff.post(address, json={"file_id": file["id"]}).json()["errors"] == {"alt_fr": "problem.cover_alt"}
    assert staff.post(address, json={"file_id": None}).json()["url"] == ""
    assert staff.get(f"/api/staff/activities/{uuid.uuid4()}/cover").status_code == 404
    assert browser("accountant").post(address, json={"file_id": None}).status_code == 403


def test_cover_heads_letters_at_an_address_that_stays(service: Any, cocktail: uuid.UUID) -> None:
    with service.db.read() as session:
        offer = service.offers.read(session, cocktail)
    texts = letter_context(service, offer).activity("fr")
    assert texts.cover_url == f"{HOME}/covers/{cocktail}/fr-strip.png"
    assert texts.cover_alt.startswith("La société régionale")

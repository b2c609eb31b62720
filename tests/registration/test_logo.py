"""The association's logo: uploaded on the page or by the API, shown on pages, taken away."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from kit.contracts import Association
from kit.web import Pages
from registration import jobs
from registration.association import queries
from registration.association.schemas import ProfileForm
from registration.uploads import LARGEST
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME, Browser
from tests.registration.test_association import current, form, told
from tests.registration.uploading import RED, SVG, picture

TODAY = date(2027, 2, 17)


def files(content: bytes, name: str = "logo.png") -> dict[str, Any]:
    """A file chosen in the page's field; its name and type are the browser's, and lie here."""
    return {"logo": (name, content, "text/html")}


def test_logo_sent_with_the_form_is_on_every_page_and_told_to_siblings(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    director = browser("director", name="Directrice fictive")
    answer = director.post("/staff/association", data=form(service), files=files(picture("PNG", (600, 200), "RGBA")))
    assert answer.status_code == 303, answer.text
    saved = current(service)
    assert saved.logo_url.startswith(f"{HOME}/files/") and saved.logo_url.endswith(".png")
    assert (saved.logo_picture_url, saved.logo_width, saved.logo_height) == (saved.logo_url, 512, 171)
    assert [message.association.logo_url for _, message in told(service)] == [saved.logo_url] * 2
    clock.advance(seconds=3)  # For so long pages remember who the association is.
    public = browser().get("/fr").text
    assert f'<img src="{saved.logo_url}" alt="" height="36" width="108">' in public
    page = director.get("/staff/association").text
    assert saved.logo_url in page and "Directrice fictive" in page and "Retirer le logo" in page
    served = browser().get(saved.logo_url)
    assert (served.status_code, served.headers["content-type"]) == (200, "image/png")


def test_logo_that_is_a_drawing_has_a_picture_for_mail(service: Any, browser: Browser) -> None:
    answer = browser("director").post("/staff/association", data=form(service), files=files(SVG.format(RED).encode()))
    assert answer.status_code == 303
    saved = current(service)
    assert saved.logo_url.endswith(".svg") and saved.logo_picture_url.endswith(".png")
    assert (saved.logo_width, saved.logo_height) == (40, 20)
    assert browser().get(saved.logo_picture_url).headers["content-type"] == "image/png"


def test_logo_kept_stays_and_taken_away_goes(service: Any, browser: Browser) -> None:
    director = browser("director")
    director.post("/staff/association", data=form(service), files=files(picture()))
    kept = current(service).logo_url
    typed = form(service, logo_url="", phone="418 555-0199") | {"logo_kept": kept}
    assert director.post("/staff/association", data=typed).status_code == 303
    assert (current(service).logo_url, current(service).phone) == (kept, "418 555-0199")
    assert director.post("/staff/association", data=typed | {"logo_gone": "yes"}).status_code == 303
    assert (current(service).logo_url, current(service).logo_width) == ("", 0)
    elsewhere = typed | {"logo_url": "https://alliance.example.org/logo.svg"}
    assert director.post("/staff/association", data=elsewhere).status_code == 303
    assert current(service).logo_url == "https://alliance.example.org/logo.svg"


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"MZ not a picture", 422, "n’est pas une image"),
        (picture()[:-30], 422, "abîmé ou incomplet"),
        (b"x" * (LARGEST + 1), 413, "dépasse 5\N{NO-BREAK SPACE}Mo"),
        (b"x" * 20_000_000, 413, "dépasse 5\N{NO-BREAK SPACE}Mo"),
    ],
    ids=["other", "cut", "over", "20MB"],
)
def test_logo_refused_gives_the_form_back_with_the_reason(
    service: Any, browser: Browser, content: bytes, status: int, sentence: str
) -> None:
    typed = form(service, legal_name="Nom tapé")
    answer = browser("director").post("/staff/association", data=typed, files=files(content))
    assert answer.status_code == status
    assert sentence in answer.text and 'value="Nom tapé"' in answer.text and 'id="f-logo-error"' in answer.text
    assert current(service).legal_name != "Nom tapé"


def test_logo_of_a_form_refused_for_another_reason_is_not_asked_again(service: Any, browser: Browser) -> None:
    typed = form(service, legal_name="")
    answer = browser("director").post("/staff/association", data=typed, files=files(picture()))
    assert answer.status_code == 422 and f'name="logo_kept" value="{HOME}/files/' in answer.text


def test_logo_by_the_api_is_a_file_of_ours_that_is_there(service: Any, browser: Browser) -> None:
    director = browser("director")
    url = director.post("/api/files?purpose=logo", content=picture("PNG", (600, 200))).json()["url"]
    body = _body(current(service)) | {"valid_from": "2027-02-17"}
    answer = director.post("/api/association", json=body | {"logo_url": url})
    assert (answer.status_code, answer.json()["logo_width"]) == (200, 512)
    cover = director.post("/api/files?purpose=cover", content=picture()).json()["url"]
    for other in (f"{HOME}/files/nothing.png", cover):
        refused = director.post("/api/association", json=body | {"logo_url": other})
        assert (refused.status_code, refused.json()["code"]) == (422, "UnknownFile")
        assert refused.json()["errors"] == {"logo_url": "UnknownFile"}


def _body(profile: Association) -> dict[str, Any]:
    typed = ProfileForm.of(profile, TODAY)
    names = ("legal_name", "phone", "email", "website", "accent", "gst_number", "qst_number", "privacy_email")
    body: dict[str, Any] = {name: getattr(typed, name) for name in names}
    texts = {name: getattr(profile, name).model_dump() for name in ("short_name", "privacy_title", "terms")}
    return body | texts | {"tax_registered": True, "invoice_days": 30}


def test_logo_of_any_profile_is_never_cleared_away(
    service: Any, browser: Browser, app: FastAPI, clock: FakeClock
) -> None:
    director = browser("director")
    director.post("/staff/association", data=form(service), files=files(picture()))
    logo = current(service).logo_url
    later = form(service, valid_from="2027-02-20", logo_url="")
    assert director.post("/staff/association", data=later).status_code == 303
    clock.advance(days=9)
    jobs.housekeeping(app.state.service)
    with service.db.read() as session:
        assert queries.profile_on(session, date(2027, 2, 26)).logo_url == ""
    assert browser().get(logo).status_code == 200


def test_logo_heads_a_letter_with_its_name_beside(service: Any, browser: Browser) -> None:
    director = browser("director")
    director.post("/staff/association", data=form(service), files=files(SVG.format(RED).encode()))
    pages: Pages = service.pages
    shown = current(service).model_dump() | {"name": "Alliance", "privacy_title": "Direction"}
    html = pages.render("kit/mail.html", "fr", association=shown, subject="Sujet")
    assert f'src="{shown["logo_picture_url"]}" alt="Alliance" height="40" width="80"' in html

"""The editor's pages, without a script: nothing is lost, rows come and go, drafts are nobody's business."""

import re
import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import PASS_COOKIE
from registration.catalog.models import Activity
from registration.catalog.sections.queries import draft
from registration.catalog.sections.schemas import SectionName
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser, pass_of
from tests.registration.forms import Forms


@pytest.fixture
def staff(app: FastAPI, clock: FakeClock) -> TestClient:
    client = TestClient(app, base_url="http://registration.test", follow_redirects=False)
    client.cookies.set(PASS_COOKIE, pass_of(app, clock(), "coordinator"))
    return client


def ids(service: Any) -> dict[str, uuid.UUID]:
    with service.db.read() as session:
        return {row.key: row.id for row in session.exec(select(Activity)).all()}


def whole(service: Any, activity_id: uuid.UUID) -> Any:
    with service.db.read() as session:
        return draft(session, activity_id)


def edit(staff: TestClient, activity_id: uuid.UUID) -> Forms:
    page = staff.get(f"/staff/activities/{activity_id}/edit")
    assert page.status_code == 200, page.text
    return Forms(page.text)


def test_sections_of_the_sample_sent_untouched_change_nothing(service: Any, staff: TestClient) -> None:
    """Whatever an activity says goes through the form and back."""
    for key, activity_id in ids(service).items():
        before, forms = whole(service, activity_id), edit(staff, activity_id)
        for name in SectionName:
            sent = staff.post(
                f"/staff/activities/{activity_id}/edit/{name.value}", data={**forms.of(f"/{name.value}"), "do": "save"}
            )
            assert sent.status_code == 303, (
                key,
                name,
                re.findall(r"error-summary.{0,900}|field-error.{0,300}", sent.text, re.S)[:2],
            )
        assert whole(service, activity_id) == before, key


def begin(staff: TestClient, **form: str) -> uuid.UUID:
    said = {"preset": "cocktail", "title_fr": "5 à 7 du printemps", "day": "2027-05-06", "place": "Salle du Quai"}
    answer = staff.post("/staff/new-activity", data={**said, **form})
    assert answer.status_code == 303, answer.text
    return uuid.UUID(answer.headers["location"].split("/")[-2])


def test_rows_are_added_moved_and_taken_away_without_saving(service: Any, staff: TestClient) -> None:
    activity_id = begin(staff)
    address = f"/staff/activities/{activity_id}/edit/prices"
    form = edit(staff, activity_id).of("/prices")
    form["products[0].prices[0].amount"] = ["40,00"]
    more = staff.post(address, data={**form, "add": "products[0].prices"})
    assert more.status_code == 200
    again = Forms(more.text).of("/prices")
    assert again["products[0].prices[0].amount"] == ["40,00"]
    assert "products[0].prices[3].amount" in again
    fewer = Forms(staff.post(address, data={**again, "remove": "products[0].prices[0]"}).text).of("/prices")
    assert "products[0].prices[3].amount" not in fewer and fewer["products[0].prices[0].amount"] == ["65,00"]
    up = Forms(staff.post(address, data={**again, "up": "products[0].prices[1]"}).text).of("/prices")
    assert [up[f"products[0].prices[{n}].amount"] for n in (0, 1)] == [["65,00"], ["40,00"]]
    assert whole(service, activity_id).prices.products[0].prices[0].amount == 4500


def test_amount_is_shown_with_its_taxes_when_it_is_worked_out(staff: TestClient) -> None:
    activity_id = begin(staff)
    form = edit(staff, activity_id).of("/prices")
    form["products[0].prices[0].amount"] = ["740,00"]
    page = staff.post(f"/staff/activities/{activity_id}/edit/prices", data={**form, "do": "calculate"})
    assert "850,82" in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1,500", "deux décimales"),
        ("douze", "Écrivez un montant"),
        ("-4", "Écrivez un montant"),
        ("12,345", "deux décimales"),
    ],
)
def test_amount_that_is_none_is_named_and_everything_stays_typed(staff: TestClient, typed: str, sentence: str) -> None:
    activity_id = begin(staff)
    form = edit(staff, activity_id).of("/prices")
    form |= {"products[0].prices[1].amount": [typed], "products[0].label.en": ["Seat"]}
    page = staff.post(f"/staff/activities/{activity_id}/edit/prices", data={**form, "do": "save"})
    assert page.status_code == 422 and sentence in page.text
    again = Forms(page.text).of("/prices")
    assert again["products[0].prices[1].amount"] == [typed] and again["products[0].label.en"] == ["Seat"]


def test_section_somebody_else_saved_shows_both_texts(service: Any, staff: TestClient) -> None:
    activity_id = begin(staff)
    mine, hers = edit(staff, activity_id).of("/essentials"), edit(staff, activity_id).of("/essentials")
    address = f"/staff/activities/{activity_id}/edit/essentials"
    assert staff.post(address, data={**hers, "title.fr": "Le titre de l’autre"}).status_code == 303
    page = staff.post(address, data={**mine, "title.fr": "Mon titre"})
    assert page.status_code == 409 and "Mon titre" in page.text and "Le titre de l’autre" in page.text
    assert whole(service, activity_id).essentials.title.fr == "Le titre de l’autre"
    chosen = Forms(page.text).of("/essentials")
    assert staff.post(address, data=chosen).status_code == 303
    assert whole(service, activity_id).essentials.title.fr == "Mon titre"


def test_draft_is_404_to_the_public_everywhere_and_shown_by_its_preview(
    service: Any, staff: TestClient, app: FastAPI
) -> None:
    activity_id = begin(staff)
    slug, key = "5-a-7-du-printemps", whole(service, activity_id).key
    public = TestClient(app, base_url="http://registration.test", follow_redirects=False)
    for path in (f"/fr/activites/{slug}", f"/fr/activites/{slug}/inscription", f"/fr/activites/{slug}.ics"):
        assert public.get(path).status_code == 404, path
    assert public.get(f"/api/activities/{key}").status_code == 404
    for path in ("/fr", "/sitemap.xml", "/fr/calendrier.ics", "/api/activities"):
        assert slug not in public.get(path).text and "du printemps" not in public.get(path).text, path
    page = staff.get(f"/staff/activities/{activity_id}/edit").text
    [preview] = [link for link in re.findall(r'/fr/apercu/([^"]+)"', page) if not link.endswith("/inscription")]
    shown = public.get(f"/fr/apercu/{preview}")
    assert shown.status_code == 200 and "Brouillon" in shown.text and shown.headers["x-robots-tag"] == "noindex"
    assert public.get(f"/fr/apercu/{activity_id}/faux").status_code == 404


def test_preset_is_published_as_it_is_begun(staff: TestClient, app: FastAPI) -> None:
    activity_id = begin(staff)
    answer = staff.post(f"/staff/activities/{activity_id}/publish", data={"when": "now"})
    assert answer.headers["location"].endswith("done=published#publication")
    public = TestClient(app, base_url="http://registration.test", follow_redirects=False)
    page = public.get("/fr/activites/5-a-7-du-printemps")
    assert page.status_code == 200 and "Salle du Quai" in page.text


@pytest.mark.parametrize(
    "preset", ["golf", "cohort", "webinar", "delegation", "assembly", "fair", "programme", "form", "visit"]
)
def test_preset_begins_a_draft_that_saves_as_it_is(service: Any, staff: TestClient, preset: str) -> None:
    activity_id = begin(staff, preset=preset, title_fr=f"Essai {preset}")
    before, forms = whole(service, activity_id), edit(staff, activity_id)
    for name in SectionName:
        sent = staff.post(f"/staff/activities/{activity_id}/edit/{name.value}", data=forms.of(f"/{name.value}"))
        assert sent.status_code == 303, (name, sent.text[-2000:])
    assert whole(service, activity_id) == before


def test_door_staff_and_accountants_do_not_edit(app: FastAPI, clock: FakeClock, service: Any) -> None:
    for role in ("door", "accountant"):
        client = TestClient(app, base_url="http://registration.test", follow_redirects=False)
        client.cookies.set(PASS_COOKIE, pass_of(app, clock(), role))
        assert client.get("/staff/new-activity").status_code == 403
        golf = ids(service)["golf-2027"]
        assert client.post(f"/staff/activities/{golf}/edit/terms", data={}).status_code == 403


def test_address_that_was_published_leads_to_the_new_one_for_ever(staff: TestClient, app: FastAPI) -> None:
    activity_id = begin(staff)
    staff.post(f"/staff/activities/{activity_id}/publish", data={"when": "now"})
    form = edit(staff, activity_id).of("/essentials")
    saved = staff.post(
        f"/staff/activities/{activity_id}/edit/essentials", data={**form, "slug.fr": "soiree-du-printemps"}
    )
    assert saved.status_code == 303
    public = TestClient(app, base_url="http://registration.test", follow_redirects=False)
    old = public.get("/fr/activites/5-a-7-du-printemps")
    assert old.status_code == 301 and old.headers["location"].endswith("/fr/activites/soiree-du-printemps")
    assert public.get("/fr/activites/jamais-vu").status_code == 404


def test_amounts_are_written_as_the_language_does_and_read_in_both(service: Any, staff: TestClient) -> None:
    activity_id = begin(staff)
    address = f"/staff/activities/{activity_id}/edit"
    english = Forms(staff.get(f"{address}?lang=en").text).of("/prices")
    assert english["products[0].prices[1].amount"] == ["65.00"]
    french = Forms(staff.get(f"{address}?lang=fr").text).of("/prices")
    assert french["products[0].prices[1].amount"] == ["65,00"]
    for typed, cents in (("70.50", 7050), ("71,50", 7150), ("$1,500.00", 150_000), ("1 600,00 $", 160_000)):
        english["products[0].prices[1].amount"] = [typed]
        english["mark"] = [""]
        assert staff.post(f"{address}/prices?lang=en", data={**english, "do": "save"}).status_code == 303
        assert whole(service, activity_id).prices.products[0].prices[1].amount == cents


def test_address_of_a_section_that_is_none_opens_the_editor(staff: TestClient) -> None:
    activity_id = begin(staff)
    assert staff.get(f"/staff/activities/{activity_id}/edit?at=rien").status_code == 200
    assert staff.get("/staff/new-activity?copy=rien").status_code == 200


def test_question_of_the_library_added_twice_is_two_questions(service: Any, staff: TestClient) -> None:
    activity_id = begin(staff)
    address = f"/staff/activities/{activity_id}/edit/questions"
    form = edit(staff, activity_id).of("/questions")
    before = len(whole(service, activity_id).questions.questions)
    for _ in range(2):
        form = Forms(staff.post(address, data={**form, "do": "library", "library": "repas"}).text).of("/questions")
    assert staff.post(address, data={**form, "do": "save"}).status_code == 303
    keys = [question.key for question in whole(service, activity_id).questions.questions]
    assert len(keys) == len(set(keys)) == before + 2


@pytest.mark.parametrize(
    "fields",
    [
        {"add": "products[5].prices"},
        {"add": "products.x"},
        {"add": "products[0]"},
        {"add": "products[0].key"},
        {"add": "a" + ".a" * 3000},
        {"remove": f"[{'9' * 5000}]"},
        {f"products[{'9' * 5000}].key": "a", "do": "save"},
        {"products" + ".a" * 3000: "x", "do": "save"},
        {"products" + "[0]" * 3000: "x", "do": "save"},
        {"products[0].prices[0].amount": "9" * 29, "do": "calculate"},
    ],
)
def test_form_with_names_of_no_form_is_answered(staff: TestClient, fields: dict[str, str]) -> None:
    activity_id = begin(staff)
    form = edit(staff, activity_id).of("/prices")
    answer = staff.post(f"/staff/activities/{activity_id}/edit/prices", data={**form, **fields})
    assert answer.status_code in (200, 303, 422), answer.text


def test_question_with_something_wrong_comes_back_open(staff: TestClient) -> None:
    activity_id = begin(staff)
    form = edit(staff, activity_id).of("/questions")
    form |= {"questions[0].label.fr": ["Repas"], "questions[0].type": ["choice"], "do": ["save"]}
    answer = staff.post(f"/staff/activities/{activity_id}/edit/questions", data=form)
    assert answer.status_code == 422
    assert re.search(r'<details class="fold question" open><summary>.{0,900}Repas</summary>', answer.text, re.S)


def test_editor_says_that_what_is_sold_keeps_what_it_takes(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    page = browser("coordinator").get(f"/staff/activities/{cocktail}/edit")
    assert page.status_code == 200 and "gardent ce qu’elles prennent" in page.text

"""Every page of the three services and the simulated payment page, in both languages, and the states they can be in.

The routes are read from the services themselves: one that is not in the tables below fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from billing import main as billing
from kit import answers, wiring
from kit.auth import PASS_COOKIE, staff_pass
from kit.clock import utc_now
from notify import main as notify
from registration import main as registration
from tests import make
from tests.browser.addresses import TABLES, File, Part, Seen
from tests.browser.conftest import OpenPage
from tests.browser.looking import judge
from tests.browser.scenery import STATES, Scenery, built
from tests.browser.served import BOOTSTRAP, SECRET, Served
from tests.browser.signing import unfold_names

pytestmark = pytest.mark.browser
HOUSES = {"registration": registration, "billing": billing, "notify": notify}
ROUTERS = {name: wiring.routers(name, main.HERE) for name, main in HOUSES.items()}
# Answers for programs: OpenAPI describes them, and an architecture test holds them to it.
FOR_PROGRAMS = ("/api/", "/ops/", "/health/", "/metrics", "/card", "/orders/", "/unsettled/", "/tasks")


def templates_of(service: str) -> list[str]:
    """Every address a browser may GET, as the service declares it."""
    routers = (*ROUTERS[service], answers.router)
    found = [route for router in routers for route in router.routes if "GET" in getattr(route, "methods", ())]
    return [route.path for route in found if not route.path.startswith(FOR_PROGRAMS)]  # type: ignore[attr-defined]


EVERY = [(service, template) for service in TABLES for template in templates_of(service)]
PAGES = [
    (service, template, lang)
    for service, template in EVERY
    if not isinstance(seen := TABLES[service].get(template), File | Part)
    for lang in ((seen.lang,) if seen and seen.lang else ("fr", "en"))
]


@pytest.fixture(scope="package")
def scenery(served: Served) -> Scenery:
    return built(served)


@pytest.fixture(scope="package")
def director(chromium: Any, served: Served) -> Iterator[Any]:
    """What a browser keeps once the director has signed in."""
    context: BrowserContext = chromium.new_context()
    page = context.new_page()
    page.goto(f"{served.home}/staff/bootstrap/{BOOTSTRAP}")
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/bootstrap/" not in url)
    yield context.storage_state()
    context.close()


def address(scenery: Scenery, service: str, where: str) -> str:
    return where if where.startswith("http") else scenery.served.url[service] + where


def test_page_tables_name_no_page_that_is_gone() -> None:
    assert [one for service, table in TABLES.items() for one in table if (service, one) not in EVERY] == []


@pytest.mark.parametrize(("service", "template", "lang"), PAGES)
def test_page_in_each_language_is_accessible(
    scenery: Scenery, open_page: OpenPage, director: Any, service: str, template: str, lang: str
) -> None:
    seen = TABLES[service].get(template)
    assert isinstance(seen, Seen), f"{template} of {service} is not in the table: say how to get there"
    staff = template.startswith("/staff") and template != "/staff/sign-in"
    page = open_page(storage_state=director if staff else None)
    where = address(scenery, service, seen.where(scenery))
    if seen.caged:
        page.set_content(page.request.get(where).text())
        judge(page, lang, scenery.served.keys)
        return
    answer = page.goto(where if seen.lang else f"{where}{'&' if '?' in where else '?'}lang={lang}")
    assert answer is not None and answer.status == 200, f"{template}: {answer and answer.status}"
    assert "/staff/sign-in" not in page.url or template == "/staff/sign-in", f"{template} led to the sign-in page"
    judge(page, lang, scenery.served.keys)


@pytest.mark.parametrize(
    ("service", "template"), [one for one in EVERY if isinstance(TABLES[one[0]].get(one[1]), File | Part)]
)
def test_template_that_is_no_page_answers_as_its_kind(
    scenery: Scenery, open_page: OpenPage, director: Any, service: str, template: str
) -> None:
    entry: Any = TABLES[service][template]
    page = open_page(storage_state=director)
    answer = page.request.get(address(scenery, service, entry.where(scenery)), headers={"accept": "*/*"})
    assert answer.status == 200, template
    if isinstance(entry, Part):
        assert "<html" not in answer.text(), f"{template} is a whole page: put it with the pages"
    else:
        assert entry.media_type in answer.headers["content-type"]
        assert "text/html" not in answer.headers["content-type"], f"{template} is a page"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("state", STATES)
def test_activity_in_every_state_is_accessible(scenery: Scenery, open_page: OpenPage, state: str, lang: str) -> None:
    slug = STATES[state][lang == "en"]
    page = open_page()
    page.goto(f"{scenery.served.home}/{'en/activities' if lang == 'en' else 'fr/activites'}/{slug}")
    offered = page.get_by_role("link", name="S’inscrire" if lang == "fr" else "Register").count()
    assert (offered > 0) == (state == "open"), f"{state}: {page.inner_text('main')}"
    judge(page, lang, scenery.served.keys)
    page.goto(page.url + ("/registration" if lang == "en" else "/inscription"))
    judge(page, lang, scenery.served.keys)


@pytest.mark.parametrize("kind", ["held", "waiting", "expired", "cancelled"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_registration_in_every_state_is_fit(scenery: Scenery, open_page: OpenPage, kind: str, lang: str) -> None:
    page = open_page()
    for url in (scenery.signups[kind].url, scenery.own(kind), scenery.served.home + scenery.ticket(kind)):
        answer = page.goto(f"{url}?lang={lang}")
        assert answer is not None and answer.status == 200
        judge(page, lang, scenery.served.keys)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_walk_in_page_once_paid_is_accessible(scenery: Scenery, open_page: OpenPage, director: Any, lang: str) -> None:
    page = open_page(storage_state=director)
    walk_in = f"/staff/check-in/{scenery.activity()}/walk-in/{scenery.walk_ins['cash']}"
    page.goto(f"{scenery.served.home}{walk_in}?lang={lang}")
    assert "109" in page.inner_text("main"), "what to collect is said"
    judge(page, lang, scenery.served.keys)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_personal_page_says_how_a_payment_stands(scenery: Scenery, open_page: OpenPage, lang: str) -> None:
    page = open_page()
    for payment in ("received", "unreachable", "refused", "declined"):
        page.goto(f"{scenery.signups['held'].url}?lang={lang}&payment={payment}")
        judge(page, lang, scenery.served.keys)


def test_error_pages_are_accessible(scenery: Scenery, open_page: OpenPage) -> None:
    home, billing_url = scenery.served.url["registration"], scenery.served.url["billing"]
    token = staff_pass(SECRET, make.program(scenery.served.db, ["door"], utc_now()), utc_now())
    page = open_page(allowed=("status of 40",))
    page.context.add_cookies([{"name": PASS_COOKIE, "value": token, "url": home}])
    wrong = scenery.signups["confirmed"].url[:-4] + "AAAA"
    for url, status in (
        (f"{home}/nulle-part", 404),
        (f"{home}/fr/activites/nulle-part", 404),
        (f"{home}/staff/people", 403),
        (wrong, 404),
        (f"{home}/staff/password/perime", 404),
        (f"{billing_url}/pay/{scenery.staff_id}/rien", 404),
        (scenery.pay_urls["expired"], 409),
    ):
        for lang in ("fr", "en"):
            answer = page.goto(f"{url}?lang={lang}")
            assert answer is not None and answer.status == status, f"{url} {answer and answer.status}"
            judge(page, lang, scenery.served.keys)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_form_refused_is_accessible(scenery: Scenery, open_page: OpenPage, lang: str) -> None:
    page = open_page(allowed=("status of 422",))
    paths = {"en": "activities/golf-tournament-2027/registration", "fr": "activites/tournoi-golf-2027/inscription"}
    page.goto(f"{scenery.served.home}/{lang}/{paths[lang]}")
    quantity = page.locator('[name="q.golf-quat.non_member"]')
    quantity.fill("1")
    quantity.press("Tab")
    unfold_names(page)
    page.locator('[name="contact.email"]').fill("pas une adresse")
    page.locator('button[name="action"][value="submit"]').click()
    page.locator(".error-summary").wait_for()
    judge(page, lang, scenery.served.keys)

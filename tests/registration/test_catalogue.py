"""The catalogue as a whole: its groups, its languages, and what search engines, calendars and programs read of it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from sqlmodel import select
from starlette.testclient import TestClient

from registration.catalog.rules import ActivityStatus
from registration.members.models import Company
from tests.fakes.clock import FakeClock
from tests.registration.reading import EVERY_PAGE, PAGES, change, path, text

Browser = Callable[..., TestClient]


def test_catalogue_lists_activities_by_month_then_those_without_a_date(browser: Browser, clock: FakeClock) -> None:
    read = text(browser(), "/fr")
    order = ["caricatures", "Juin 2027", "Tournoi de golf", "En tout temps", "Mentorat"]
    assert [read.index(word) for word in order] == sorted(read.index(word) for word in order)
    assert "97,73 $ taxes incluses Il reste 330 places" in read and "Activités passées" not in read
    clock.set(datetime(2027, 6, 12, 12, 0, tzinfo=UTC))
    later = text(browser(), "/en")
    assert later.index("Past activities (6)") < later.index("Alliance golf tournament")
    clock.set(datetime(2029, 6, 12, 12, 0, tzinfo=UTC))
    assert "Past activities" not in text(browser(), "/en") and "Business mentoring" in text(browser(), "/en")


def test_series_page_leads_to_its_cohorts(browser: Browser) -> None:
    read = text(browser(), "/en/activities/efficacite-2")
    assert "Productivity for managers and successors" in read
    assert "Chicoutimi cohort" in read and "Jonquière cohort" in read and "golf" not in read
    assert "/fr/activites/efficacite-2" in browser().get("/en/activities/efficacite-2").text


def test_front_page_speaks_the_visitors_language(browser: Browser) -> None:
    wishes = {"": "fr", "en-CA,en;q=0.9,fr;q=0.8": "en", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "de,en;q=0.5": "en"}
    wishes |= {"de": "fr", "en;q=0.3, fr;q=0.7": "fr", "*": "fr", "en;q=x": "fr", "x" * 9000: "fr"}
    for asked, lang in wishes.items():
        answer = browser().get("/", headers={"accept-language": asked})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{lang}")
    remembers = browser()
    remembers.cookies.set("guichet_lang", "en")
    assert remembers.get("/", headers={"accept-language": "fr"}).headers["location"] == "/en"


def test_address_unknown_is_a_page_that_says_so(browser: Browser) -> None:
    assert "Cette page n’existe pas" in text(browser(), "/fr/activites/rien", status=404)
    assert "This page does not exist" in text(browser(), "/en/activities/nothing", status=404)
    assert browser().get("/fr/activites/rien/.ics").status_code == 404


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_search_engines_read_what_people_read(browser: Browser, lang: str) -> None:
    for key in PAGES:
        page = browser().get(path(key, lang)).text
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert block and "<" not in block[1]
        node = json.loads(block[1])
        assert node["url"] == f"http://registration.test{path(key, lang)}" and node["inLanguage"] == f"{lang}-CA"
        for code in ("fr", "en"):
            address = f"http://registration.test{path(key, code)}"
            assert f'<link rel="alternate" hreflang="{code}-CA" href="{address}">' in page
        assert f'<link rel="canonical" href="http://registration.test{path(key, lang)}">' in page
        assert '<meta property="og:title"' in page and '<meta name="description"' in page


def test_structured_data_says_when_where_and_how_much(browser: Browser) -> None:
    page = browser().get(path("caricatures-2027")).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    node = json.loads(block[1])
    assert node["startDate"] == "2027-03-17T17:00:00-04:00"
    assert node["location"]["address"]["streetAddress"] == "200, rue du Quai"
    guest = next(offer for offer in node["offers"] if offer["name"] == "Place – Non-membre")
    assert (guest["price"], guest["availability"]) == ("85.00", "https://schema.org/InStock")
    assert guest["priceSpecification"]["valueAddedTaxIncluded"] is False


def test_calendar_has_each_session_in_its_zone(browser: Browser) -> None:
    answer = browser().get(path("ef2-chicoutimi-2027") + ".ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.text)
    events = calendar.walk("VEVENT")
    assert len(events) == 6 and len({str(event["uid"]) for event in events}) == 6
    first = events[0]
    assert first.decoded("dtstart").isoformat() == "2027-02-04T08:30:00-05:00"
    assert first["dtstart"].params["TZID"] == "America/Toronto" and first["sequence"] == 0
    assert str(first["summary"]) == "Efficacité 2 – Cohorte Chicoutimi (hiver 2027) (1/6)"
    assert len(calendar.walk("VTIMEZONE")) == 1 and len(answer.content) < 8_000


def test_calendar_after_a_change_keeps_the_event_and_raises_its_sequence(
    browser: Browser, service: Any, clock: FakeClock
) -> None:
    before = Calendar.from_ical(browser().get(path("golf-2027") + ".ics").text).walk("VEVENT")[0]
    change(service, "golf-2027", version=9, calendar_sequence=1, status=ActivityStatus.CANCELLED)
    clock.advance(seconds=2)
    after = Calendar.from_ical(browser().get(path("golf-2027") + ".ics").text).walk("VEVENT")[0]
    assert before["uid"] == after["uid"] and (before["sequence"], after["sequence"]) == (0, 1)
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert after.decoded("dtstamp") > before.decoded("dtstamp")


@pytest.mark.parametrize("address", ["/fr/calendrier.ics", "/en/calendar.ics"])
def test_feed_has_each_session_of_the_catalogue(browser: Browser, address: str) -> None:
    calendar = Calendar.from_ical(browser().get(address).text)
    assert len(calendar.walk("VEVENT")) == 18 and str(calendar["x-wr-calname"])


def test_activity_without_a_date_has_no_calendar(browser: Browser) -> None:
    assert browser().get(path("mentorat-2027") + ".ics").status_code == 404


def test_robots_and_sitemap_know_each_public_page(browser: Browser) -> None:
    robots = browser().get("/robots.txt").text
    assert "Disallow: /staff" in robots and "Sitemap: http://registration.test/sitemap.xml" in robots
    tree = ElementTree.fromstring(browser().get("/sitemap.xml").text)
    found = {node.text for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    expected = {f"http://registration.test{path(key, lang)}" for key, lang in EVERY_PAGE}
    assert found == expected | {"http://registration.test/fr", "http://registration.test/en"}


def test_activity_api_says_what_a_form_needs(browser: Browser, clock: FakeClock) -> None:
    clock.set(datetime(2027, 5, 1, 12, 0, tzinfo=UTC))
    golf = browser().get("/api/activities/golf-2027").json()
    foursome = next(product for product in golf["products"] if product["key"] == "golf-quat")
    assert (foursome["attendees"], foursome["left"], foursome["takes_for"]) == (4, 36, ["non_member"])
    amounts = {price["key"]: (price["amount"], price["with_taxes"]) for price in foursome["prices"]}
    assert amounts["golf-quat-m"] == (74000, 85082) and amounts["golf-quat-m-eb"] == (70000, 80483)
    sponsor = next(product for product in golf["products"] if product["key"] == "spon-trou")
    assert not sponsor["on_request"] and len(sponsor["sponsorship"]["free_spots"]) == 18
    clubs = next(question for question in golf["questions"] if question["key"] == "q-bras")
    assert clubs["show_if"] == {"products": ["golf-batons"]} and clubs["options"][0]["en"] == "Right-handed"
    assert golf["state"] == "open" and golf["methods"] == ["card", "invoice"]


def test_activity_api_knows_a_company_by_its_code(browser: Browser, service: Any) -> None:
    with service.db.read() as session:
        code = session.exec(select(Company.access_code).where(Company.key == "c01")).one()
    address = "/api/activities/caricatures-2027"
    found = browser().get(address, headers={"X-Company-Code": code}).json()
    assert found["visitor"] == {"company": "Usinage Valbrume inc.", "member": True, "in_arrears": False}
    assert found["products"][0]["takes_for"] == ["member", "non_member"]
    assert browser().get(address).json()["visitor"]["company"] == ""
    assert "car-hon" not in browser().get(address).text


def test_company_codes_cannot_be_guessed_quickly(browser: Browser, service: Any) -> None:
    client, address = browser(), "/api/activities/caricatures-2027"
    tried = [
        client.get(address, headers={"X-Company-Code": f"AAAAA{n:05}"}) for n in range(service.settings.rate_limit)
    ]
    assert {answer.status_code for answer in tried} == {200}
    assert client.get(address, headers={"X-Company-Code": "AAAAABBBBB"}).status_code == 429
    assert client.get(address).status_code == 200


def test_activity_api_lists_the_catalogue(browser: Browser) -> None:
    listed = browser().get("/api/activities").json()
    assert {row["key"] for row in listed} == set(PAGES)
    assert {row["key"]: row["state"] for row in listed}["golf-2027"] == "not_yet"
    assert browser().get("/api/activities/nothing").status_code == 404

"""The public pages: what a visitor reads, by who they are, by the clock, in both languages."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from icalendar import Calendar
from sqlmodel import select
from starlette.testclient import TestClient

from kit.auth import Signed
from kit.money import cents
from kit.text import NBSP, money
from registration.catalog.models import Activity, Resource
from registration.catalog.rules import ActivityStatus
from registration.members.models import Company, Person
from registration.members.rules import MEMBER_COOKIE
from tests import make
from tests.fakes.clock import FakeClock

Browser = Callable[..., TestClient]
PAGES = {
    "pae-2027": ("pae-2027", "eap-2027"),
    "golf-2027": ("tournoi-golf-2027", "golf-tournament-2027"),
    "caricatures-2027": ("caricatures-2027", "caricatures-2027"),
    "ef2-chicoutimi-2027": ("efficacite-2-chicoutimi", "efficacite-2-chicoutimi"),
    "ef2-jonquiere-2027": ("efficacite-2-jonquiere", "efficacite-2-jonquiere"),
    "webinaire-fraude-2027": ("webinaire-fraude", "fraud-webinar"),
    "delegation-mpa-2027": ("delegation-mpa-2027", "mpa-delegation-2027"),
    "aga-2027": ("aga-2027", "agm-2027"),
    "salon-virtuel-2027": ("salon-virtuel-2027", "virtual-fair-2027"),
    "mentorat-2027": ("mentorat", "mentoring"),
    "sondage-2027": ("sondage-2027", "survey-2027"),
}
EVERY_PAGE = [(key, lang) for key in PAGES for lang in ("fr", "en")]


def path(key: str, lang: str = "fr") -> str:
    slug = PAGES[key][lang == "en"]
    return f"/en/activities/{slug}" if lang == "en" else f"/fr/activites/{slug}"


def text(client: TestClient, address: str, status: int = 200) -> str:
    """What a person reads: the page without its tags, and with ordinary spaces."""
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == status
    body = re.sub(r"<script.*?</script>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace(NBSP, " ").split())


def shown(amount: str, lang: str = "fr") -> str:
    return money(cents(amount), lang).replace(NBSP, " ")


def change(service: Any, key: str, **values: Any) -> None:
    with service.db.write() as session:
        row = session.exec(select(Activity).where(Activity.key == key)).one()
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def take(service: Any, key: str, resource: str, left: int) -> None:
    with service.db.write() as session:
        activity_id = make.activity_id(session, key)
        query = select(Resource).where(Resource.activity_id == activity_id, Resource.key == resource)
        row = session.exec(query).one()
        row.taken = row.capacity - left
        session.add(row)


def member(client: TestClient, service: Any, person: str) -> TestClient:
    """A visitor whose browser remembers a personal link."""
    with service.db.read() as session:
        row = session.exec(select(Person).where(Person.key == person)).one()
    claims = {"company": str(row.company_id), "person": str(row.id), "version": row.link_version}
    until = service.clock() + timedelta(days=30)
    client.cookies.set(MEMBER_COOKIE, Signed(service.settings.session_secret, "member").make(claims, until))
    return client


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_activity_has_its_page_with_the_prices_of_the_file(browser: Browser, clock: FakeClock, lang: str) -> None:
    clock.set(datetime(2027, 1, 26, 15, 0, tzinfo=UTC))
    for node in _sample()["activities"]:
        for key in _cohorts(node) or [node["id"]]:
            read = text(browser(), path(key, lang))
            asked = [price for price in node["prices"] if price["who"] != "invitation_code" and cents(price["amount"])]
            for price in [*asked, *node.get("sponsorships", ())]:
                assert shown(price["amount"], lang) in read, price["id"]
            assert asked or not node["prices"] or {"fr": "Gratuit", "en": "Free"}[lang] in read


def _sample() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(make.SAMPLE.read_text(encoding="utf-8"))
    return found


def _cohorts(node: dict[str, Any]) -> list[str]:
    return [cohort["id"] for cohort in node.get("cohorts", ())]


def test_taxes_and_total_stand_beside_each_price(browser: Browser, clock: FakeClock) -> None:
    read = text(browser(), path("caricatures-2027"))
    assert "Membre Hâtif jusqu’au 19 février 2027, puis 65,00 $ (74,73 $ avec taxes) 55,00 $ 63,24 $" in read
    assert "Non-membre 85,00 $ 97,73 $" in read
    assert "À la porte 95,00 $ 109,23 $" in read
    assert "Forfait de 10 billets Membre 10 personnes 585,00 $ 672,60 $" in read
    assert "TPS (5 %) et TVQ (9,975 %) en sus" in read and "14,975" not in read
    # What an invitation opens is nobody else's business.
    assert "Personnalité honorée" not in read


def test_a_sponsorship_carries_no_tax_and_says_whom_to_write_to(browser: Browser) -> None:
    read = text(browser(), path("golf-2027", "en"))
    assert "Hole sponsor 18 available $500.00 $500.00" in read
    assert "Reserve with our team: info@alliance-fjord.example.org" in read


def test_a_small_supplier_charges_no_taxes(browser: Browser, service: Any, clock: FakeClock) -> None:
    association = service.association().model_copy(update={"tax_registered": False})
    service.association = lambda: association
    read = text(browser(), path("caricatures-2027"))
    assert "Non-membre 85,00 $ 85,00 $" in read and "TPS (5 %)" not in read


def test_a_stranger_sees_the_guest_price_and_where_to_get_the_other(browser: Browser) -> None:
    read = text(browser(), path("caricatures-2027"))
    assert "97,73 $, taxes incluses Membre : 63,24 $, taxes incluses" in read
    assert "votre tarif" not in read
    assert "Obtenir le tarif membre" in read


def test_a_member_sees_their_own_price_and_that_of_their_guests(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p01"), path("caricatures-2027"))
    assert "Bonjour Maude!" in read and "Tarif membre : Usinage Valbrume inc." in read
    assert "63,24 $, taxes incluses Non-membre : 97,73 $, taxes incluses" in read
    assert "Membre votre tarif" in read and "Non-membre votre tarif" not in read


def test_a_company_in_arrears_pays_the_other_price_for_now(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p12"), path("caricatures-2027"))
    assert "s’appliquera dès que la cotisation sera réglée. Besoin d’aide? 418 555-0100" in read
    assert "Non-membre votre tarif" in read and "Membre votre tarif" not in read.replace("Non-membre votre tarif", "")
    assert "97,73 $, taxes incluses Membre : 63,24 $" in read


def test_a_prospect_is_greeted_and_pays_the_other_price(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p53"), path("caricatures-2027", "en"))
    assert "Company recognised: Atelier Sentier-Neuf inc." in read
    assert "Non-member your price" in read


def test_a_revoked_link_is_a_stranger_s(browser: Browser, service: Any) -> None:
    client = member(browser(), service, "p01")
    with service.db.write() as session:
        row = session.exec(select(Person).where(Person.key == "p01")).one()
        row.link_version += 1
        session.add(row)
    read = text(client, path("caricatures-2027"))
    assert "Usinage Valbrume" not in read and "votre tarif" not in read


def test_what_a_member_saw_is_not_kept_for_the_next_visitor(browser: Browser, service: Any) -> None:
    assert "Maude" in text(member(browser(), service, "p01"), path("golf-2027"))
    assert "Maude" not in text(browser(), path("golf-2027"))
    assert "Maude" in text(member(browser(), service, "p01"), "/fr")
    assert "Maude" not in text(browser(), "/fr")


def test_a_standing_that_changes_shows_at_once(browser: Browser, service: Any) -> None:
    client = member(browser(), service, "p01")
    assert "Membre votre tarif" in text(client, path("caricatures-2027"))
    with service.db.write() as session:
        row = session.exec(select(Company).where(Company.key == "c01")).one()
        row.status = "in_arrears"
        session.add(row)
    assert "dès que la cotisation sera réglée" in text(client, path("caricatures-2027"))


STATES = [
    ("golf-2027", "2027-03-15T12:59", "Inscription dès le 15 mars 2027", "ouvre le lundi 15 mars 2027, 9 h."),
    ("golf-2027", "2027-03-15T13:00", "Inscription ouverte", "Inscription jusqu’au jeudi 3 juin 2027, 17 h"),
    ("golf-2027", "2027-06-03T21:01", "Inscription terminée", "a pris fin le jeudi 3 juin 2027, 17 h."),
    ("golf-2027", "2027-06-11T01:30", "Terminée", "Cette activité a eu lieu."),
    ("ef2-chicoutimi-2027", "2027-02-17T17:00", "En cours", "a pris fin le mardi 2 février 2027, 17 h."),
    ("aga-2027", "2027-02-17T17:00", "Sur convocation", "sont envoyés par courriel à la personne déléguée"),
    ("mentorat-2027", "2027-02-17T17:00", "Sur demande", "info@alliance-fjord.example.org"),
]


def test_the_state_of_an_activity_follows_the_clock(browser: Browser, clock: FakeClock) -> None:
    for key, at, state, detail in STATES:
        clock.set(datetime.fromisoformat(at).replace(tzinfo=UTC))
        read = text(browser(), path(key))
        assert state in read and detail in read
        assert ("S’inscrire" in read) is (state == "Inscription ouverte")


def test_a_cancelled_activity_says_so_and_sells_nothing(browser: Browser, service: Any) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.CANCELLED)
    read = text(browser(), path("caricatures-2027"))
    assert "Annulée" in read and "Cette activité n’aura pas lieu." in read
    assert "S’inscrire" not in read and "97,73" not in read


def test_a_postponed_activity_says_so(browser: Browser, service: Any) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.POSTPONED)
    assert "Reportée" in text(browser(), path("caricatures-2027"))


def test_a_draft_is_nowhere(browser: Browser, service: Any, clock: FakeClock) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.DRAFT)
    for address in (path("caricatures-2027"), path("caricatures-2027") + ".ics", "/api/activities/caricatures-2027"):
        assert browser().get(address).status_code == 404
    for address in ("/fr", "/sitemap.xml", "/fr/calendrier.ics", "/api/activities"):
        assert "caricatures" not in browser().get(address).text


def test_the_places_left_are_told_in_words(browser: Browser, service: Any, clock: FakeClock) -> None:
    told = {330: "Il reste 330 places", 33: "Plus que 33 places", 1: "Plus que 1 place", 0: "Complet"}
    for left, words in told.items():
        take(service, "caricatures-2027", "places", left)
        clock.advance(seconds=2)
        read = text(browser(), path("caricatures-2027"))
        assert words in read and ("S’inscrire" in read) is (left > 0)


def test_several_resources_are_told_without_figures_on_top(browser: Browser, service: Any, clock: FakeClock) -> None:
    clock.set(datetime(2027, 4, 1, 12, 0, tzinfo=UTC))
    take(service, "golf-2027", "tee_spots", 3)
    read = text(browser(), path("golf-2027"))
    assert "Places disponibles" in read
    assert "Quatuor 4 personnes · complet" in read and "Individuel 3 disponibles" in read
    take(service, "golf-2027", "dinner_seats", 2)
    clock.advance(seconds=2)
    assert "Dernières places" in text(browser(), path("golf-2027"))


def test_a_page_is_kept_a_second_and_no_longer(browser: Browser, service: Any, clock: FakeClock) -> None:
    client = browser()
    assert "Il reste 330 places" in text(client, path("caricatures-2027"))
    take(service, "caricatures-2027", "places", 100)
    clock.advance(seconds=0.5)
    assert "Il reste 330 places" in text(client, path("caricatures-2027"))
    clock.advance(seconds=0.6)
    assert "Il reste 100 places" in text(client, path("caricatures-2027"))


def test_a_page_that_did_not_change_is_not_sent_again(browser: Browser, service: Any, clock: FakeClock) -> None:
    client = browser()
    first = client.get("/fr")
    again = client.get("/fr", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.advance(seconds=2)
    change(service, "caricatures-2027", title_fr="Autre titre")
    assert client.get("/fr", headers={"if-none-match": first.headers["etag"]}).status_code == 200
    assert client.get("/fr").headers["cache-control"] == "private, no-cache"


def test_the_sessions_of_a_cohort_are_all_listed(browser: Browser) -> None:
    read = text(browser(), path("ef2-chicoutimi-2027"))
    assert "6 séances, du 4 février 2027 au 15 avril 2027" in read
    assert "Gérer son temps et ses priorités jeudi 4 février 2027 , de 8 h 30 à 12 h · terminée" in read
    assert "Préparer la relève jeudi 15 avril 2027 , de 8 h 30 à 12 h" in read
    assert "Membre Dès 3 personnes, par personne 735,00 $ 845,07 $" in read
    assert "Remboursement complet jusqu’au jeudi 21 janvier 2027, 8 h 30." in read


def test_the_rules_of_cancellation_are_told(browser: Browser) -> None:
    read = text(browser(), path("delegation-mpa-2027"))
    assert "Remboursement complet jusqu’au vendredi 15 octobre 2027." in read
    assert "Puis, jusqu’au vendredi 5 novembre 2027, 50 % du montant est conservé." in read
    assert "Annulation en un clic jusqu’au mardi 25 mai 2027, 11 h 30." in text(
        browser(), path("webinaire-fraude-2027")
    )


def test_the_catalogue_groups_what_asks_the_same(browser: Browser, clock: FakeClock) -> None:
    read = text(browser(), "/fr")
    order = ["Inscriptions ouvertes", "caricatures", "À venir", "Tournoi de golf", "En tout temps", "Mentorat"]
    assert [read.index(word) for word in order] == sorted(read.index(word) for word in order)
    assert "97,73 $ taxes incluses Il reste 330 places" in read and "Activités passées" not in read
    clock.set(datetime(2027, 6, 12, 12, 0, tzinfo=UTC))
    later = text(browser(), "/en")
    assert later.index("Past activities (6)") < later.index("Alliance golf tournament")
    clock.set(datetime(2029, 6, 12, 12, 0, tzinfo=UTC))
    assert "Past activities" not in text(browser(), "/en") and "Business mentoring" in text(browser(), "/en")


def test_a_series_leads_to_its_cohorts(browser: Browser) -> None:
    read = text(browser(), "/en/activities/efficacite-2")
    assert "Productivity for managers and successors" in read
    assert "Chicoutimi cohort" in read and "Jonquière cohort" in read and "golf" not in read
    assert "/fr/activites/efficacite-2" in browser().get("/en/activities/efficacite-2").text


def test_the_front_door_speaks_the_visitor_s_language(browser: Browser) -> None:
    wishes = {"": "fr", "en-CA,en;q=0.9,fr;q=0.8": "en", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "de,en;q=0.5": "en"}
    wishes |= {"de": "fr", "en;q=0.3, fr;q=0.7": "fr", "*": "fr", "en;q=x": "fr", "x" * 9000: "fr"}
    for asked, lang in wishes.items():
        answer = browser().get("/", headers={"accept-language": asked})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{lang}")
    remembers = browser()
    remembers.cookies.set("guichet_lang", "en")
    assert remembers.get("/", headers={"accept-language": "fr"}).headers["location"] == "/en"


def test_an_address_that_is_nobody_s_is_a_page_that_says_so(browser: Browser) -> None:
    assert "Il n’y a rien à cette adresse" in text(browser(), "/fr/activites/rien", status=404)
    assert "There is nothing at this address" in text(browser(), "/en/activities/nothing", status=404)
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


def test_a_calendar_has_every_session_in_its_zone(browser: Browser) -> None:
    answer = browser().get(path("ef2-chicoutimi-2027") + ".ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.text)
    events = calendar.walk("VEVENT")
    assert len(events) == 6 and len({str(event["uid"]) for event in events}) == 6
    first = events[0]
    assert first.decoded("dtstart").isoformat() == "2027-02-04T08:30:00-05:00"
    assert first["dtstart"].params["TZID"] == "America/Toronto" and first["sequence"] == 1
    assert str(first["summary"]) == "Efficacité 2 – Cohorte Chicoutimi (hiver 2027) (1/6)"
    assert len(calendar.walk("VTIMEZONE")) == 1 and len(answer.content) < 8_000


def test_a_change_keeps_the_event_and_raises_its_sequence(browser: Browser, service: Any, clock: FakeClock) -> None:
    before = Calendar.from_ical(browser().get(path("golf-2027") + ".ics").text).walk("VEVENT")[0]
    change(service, "golf-2027", version=2, status=ActivityStatus.CANCELLED)
    clock.advance(seconds=2)
    after = Calendar.from_ical(browser().get(path("golf-2027") + ".ics").text).walk("VEVENT")[0]
    assert before["uid"] == after["uid"] and (before["sequence"], after["sequence"]) == (1, 2)
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert after.decoded("dtstamp") > before.decoded("dtstamp")


@pytest.mark.parametrize("address", ["/fr/calendrier.ics", "/en/calendar.ics"])
def test_the_feed_has_every_session_of_the_catalogue(browser: Browser, address: str) -> None:
    calendar = Calendar.from_ical(browser().get(address).text)
    assert len(calendar.walk("VEVENT")) == 18 and str(calendar["x-wr-calname"])


def test_what_has_no_date_has_no_calendar(browser: Browser) -> None:
    assert browser().get(path("mentorat-2027") + ".ics").status_code == 404


def test_robots_and_the_sitemap_know_every_public_page(browser: Browser) -> None:
    robots = browser().get("/robots.txt").text
    assert "Disallow: /staff" in robots and "Sitemap: http://registration.test/sitemap.xml" in robots
    tree = ElementTree.fromstring(browser().get("/sitemap.xml").text)
    found = {node.text for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    expected = {f"http://registration.test{path(key, lang)}" for key, lang in EVERY_PAGE}
    assert found == expected | {"http://registration.test/fr", "http://registration.test/en"}


def test_the_api_says_what_a_form_needs(browser: Browser, clock: FakeClock) -> None:
    clock.set(datetime(2027, 5, 1, 12, 0, tzinfo=UTC))
    golf = browser().get("/api/activities/golf-2027").json()
    foursome = next(product for product in golf["products"] if product["key"] == "golf-quat")
    assert (foursome["attendees"], foursome["left"], foursome["takes_for"]) == (4, 36, ["non_member"])
    amounts = {price["key"]: (price["amount"], price["with_taxes"]) for price in foursome["prices"]}
    assert amounts["golf-quat-m"] == (74000, 85082) and amounts["golf-quat-m-eb"] == (70000, 80483)
    sponsor = next(product for product in golf["products"] if product["key"] == "spon-trou")
    assert sponsor["on_request"] and sponsor["takes_for"] == []
    clubs = next(question for question in golf["questions"] if question["key"] == "q-bras")
    assert clubs["show_if"] == {"products": ["golf-batons"]} and clubs["options"][0]["en"] == "Right-handed"
    assert golf["state"] == "open" and golf["methods"] == ["card", "invoice"]


def test_the_api_knows_a_company_by_its_code(browser: Browser, service: Any) -> None:
    with service.db.read() as session:
        code = session.exec(select(Company.access_code).where(Company.key == "c01")).one()
    address = "/api/activities/caricatures-2027"
    found = browser().get(address, headers={"X-Company-Code": code}).json()
    assert found["visitor"] == {"company": "Usinage Valbrume inc.", "member": True, "in_arrears": False}
    assert found["products"][0]["takes_for"] == ["member", "non_member"]
    assert browser().get(address).json()["visitor"]["company"] == ""
    assert "car-hon" not in browser().get(address).text


def test_codes_cannot_be_guessed_quickly(browser: Browser, service: Any) -> None:
    client, address = browser(), "/api/activities/caricatures-2027"
    tried = [
        client.get(address, headers={"X-Company-Code": f"AAAAA{n:05}"}) for n in range(service.settings.rate_limit)
    ]
    assert {answer.status_code for answer in tried} == {200}
    assert client.get(address, headers={"X-Company-Code": "AAAAABBBBB"}).status_code == 429
    assert client.get(address).status_code == 200


def test_the_api_lists_the_catalogue(browser: Browser) -> None:
    listed = browser().get("/api/activities").json()
    assert {row["key"] for row in listed} == set(PAGES)
    assert {row["key"]: row["state"] for row in listed}["golf-2027"] == "not_yet"
    assert browser().get("/api/activities/nothing").status_code == 404

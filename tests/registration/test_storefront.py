"""The public pages: what a visitor reads, by who they are, by the clock, in both languages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from sqlmodel import select
from starlette.testclient import TestClient

from kit.money import cents
from registration.catalog.rules import ActivityStatus
from registration.members.models import Company, Person
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.reading import change, member, path, shown, take, text

Browser = Callable[..., TestClient]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_activity_page_shows_the_prices_of_the_file(browser: Browser, clock: FakeClock, lang: str) -> None:
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


def test_activity_page_shows_taxes_and_total_beside_each_price(browser: Browser, clock: FakeClock) -> None:
    read = text(browser(), path("caricatures-2027"))
    assert "Membre Hâtif jusqu’au 19 février 2027, puis 65,00 $ (74,73 $ avec taxes) 55,00 $ 63,24 $" in read
    assert "Non-membre 85,00 $ 97,73 $" in read
    assert "À la porte 95,00 $ 109,23 $" in read
    assert "Forfait de 10 billets Membre 10 personnes 585,00 $ 672,60 $" in read
    assert "TPS (5 %) et TVQ (9,975 %) en sus" in read and "14,975" not in read
    # What an invitation opens is nobody else's business.
    assert "Personnalité honorée" not in read


def test_sponsorship_carries_no_tax_and_says_where_it_is_taken(browser: Browser) -> None:
    read = text(browser(), path("golf-2027", "en"))
    assert "Hole sponsor 18 available $500.00 $500.00" in read
    assert "Choose a level when you sign up" in read


def test_small_supplier_charges_no_taxes(browser: Browser, service: Any, clock: FakeClock) -> None:
    association = service.association().model_copy(update={"tax_registered": False})
    service.association = lambda: association
    read = text(browser(), path("caricatures-2027"))
    assert "Non-membre 85,00 $ 85,00 $" in read and "TPS (5 %)" not in read


def test_stranger_sees_the_guest_price_and_where_to_get_the_other(browser: Browser) -> None:
    read = text(browser(), path("caricatures-2027"))
    assert "97,73 $, taxes incluses Membre : 63,24 $, taxes incluses" in read
    assert "votre tarif" not in read
    assert "Obtenir le tarif membre" in read


def test_member_sees_their_own_price_and_that_of_their_guests(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p01"), path("caricatures-2027"))
    assert "Bonjour Maude!" in read and "Tarif membre : Usinage Valbrume inc." in read
    assert "63,24 $, taxes incluses Non-membre : 97,73 $, taxes incluses" in read
    assert "Membre votre tarif" in read and "Non-membre votre tarif" not in read


def test_company_in_arrears_pays_the_other_price_for_now(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p12"), path("caricatures-2027"))
    assert "s’appliquera dès que la cotisation sera réglée. Besoin d’aide? 418 555-0100" in read
    assert "Non-membre votre tarif" in read and "Membre votre tarif" not in read.replace("Non-membre votre tarif", "")
    assert "97,73 $, taxes incluses Membre : 63,24 $" in read


def test_prospect_is_greeted_and_pays_the_other_price(browser: Browser, service: Any) -> None:
    read = text(member(browser(), service, "p53"), path("caricatures-2027", "en"))
    assert "Company recognized: Atelier Sentier-Neuf inc." in read
    assert "Non-member your price" in read


def test_link_revoked_shows_what_a_stranger_sees(browser: Browser, service: Any) -> None:
    client = member(browser(), service, "p01")
    with service.db.write() as session:
        row = session.exec(select(Person).where(Person.key == "p01")).one()
        row.link_version += 1
        session.add(row)
    read = text(client, path("caricatures-2027"))
    assert "Usinage Valbrume" not in read and "votre tarif" not in read


def test_member_page_is_not_cached_for_the_next_visitor(browser: Browser, service: Any) -> None:
    assert "Maude" in text(member(browser(), service, "p01"), path("golf-2027"))
    assert "Maude" not in text(browser(), path("golf-2027"))
    assert "Maude" in text(member(browser(), service, "p01"), "/fr")
    assert "Maude" not in text(browser(), "/fr")


def test_standing_that_changes_shows_at_once(browser: Browser, service: Any) -> None:
    client = member(browser(), service, "p01")
    assert "Membre votre tarif" in text(client, path("caricatures-2027"))
    with service.db.write() as session:
        row = session.exec(select(Company).where(Company.key == "c01")).one()
        row.status, row.status_reason = "in_arrears", "Chèque retourné"
        session.add(row)
    assert "dès que la cotisation sera réglée" in text(client, path("caricatures-2027"))


STATES = [
    ("golf-2027", "2027-03-15T12:59", "Inscription dès le 15 mars 2027", "ouvrent le lundi 15 mars 2027, 9 h."),
    ("golf-2027", "2027-03-15T13:00", "Inscription ouverte", "Inscription jusqu’au jeudi 3 juin 2027, 17 h"),
    ("golf-2027", "2027-06-03T21:01", "Inscription terminée", "ont pris fin le jeudi 3 juin 2027, 17 h."),
    ("golf-2027", "2027-06-11T01:30", "Terminée", "Cette activité a eu lieu."),
    ("ef2-chicoutimi-2027", "2027-02-17T17:00", "En cours", "ont pris fin le mardi 2 février 2027, 17 h."),
    ("aga-2027", "2027-02-17T17:00", "Sur convocation", "notre équipe envoie l’avis de convocation et l’ordre du jour"),
    ("mentorat-2027", "2027-02-17T17:00", "Sur demande", "info@alliance-fjord.example.org"),
]


def test_activity_state_follows_the_clock(browser: Browser, clock: FakeClock) -> None:
    for key, at, state, detail in STATES:
        clock.set(datetime.fromisoformat(at).replace(tzinfo=UTC))
        read = text(browser(), path(key))
        assert state in read and detail in read
        assert ("S’inscrire" in read) is (state == "Inscription ouverte")


def test_activity_cancelled_says_so_and_sells_nothing(browser: Browser, service: Any) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.CANCELLED)
    read = text(browser(), path("caricatures-2027"))
    assert "Annulée" in read and "Cette activité n’aura pas lieu." in read
    assert "S’inscrire" not in read and "97,73" not in read


def test_activity_postponed_says_so(browser: Browser, service: Any) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.POSTPONED)
    read = text(browser(), path("caricatures-2027"))
    assert "Reportée" in read and "Nouvelle date à venir" in read and "S’inscrire" not in read
    assert "10 juin" not in read and "Ajouter au calendrier" not in read
    listed = text(browser(), "/fr")
    assert listed.index("Reportées") < listed.index("caricatures") and "97,73" not in listed
    assert "Cette activité est reportée" in text(browser(), path("caricatures-2027") + "/inscription")


def test_activity_in_draft_is_nowhere(browser: Browser, service: Any, clock: FakeClock) -> None:
    change(service, "caricatures-2027", status=ActivityStatus.DRAFT)
    for address in (path("caricatures-2027"), path("caricatures-2027") + ".ics", "/api/activities/caricatures-2027"):
        assert browser().get(address).status_code == 404
    for address in ("/fr", "/sitemap.xml", "/fr/calendrier.ics", "/api/activities"):
        assert "caricatures" not in browser().get(address).text


def test_places_left_are_said_in_words(browser: Browser, service: Any, clock: FakeClock) -> None:
    told = {330: "Il reste 330 places", 33: "Plus que 33 places", 1: "Plus que 1 place", 0: "Complet"}
    for left, words in told.items():
        take(service, "caricatures-2027", "places", left)
        clock.advance(seconds=2)
        read = text(browser(), path("caricatures-2027"))
        assert words in read and ("S’inscrire" in read) is (left > 0)


def test_places_of_several_resources_are_said_without_figures_on_top(
    browser: Browser, service: Any, clock: FakeClock
) -> None:
    clock.set(datetime(2027, 4, 1, 12, 0, tzinfo=UTC))
    take(service, "golf-2027", "tee_spots", 3)
    read = text(browser(), path("golf-2027"))
    assert "Places disponibles" in read
    assert "Quatuor 4 personnes · complet" in read and "Individuel 3 disponibles" in read
    take(service, "golf-2027", "dinner_seats", 2)
    clock.advance(seconds=2)
    assert "Dernières places" in text(browser(), path("golf-2027"))


def test_activity_page_is_cached_for_a_second_and_no_longer(browser: Browser, service: Any, clock: FakeClock) -> None:
    client = browser()
    assert "Il reste 330 places" in text(client, path("caricatures-2027"))
    take(service, "caricatures-2027", "places", 100)
    clock.advance(seconds=0.5)
    assert "Il reste 330 places" in text(client, path("caricatures-2027"))
    clock.advance(seconds=0.6)
    assert "Il reste 100 places" in text(client, path("caricatures-2027"))


def test_activity_page_unchanged_is_not_sent_again(browser: Browser, service: Any, clock: FakeClock) -> None:
    client = browser()
    first = client.get("/fr")
    again = client.get("/fr", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.advance(seconds=2)
    change(service, "caricatures-2027", title_fr="Autre titre")
    assert client.get("/fr", headers={"if-none-match": first.headers["etag"]}).status_code == 200
    assert client.get("/fr").headers["cache-control"] == "private, no-cache"


def test_cohort_page_lists_each_session(browser: Browser) -> None:
    read = text(browser(), path("ef2-chicoutimi-2027"))
    assert "6 séances, du 4 février 2027 au 15 avril 2027" in read
    assert "Gérer son temps et ses priorités jeudi 4 février 2027 , de 8 h 30 à 12 h · terminée" in read
    assert "Préparer la relève jeudi 15 avril 2027 , de 8 h 30 à 12 h" in read
    assert "Membre À partir de 3 personnes (prix par personne) 735,00 $ 845,07 $" in read
    assert "Remboursement complet jusqu’au jeudi 21 janvier 2027, 8 h 30." in read


def test_cohort_page_says_from_how_many_people_it_takes_place(browser: Browser) -> None:
    assert "De 6 à 10 personnes. La tenue est confirmée le mardi 17 août 2027." in text(
        browser(), path("ef2-jonquiere-2027")
    )
    said = browser().get("/api/activities/ef2-jonquiere-2027").json()
    assert (said["min_people"], said["decides_on"]) == (6, "2027-08-17")


def test_cancellation_terms_are_on_the_activity_page(browser: Browser) -> None:
    read = text(browser(), path("delegation-mpa-2027"))
    assert "Remboursement complet jusqu’au vendredi 15 octobre 2027." in read
    assert "Puis, jusqu’au vendredi 5 novembre 2027, 50 % du montant est retenu." in read
    assert "Annulation en un clic jusqu’au mardi 25 mai 2027, 11 h 30." in text(
        browser(), path("webinaire-fraude-2027")
    )


def test_member_way_comes_back_to_the_activity(browser: Browser) -> None:
    assert 'href="/fr/membre?next=/fr/activites/caricatures-2027"' in browser().get(path("caricatures-2027")).text


def test_activity_offers_calendars_and_a_map(browser: Browser) -> None:
    page = browser().get(path("caricatures-2027")).text
    assert "calendar.google.com/calendar/render?action=TEMPLATE" in page and "outlook.office.com" in page
    assert "google.com/maps/search/?api=1" in page and 'caricatures-2027.ics"' in page


def test_form_before_it_opens_says_when_and_offers_the_calendar(browser: Browser) -> None:
    address = path("golf-2027") + "/inscription"
    assert "Les inscriptions ouvrent le lundi 15 mars 2027, 9 h." in text(browser(), address)
    assert f'{path("golf-2027")}.ics"' in browser().get(address).text


def test_form_sold_out_on_a_first_visit_asks_nothing(browser: Browser, service: Any) -> None:
    take(service, "caricatures-2027", "places", 0)
    page = browser().get(path("caricatures-2027") + "/inscription").text
    assert "C’est complet" in page and 'name="contact.email"' not in page

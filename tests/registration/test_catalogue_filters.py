"""The catalogue narrowed by what an activity is and by words: in the address, without scripts."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from registration.catalog.models import Activity, ActivitySession
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser

CHIP = re.compile(r'<a class="chip" href="([^"]*)"( aria-current="true")?>([^<]*) <span class="count">(\d+)</span>')
TITLE = re.compile(r'class="activity-card-title"><a href="[^"]*">([^<]*)</a>')


def page(browser: Browser, query: str = "", lang: str = "fr") -> str:
    answer = browser().get(f"/{lang}{query}")
    assert answer.status_code == 200
    return str(answer.text)


def titles(text: str) -> list[str]:
    """What is to come; what is past stays folded."""
    return TITLE.findall(text.partition('<details class="fold"')[0])


def chips(text: str) -> dict[str, int]:
    return {label: int(count) for _, _, label, count in CHIP.findall(text)}


def test_filters_are_those_that_lead_to_something_and_say_to_how_much(browser: Browser) -> None:
    text = page(browser)
    counts = chips(text)
    assert counts["Tout"] == len(titles(text)) and all(counts.values())
    assert {"Réseautage", "Formation", "En ligne", "Gratuit"} <= set(counts)
    for address, _, label, count in CHIP.findall(text):
        narrowed = page(browser, address.removeprefix("/fr").replace("&amp;", "&"))
        assert len(titles(narrowed)) == int(count), label
        assert [one[2] for one in CHIP.findall(narrowed) if one[1]] == [label]


def test_filter_nothing_fits_is_not_offered(browser: Browser, service: object) -> None:
    with service.db.write() as session:  # type: ignore[attr-defined]
        draft = sa.update(Activity).where(sa.column("kind").in_(["delegation", "virtual_fair"])).values(status="draft")
        session.execute(draft)
    assert "Salons et missions" not in chips(page(browser))


@pytest.mark.parametrize("words", ["EFFICACITÉ", "efficacite", "  cohorte   efficacite ", "Effic"])
def test_words_are_found_without_accents_or_case(browser: Browser, words: str) -> None:
    text = page(browser, f"?search={words}")
    assert titles(text) and all("Efficacité" in title for title in titles(text))
    assert chips(text)["Tout"] == len(titles(text)) and "Réseautage" not in chips(text)


def test_words_look_into_places_series_and_filters_too(browser: Browser) -> None:
    for words in ("jonquiere", "reseautage", "golf tournament"):
        assert titles(page(browser, f"?search={words}")), words


def test_words_and_filter_narrow_together_and_the_links_keep_the_words(browser: Browser) -> None:
    text = page(browser, "?filter=training&search=cohorte")
    assert titles(text) and all("Cohorte" in title for title in titles(text))
    assert 'name="filter" value="training"' in text and 'value="cohorte"' in text
    assert all("search=cohorte" in address for address, *_ in CHIP.findall(text))
    assert 'role="status"' in text


def test_words_that_find_nothing_say_what_to_do(browser: Browser) -> None:
    text = page(browser, "?search=licorne")
    assert titles(text) == [] and "Aucune activité à venir ne correspond" in text and "Tout voir" in text
    assert "paraîtront ici" not in text


def test_past_activity_is_found_when_nothing_to_come_is(browser: Browser, clock: FakeClock) -> None:
    clock.advance(days=250)
    text = page(browser, "?search=caricatures")
    assert titles(text) == [] and '<details class="fold" open>' in text


def test_words_are_escaped_and_an_unknown_filter_is_everything(browser: Browser) -> None:
    text = page(browser, "?filter=nothing&search=%3Cb%3E%22")
    assert "<b>" not in text and "&lt;b&gt;&#34;" in text
    assert len(titles(page(browser, "?filter=nothing"))) == len(titles(page(browser)))


def test_words_of_one_visitor_are_not_the_next_ones_page(browser: Browser) -> None:
    page(browser, "?search=golf")
    assert len(titles(page(browser))) > len(titles(page(browser, "?search=golf")))
    assert chips(page(browser, "", "en"))["All"] == chips(page(browser))["Tout"]


def test_surveys_and_what_has_no_date_stand_apart(browser: Browser) -> None:
    text = page(browser)
    order = ["Juin 2027", "En tout temps, sur demande", "Mentorat", "Sondages", "Sondage aux membres"]
    places = [text.index(one) for one in order]
    assert places == sorted(places)


def test_cohort_under_way_shows_its_next_session(browser: Browser, service: object, clock: FakeClock) -> None:
    with service.db.read() as session:  # type: ignore[attr-defined]
        cohort = session.exec(select(Activity).where(Activity.kind == "training_cohort_program")).first()
        days = session.exec(
            select(ActivitySession.starts_at)
            .where(ActivitySession.activity_id == cohort.id)
            .order_by(ActivitySession.starts_at)
        ).all()
    clock.advance(seconds=(days[1] - clock() + timedelta(hours=1)).total_seconds())
    text = page(browser)
    assert f"Prochaine séance (3 de {len(days)})" in re.sub(r"\s", " ", text)
    clock.advance(seconds=(days[-1] - clock() + timedelta(minutes=1)).total_seconds())
    assert "Prochaine séance" not in page(browser), "the last one has begun"

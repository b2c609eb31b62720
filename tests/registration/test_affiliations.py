"""What a membership includes elsewhere: a partner is told only of companies that agreed, and once."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from registration.members.affiliations.models import Affiliation, AffiliationPlan
from registration.members.affiliations.rules import Affiliated, Told, to_tell
from registration.members.models import Membership
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.test_members import company

WORDING = "Nos coordonnées sont transmises à la fédération fictive."
DAY = date(2027, 3, 1)
days = st.none() | st.integers(0, 9).map(lambda n: DAY + timedelta(days=n))


def plan(service: Any) -> str:
    with service.db.read() as session:
        return str(session.exec(select(AffiliationPlan)).one().id)


def agreed(browser: Browser, service: Any, key: str, **more: str) -> Any:
    body = {"given_on": service.member_terms().day.isoformat(), "wording": WORDING} | more
    path = f"/api/companies/{company(service, key).id}/affiliations/{plan(service)}"
    return browser("director").post(path, json=body)


def listed(browser: Browser, service: Any, since: str = "") -> Any:
    asked = f"?since={since}" if since else ""
    return browser("director").get(f"/api/affiliations/{plan(service)}/changes{asked}").json()


def told(browser: Browser, service: Any, mark: str) -> Any:
    return browser("director").post(f"/api/affiliations/{plan(service)}/told", json={"mark": mark})


def withdrawn(browser: Browser, service: Any, key: str) -> Any:
    path = f"/api/companies/{company(service, key).id}/affiliations/{plan(service)}/withdraw"
    return browser("director").post(path)


def said(listing: Any) -> list[tuple[str, str]]:
    return [(one["company"], one["change"]) for one in listing["changes"]]


def test_partner_is_told_only_of_companies_that_agreed(service: Any, browser: Browser) -> None:
    assert said(listed(browser, service)) == []
    answer = agreed(browser, service, "c01")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["agrees"], answer.json()["wording"]) == (True, WORDING)
    assert said(listed(browser, service)) == [("Usinage Valbrume inc.", "added")]
    file = browser("director").get(f"/api/affiliations/{plan(service)}/changes/export?format=csv").text
    assert "maude.rivebelle@usinage-valbrume.example.org" in file and "Ajout" in file
    assert file.count("example.org") == 1, "nothing of the other thirty-nine"


def test_list_that_was_told_is_empty_and_shown_again_since_a_day(
    service: Any, browser: Browser, clock: FakeClock
) -> None:
    agreed(browser, service, "c01")
    assert told(browser, service, listed(browser, service)["mark"]).status_code == 200
    assert said(listed(browser, service)) == []
    yesterday = service.member_terms().day - timedelta(days=1)
    assert said(listed(browser, service, yesterday.isoformat())) == [("Usinage Valbrume inc.", "added")]
    withdrawn(browser, service, "c01")
    removal = listed(browser, service)
    assert said(removal) == [("Usinage Valbrume inc.", "removed")]
    file = browser("director").get(f"/api/affiliations/{plan(service)}/changes/export?format=csv").text
    assert "Retrait" in file and "example.org" not in file, "of who is gone, only the name"
    told(browser, service, removal["mark"])
    assert said(listed(browser, service)) == []


def test_company_that_is_no_member_any_more_is_removed(service: Any, browser: Browser) -> None:
    agreed(browser, service, "c01")
    told(browser, service, listed(browser, service)["mark"])
    with service.db.write() as session:
        for period in session.exec(select(Membership).where(Membership.company_id == company(service, "c01").id)):
            session.delete(period)
    assert said(listed(browser, service)) == [("Usinage Valbrume inc.", "removed")]


def test_consent_taken_back_before_it_was_told_is_never_told(service: Any, browser: Browser) -> None:
    agreed(browser, service, "c01")
    withdrawn(browser, service, "c01")
    assert said(listed(browser, service)) == []
    assert withdrawn(browser, service, "c01").json()["code"] == "NotAffiliated"


def test_consent_of_what_does_not_exist_is_not_found(service: Any, browser: Browser) -> None:
    nowhere, staff = uuid.uuid4(), browser("director")
    body = {"given_on": service.member_terms().day.isoformat(), "wording": WORDING}
    known = company(service, "c01").id
    for path, said, refused in (
        (f"companies/{nowhere}/affiliations/{plan(service)}", body, (404, "NotFound")),
        (f"companies/{known}/affiliations/{nowhere}", body, (404, "NotFound")),
        (f"companies/{nowhere}/affiliations/{plan(service)}/withdraw", {}, (409, "NotAffiliated")),
        (f"affiliations/{nowhere}/told", {"mark": "x"}, (404, "NotFound")),
    ):
        answer = staff.post(f"/api/{path}", json=said)
        assert (answer.status_code, answer.json()["code"]) == refused, path
    with service.db.read() as session:
        assert session.exec(select(Affiliation)).all() == []


def test_consent_given_again_has_its_last_words_and_the_first_in_the_history(service: Any, browser: Browser) -> None:
    agreed(browser, service, "c01")
    withdrawn(browser, service, "c01")
    again = agreed(browser, service, "c01", wording="Un autre texte fictif.")
    assert (again.json()["agrees"], again.json()["wording"]) == (True, "Un autre texte fictif.")
    page = browser("director").get(f"/staff/members/{company(service, 'c01').id}").text
    assert WORDING in page and "Un autre texte fictif." in page
    with service.db.read() as session:
        assert len(session.exec(select(Affiliation)).all()) == 1


def test_list_that_changed_since_it_was_shown_is_not_noted_as_told(service: Any, browser: Browser) -> None:
    agreed(browser, service, "c01")
    mark = listed(browser, service)["mark"]
    agreed(browser, service, "c02")
    refused = told(browser, service, mark)
    assert (refused.status_code, refused.json()["code"]) == (409, "PartnerListChanged")
    with service.db.read() as session:
        assert {one.told_on for one in session.exec(select(Affiliation))} == {None}


@pytest.mark.parametrize(("wrong", "field"), [({"wording": " "}, "wording"), ({"given_on": "2199-01-01"}, "given_on")])
def test_consent_without_words_or_of_a_day_to_come_is_refused(
    service: Any, browser: Browser, wrong: dict[str, str], field: str
) -> None:
    refused = agreed(browser, service, "c01", **wrong)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {field})
    assert said(listed(browser, service)) == []


def test_pages_take_a_consent_show_it_and_say_it_in_the_history(service: Any, browser: Browser) -> None:
    staff, mine = browser("coordinator"), f"/staff/members/{company(service, 'c01').id}"
    page = staff.get(mine).text
    assert f"{mine}/affiliations/{plan(service)}" in page and "Aucun consentement" in page
    form = f"{mine}/affiliations/{plan(service)}"
    assert "Texte accepté" in staff.get(form).text
    refused = staff.post(form, data={"given_on": "2027-01-01", "wording": ""})
    assert refused.status_code == 422 and "Écrivez le texte" in refused.text and "2027-01-01" in refused.text
    today = service.member_terms().day.isoformat()
    assert staff.post(form, data={"given_on": today, "wording": WORDING}).status_code in (200, 303)
    page = staff.get(mine).text
    assert "Consentement donné le" in page and WORDING in page, "its history has the words"
    listing = staff.get("/staff/affiliations").text
    mark = listing.split('name="mark" value="')[1].split('"')[0]
    assert "Usinage Valbrume inc." in listing
    assert staff.post(f"/staff/affiliations/{plan(service)}/told", data={"mark": "old"}).status_code == 409
    assert staff.post(f"/staff/affiliations/{plan(service)}/told", data={"mark": mark}).status_code in (200, 303)
    assert "Rien à transmettre" in staff.get("/staff/affiliations").text
    assert staff.get(f"/staff/affiliations/{plan(service)}/export?format=csv").status_code == 200
    assert staff.post(f"{form}/withdraw").status_code in (200, 303)
    assert "Consentement retiré le" in staff.get(mine).text


@given(told_on=days, ended_on=days, since=days, belongs=st.booleans())
def test_partner_hears_what_it_does_not_know_and_never_of_strangers(
    told_on: date | None, ended_on: date | None, since: date | None, belongs: bool
) -> None:
    known = Affiliated(DAY, WORDING, "Élise Côté", None, told_on, ended_on if told_on else None)
    has_it = told_on is not None and known.told_end_on is None
    news = to_tell(belongs, known, None)
    assert news == ((Told.ADDED if belongs else Told.REMOVED) if belongs != has_it else None)
    with_old = to_tell(belongs, known, since)
    assert with_old == news or (news is None and with_old is (Told.ADDED if belongs else Told.REMOVED))
    if told_on is None and not belongs:
        assert with_old is None


HOME = {"sec-fetch-site": "same-origin"}


def test_affiliation_is_added_changed_ended_and_taken_up_again(service: Any, browser: Browser) -> None:
    staff = browser("coordinator")
    refused = staff.post("/staff/new-affiliation", data={"label_fr": " ", "needs_consent": "no"}, headers=HOME)
    assert refused.status_code == 422 and "Nom en français" in refused.text
    named = {"label_fr": "Réseau fictif du Nord", "label_en": "", "needs_consent": "yes"}
    for _ in range(2):
        assert staff.post("/staff/new-affiliation", data=named, headers=HOME).status_code == 303
    first, second = [one for one in staff.get("/api/affiliations").json() if one["label_fr"].startswith("Réseau")]
    assert {first["key"], second["key"]} == {"reseau_fictif_du_nord", "reseau_fictif_du_nord_2"}
    page = f"/staff/affiliations/{second['id']}"
    assert staff.post(page, data=named | {"label_fr": "Alliance fictive"}, headers=HOME).status_code == 303
    shown = staff.get(page).text
    assert "Alliance fictive" in shown and "Affiliation modifiée" in shown and "/end" in shown
    assert staff.post(f"{page}/end", headers=HOME).status_code == 303
    assert "Terminée le" in staff.get("/staff/affiliations?done=ended").text
    assert "/reopen" in staff.get(page).text
    again = staff.post(f"/api/affiliations/{second['id']}/reopen").json()
    assert (again["ended_on"], again["key"], again["label_fr"]) == (None, second["key"], "Alliance fictive")
    assert staff.post(f"/api/affiliations/{company(service, 'c01').id}/end").status_code == 404
    assert browser("accountant").get(page).status_code == 403


def test_affiliation_that_ended_takes_no_consent_and_its_partner_hears_who_is_gone(
    service: Any, browser: Browser
) -> None:
    agreed(browser, service, "c01"), agreed(browser, service, "c02")
    assert told(browser, service, listed(browser, service)["mark"]).status_code == 200
    staff = browser("director")
    assert staff.post(f"/api/affiliations/{plan(service)}/end").json()["ended_on"] is not None
    refused = agreed(browser, service, "c03")
    assert (refused.status_code, refused.json()["code"]) == (409, "AffiliationEnded")
    typed = {"given_on": service.member_terms().day.isoformat(), "wording": WORDING}
    page = f"/staff/members/{company(service, 'c01').id}/affiliations/{plan(service)}"
    answer = staff.post(page, data=typed, headers=HOME)
    assert answer.status_code == 409 and "Terminée le" in answer.text
    assert [change for _, change in said(listed(browser, service))] == ["removed", "removed"]
    untouched = staff.get(f"/staff/members/{company(service, 'c03').id}").text
    assert "Fédération fictive" not in untouched, "nothing of it is offered to who never agreed"
    staff.post(f"/api/affiliations/{plan(service)}/reopen")
    assert said(listed(browser, service)) == []

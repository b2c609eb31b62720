"""The form: everything stays filled in, whatever goes wrong; a double click signs up once."""

import re

from sqlalchemy import text

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, WHO, form_of, sign_up

FORM = form_of("caricatures-2027")


def count(house: House) -> int:
    with house.registration.db.read() as session:
        return int(session.execute(text("SELECT COUNT(*) FROM registration")).scalar_one())


def test_field_refused_is_named_and_nothing_is_lost(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "2", "contact.email": "chloe@", **COMPANY})
    assert page.status == 422
    assert page.has("Cette adresse semble incomplète")
    assert page.field("contact.email") == "chloe@"
    assert page.field("contact.first_name") == "Chloé"
    assert page.field("q.car.non_member") == "2"
    assert count(house) == 0


def test_form_with_many_problems_names_all_at_once(house: House) -> None:
    page = sign_up(
        house.visitor(), "caricatures-2027", {"contact.first_name": "", "terms_accepted": "", "method": "card"}
    )
    assert page.status == 422
    for sentence in ("Indiquez votre prénom.", "Choisissez au moins une place.", "Acceptez les conditions"):
        assert page.has(sentence), sentence


def test_answers_left_out_are_all_named_with_their_fields_at_once(house: House) -> None:
    """The way of paying, the company an invoice needs and the questions of whoever fills in the form, all at once."""
    visitor = house.visitor()
    delegation = form_of("delegation-mpa-2027")
    empty = {"form": visitor.get(delegation).field("form"), "q.mpa-double.non_member": "1", "contact_attends": "yes"}
    page = visitor.post(delegation, {**empty, "action": "submit"})
    assert page.status == 422
    assert page.has("Indiquez votre prénom."), page.text
    assert page.has("Indiquez votre nom.")
    assert page.has("Remplissez le champ « Lieu d’embarquement ».")
    assert page.has("Paiement : Choisissez comment payer.")
    page = visitor.post(delegation, {**empty, "action": "submit", "method": "invoice"})
    assert page.has("Entreprise : Indiquez votre entreprise")


def test_free_place_form_shows_no_money(house: House) -> None:
    page = house.visitor().get(form_of("webinaire-fraude"))
    assert page.has("Annulation en un clic jusqu’au")
    assert not page.has("Remboursement")


def test_place_on_the_form_is_called_what_it_is(house: House) -> None:
    """« Non-membre » by itself is a word on somebody, not the name of what they buy."""
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "1", **COMPANY})
    assert page.has("1 × Place – Non-membre"), page.text


def test_form_double_clicked_signs_up_once(house: House) -> None:
    visitor = house.visitor()
    form = visitor.get(FORM).field("form")
    fields = {"form": form, "q.car.non_member": "1", **WHO, **COMPANY}
    first, second = visitor.post(FORM, fields), visitor.post(FORM, fields)
    assert first.url == second.url
    assert count(house) == 1


def test_form_sent_again_with_other_answers_asks_instead_of_a_second_hold(house: House) -> None:
    visitor = house.visitor()
    form = visitor.get(FORM).field("form")
    fields = {"form": form, "q.car.non_member": "1", **WHO, **COMPANY}
    visitor.post(FORM, fields)
    page = visitor.post(FORM, {**fields, "q.car.non_member": "3"})
    assert page.status == 409
    assert page.field("q.car.non_member") == "3"
    assert page.field("form") != form
    assert count(house) == 1


def test_form_after_the_last_place_is_sold_stays_filled_in(house: House) -> None:
    visitor = house.visitor()
    form = visitor.get(FORM).field("form")
    with house.registration.db.write() as session:
        session.execute(text("UPDATE resource SET capacity = 1 WHERE key = 'places'"))
    page = visitor.post(FORM, {"form": form, "q.car.non_member": "2", **WHO, **COMPANY})
    assert page.status in (409, 422)
    assert page.field("contact.last_name") == "Saint-Fjord"
    assert count(house) == 0
    assert house.invariants() == []


def test_form_without_a_script_adds_people_by_a_click(house: House) -> None:
    visitor = house.visitor()
    form = visitor.get(FORM).field("form")
    page = visitor.post(FORM, {"form": form, **WHO, "q.car.non_member": "4", "action": "update"})
    assert page.status == 200
    assert page.field("a.car.non_member.3.first_name") == ""
    assert page.has("390,92 $"), "4 × 85,00 $ and both taxes"


def test_form_holds_at_most_forty_people(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "40", **COMPANY})
    assert page.has("Confirmez par courriel"), page.text
    assert page.has("3 909,15 $"), "40 × 85,00 $ and both taxes"
    assert house.invariants() == []


def test_form_from_another_site_is_shown_again(house: House) -> None:
    page = house.visitor().post(FORM, {"form": "forged", "q.car.non_member": "1", **WHO, **COMPANY})
    assert page.status == 200
    assert page.field("contact.first_name") == "Chloé"
    assert count(house) == 0


def test_form_with_more_people_than_allowed_says_so(house: House) -> None:
    page = sign_up(house.visitor(), "caricatures-2027", {"q.car.non_member": "41", "method": "card"})
    assert page.status == 422 and page.has("Une inscription compte au plus 40 personnes."), page.text
    assert count(house) == 0


def test_people_pasted_from_a_spreadsheet_fill_the_places_in_order(house: House) -> None:
    visitor, address = house.visitor(), form_of("caricatures-2027")
    values = {"form": visitor.get(address).field("form"), "q.car.non_member": "3", "contact_attends": "yes"}
    pasted = "Zoé\tRoy\tzoe@example.org\nLuc;Noël\nMia,Anse"
    page = visitor.post(address, {**values, "action": "update", "paste": pasted})
    assert page.field("a.car.non_member.1.first_name") == "Zoé"
    assert page.field("a.car.non_member.1.email") == "zoe@example.org"
    assert page.field("a.car.non_member.2.last_name") == "Noël"
    assert page.has("1 ligne de trop"), page.text


def test_terms_are_never_accepted_beforehand_and_need_no_box_for_free(house: House) -> None:
    """A free form is sent without a box; what it said counts for nothing once something is to be paid."""
    visitor, trip = house.visitor(), form_of("delegation-mpa-2027")
    empty = visitor.get(trip)
    assert 'name="terms_accepted"' in empty.text and 'name="free_terms"' not in empty.text
    chosen = {**WHO, **COMPANY, "q.mpa-double.non_member": "1", "terms_accepted": "", "form": empty.field("form")}
    shown = visitor.post(trip, {**chosen, "free_terms": "yes", "action": "update"})
    [box] = re.findall(r'<input[^>]*name="terms_accepted"[^>]*>', shown.text)
    assert 'type="checkbox"' in box and "checked" not in box
    refused = visitor.post(trip, {**chosen, "free_terms": "yes", "shown_total": "0"})
    assert refused.status == 422 and count(house) == 0
    webinar = form_of("webinaire-fraude")
    free = visitor.get(webinar)
    assert 'name="free_terms"' in free.text and 'name="terms_accepted"' not in free.text
    sent = {**WHO, "terms_accepted": "", "free_terms": "yes", "shown_total": "0", "form": free.field("form")}
    places = dict.fromkeys(re.findall(r'name="(q[.][^"]+)"', free.text), "1")
    assert visitor.post(webinar, {**sent, **places}).has("C’est confirmé")

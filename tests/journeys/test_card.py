"""J3: somebody signs up for a 5 à 7, pays by card, receives their ticket, and walks in."""

from tests.fakes.house import House

FORM = "http://registration.test/fr/activites/caricatures-2027/inscription"
WHO = {
    "contact.first_name": "Chloé",
    "contact.last_name": "Saint-Fjord",
    "contact.email": "chloe@example.org",
    "contact_attends": "yes",
    "terms_accepted": "yes",
    "method": "card",
    "action": "submit",
}


def test_from_the_form_to_the_ticket(house: House) -> None:
    visitor = house.visitor()
    form = visitor.get(FORM)
    assert form.status == 200
    page = visitor.post(FORM, {"form": form.field("form"), "q.car.non_member": "1", **WHO})
    assert page.url.startswith(house.stripe.base), page.url
    assert page.has("97,73 $")

    page = visitor.post(page.url, {"action": "pay"})
    assert page.status == 200
    assert page.has("C’est confirmé"), page.text
    house.settle()
    letter = house.mail.text("chloe@example.org")
    assert "97,73" in letter
    assert house.invariants() == []

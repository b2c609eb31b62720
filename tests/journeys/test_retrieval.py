"""Somebody lost the mail of her registration: an address on the site, a letter, and she is back on her page."""

from tests.fakes.house import House
from tests.journeys.signing import COMPANY, sign_up

COCKTAIL = "caricatures-2027"


def test_lost_registration_is_found_by_mail(house: House) -> None:
    visitor = house.visitor()
    made = sign_up(visitor, COCKTAIL, {"q.car.non_member": "1", **COMPANY})
    house.settle()
    house.mail.letters.clear()
    lost = house.visitor()
    page = lost.get(lost.get("http://registration.test/r/lost/link").link("/fr/retrouver"))
    page = lost.post(page.url, {"email": "CHLOE@example.org"})
    assert page.has("Si quelque chose existe à l’adresse") and "chloe@example.org" not in page.url.lower()
    lost.post(page.url, {"email": "personne@example.org"})
    house.settle()
    assert len(house.mail.letters) == 1
    said = house.mail.text("chloe@example.org")
    assert "Chloé" in said and "Ouvrir mon inscription" in said
    back = lost.get(next(line for line in said.splitlines() if "/r/" in line))
    assert back.status == 200 and back.url == made.url.partition("?")[0]
    assert house.invariants() == []

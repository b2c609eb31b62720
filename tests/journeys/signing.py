"""Words shared by the journeys: how a visitor fills in the form."""

from typing import Any

from tests.fakes.house import Page, Visitor

WHO = {
    "contact.first_name": "Chloé",
    "contact.last_name": "Saint-Fjord",
    "contact.email": "chloe@example.org",
    "contact_attends": "yes",
    "terms_accepted": "yes",
    "action": "submit",
}
COMPANY = {"company": "Hydrauliques L’Épinette inc.", "method": "invoice"}


def form_of(slug: str, lang: str = "fr") -> str:
    path = f"fr/activites/{slug}/inscription" if lang == "fr" else f"en/activities/{slug}/registration"
    return f"http://registration.test/{path}"


def sign_up(visitor: Visitor, slug: str, fields: dict[str, Any], lang: str = "fr") -> Page:
    """Open the form and send it."""
    address = form_of(slug, lang)
    page = visitor.get(address)
    assert page.status == 200, page.text
    return visitor.post(address, {"form": page.field("form"), **WHO, **fields})

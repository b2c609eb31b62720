"""Reading the public pages as people do, and what a test changes behind them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from sqlmodel import select
from starlette.testclient import TestClient

from kit.money import cents
from kit.text import NBSP, money
from registration.catalog.models import Activity, Resource
from registration.links import Signed
from registration.members.models import Person
from registration.members.rules import MEMBER_COOKIE
from tests import make

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

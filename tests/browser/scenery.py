"""Something in every state a page can show: registrations, links, mail, accounts; made through the public faces."""

import io
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import sqlalchemy as sa
from PIL import Image

from kit.auth import staff_pass
from kit.clock import utc_now
from kit.db import new_id
from registration.catalog.models import Product, Resource
from registration.catalog.rules import ActivityStatus
from tests import make
from tests.browser.enrolled import enrolled
from tests.browser.lists import listed
from tests.browser.served import SECRET, Served
from tests.fakes.stripe_server import until

COCKTAIL = "caricatures-2027"
# What an activity's page can say about signing up, and where it is said; `built` sees to it that it is.
STATES = {
    "open": (COCKTAIL, COCKTAIL),
    "not_yet": ("efficacite-2-jonquiere", "efficacite-2-jonquiere"),
    "closed": ("efficacite-2-chicoutimi", "efficacite-2-chicoutimi"),
    "by_contact": ("pae-2027", "eap-2027"),
    "sold_out": ("salon-virtuel-2027", "virtual-fair-2027"),
    "cancelled": ("delegation-mpa-2027", "mpa-delegation-2027"),
    "past": ("aga-2027", "agm-2027"),
}


@dataclass(frozen=True)
class Signup:
    """A registration: its id, and the personal link of its contact."""

    id: uuid.UUID
    url: str


@dataclass
class Scenery:
    """Where to find what. `letter` is a kept mail; `password` the link by which staff choose a new password, `pay_urls`
    billing's addresses that lead to Stripe's page; `draft` an unpublished activity, `copy` one of an older one,
    `picture` the path of an uploaded one, `batch` and `mailing` an act and a message that wait to be confirmed,
    `rearrangement` a postponement, `listing` a member list whose rows are looked at, `code` one that was used,
    `telephone` the answer of a signup by staff that waits for its card, `coverage` somebody whom a company covers."""

    served: Served
    signups: dict[str, Signup] = field(default_factory=dict)
    letter: dict[str, Any] = field(default_factory=dict)
    password: str = ""
    pay_urls: dict[str, str] = field(default_factory=dict)
    walk_ins: dict[str, uuid.UUID] = field(default_factory=dict)
    staff_id: uuid.UUID = field(default_factory=new_id)
    draft: uuid.UUID = field(default_factory=new_id)
    copy: uuid.UUID = field(default_factory=new_id)
    picture: str = ""
    batch: uuid.UUID = field(default_factory=new_id)
    telephone: str = ""
    mailing: uuid.UUID = field(default_factory=new_id)
    rearrangement: uuid.UUID = field(default_factory=new_id)
    listing: uuid.UUID = field(default_factory=new_id)
    code: uuid.UUID = field(default_factory=new_id)
    coverage: uuid.UUID = field(default_factory=new_id)

    def preview(self, lang: str) -> str:
        """A draft as its page will be."""
        return self.served.links.preview(self.draft, lang)

    def activity(self, key: str = COCKTAIL) -> uuid.UUID:
        return self.served.id_of("activity", key)

    def pair(self, table: str, one: str, other: str) -> str:
        """Two of a table, as an address names them."""
        return f"{self.served.id_of(table, one)}/{self.served.id_of(table, other)}"

    def period(self) -> uuid.UUID:
        """A period of membership of the company c01."""
        rows = self.served.ask(
            "SELECT m.id FROM membership m JOIN company c ON c.id = m.company_id WHERE c.key = 'c01'"
        )
        return uuid.UUID(str(rows[0].id))

    def attendee(self, kind: str = "confirmed") -> Any:
        """The first attendee of a signup: id, link_version, ticket_version."""
        columns = "a.id, a.registration_id, a.link_version, a.ticket_version"
        rows = self.served.ask(f"SELECT {columns} FROM attendee a ORDER BY a.position")
        return next(row for row in rows if _id(row.registration_id) == self.signups[kind].id)

    def file(self, page: str = "") -> str:
        """The staff's page of the confirmed signup, or one below it."""
        return f"/staff/registrations/{self.signups['confirmed'].id}{page}"

    def own(self, kind: str = "confirmed") -> str:
        """The link of the first attendee."""
        found = self.attendee(kind)
        return self.served.links.attendee(_id(found.id), found.link_version)

    def confirmation(self) -> str:
        """Where the contact of a signup that waits for it confirms it, as its letter says."""
        return self.served.links.confirmation(self.signups["waiting"].id, 1)

    def ticket(self, kind: str = "confirmed") -> str:
        """What the QR of the first attendee says, as a path."""
        found = self.attendee(kind)
        return urlsplit(self.served.links.ticket(_id(found.id), found.ticket_version)).path

    def person(self) -> str:
        """The link by which a member is recognised."""
        [row] = self.served.ask("SELECT id, link_version FROM person ORDER BY id LIMIT 1")
        return self.served.links.person(_id(row.id), row.link_version)

    def hr(self) -> str:
        """The link of somebody who enrols her company's people."""
        people = "SELECT p.id, p.link_version FROM person p JOIN company_role r ON r.person_id = p.id"
        row = self.served.ask(f"{people} WHERE r.role = 'hr' ORDER BY p.key LIMIT 1")[0]
        return self.served.links.person(_id(row.id), row.link_version)

    def space(self, page: str = "") -> str:
        """A page of the company's own, by the link of its HR."""
        return f"{self.hr()}?{urlencode({'next': f'/company{page}'})}"

    def plan(self, page: str) -> str:
        """A page of HR's part of the plan, by her link."""
        return f"{self.hr()}?{urlencode({'next': f'/plans{page}'})}"


def built(served: Served, *, states: bool = True) -> Scenery:
    """`states` also brings activities to the states of `STATES`, reserves places and postpones the cocktail."""
    scenery = Scenery(served)
    if states:
        _activities(served)
    for kind, method in (("confirmed", "invoice"), ("cancelled", "invoice"), ("held", "card"), ("expired", "card")):
        scenery.signups[kind] = sign_up(served, f"{kind}@example.org", method)
    served.change(COCKTAIL, confirm_above=0)
    scenery.signups["waiting"] = sign_up(served, "waiting@example.org", "invoice")
    served.change(COCKTAIL, confirm_above=1000)
    for kind in ("held", "expired"):
        paid = post(scenery.signups[kind].url + "/pay", follow=False, method="GET")
        scenery.pay_urls[kind] = paid.headers["location"]
    post(scenery.signups["cancelled"].url + "/cancel")
    post(scenery.signups["expired"].url + "/let-go")
    until(lambda: status_of(served, scenery.signups["expired"].id) == "expired", "the places are given back", 20)
    scenery.letter = served.mail("confirmed@example.org", "registration_confirmed")
    scenery.staff_id = make.staff(served.db, "porte@example.org", ["door"], utc_now(), name="Élie Porte-Fictive").id
    post(f"{served.home}/staff/forgotten", {"email": "porte@example.org"})
    letter = served.mail("porte@example.org", "staff_reset")["text"]
    [scenery.password] = re.findall(rf"{re.escape(served.home)}/staff/password/\S+", letter)
    keys = _authored(served, scenery)
    if states:
        scenery.code = _reserved(served, keys, scenery.activity())
        scenery.rearrangement = _postponed(served, scenery, keys)
    scenery.coverage = enrolled(scenery.hr())
    scenery.walk_ins = {method: _walk_in(served, scenery.activity(), method) for method in ("card", "cash")}
    return scenery


def _walk_in(served: Served, activity: uuid.UUID, method: str) -> uuid.UUID:
    """Somebody who comes without having signed up."""
    director = make.program(served.db, ["director"], utc_now(), name="Directrice fictive")
    token = staff_pass(SECRET, director, utc_now())
    body = {"first_name": "Inès", "last_name": "Boisneige", "product": "car", "who": "anyone", "method": method}
    answer = httpx.post(
        f"{served.home}/api/activities/{activity}/walk-ins",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["registration_id"])


def _authored(served: Served, scenery: Scenery) -> dict[str, str]:
    """An activity that nobody sees yet, and a picture somebody uploaded; the headers of whoever made them."""
    director = make.program(served.db, ["director"], utc_now(), name="Directrice fictive")
    keys = {"Authorization": f"Bearer {staff_pass(SECRET, director, utc_now())}"}
    new = {"preset": "cocktail", "title_fr": "5 à 7 à venir", "day": "2030-05-02", "place": "Salle des Deux-Rives"}
    begun = httpx.post(f"{served.home}/api/staff/activities", json=new, headers=keys, trust_env=False)
    assert begun.status_code == 201, begun.text
    scenery.draft = uuid.UUID(begun.json()["id"])
    again = {"copy_of": str(scenery.activity())}
    copied = httpx.post(f"{served.home}/api/staff/activities", json=again, headers=keys, trust_env=False)
    assert copied.status_code == 201, copied.text
    scenery.copy = uuid.UUID(copied.json()["id"])
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "#1f5f8b").save(picture, "PNG")
    sent = httpx.post(
        f"{served.home}/api/files?purpose=logo", content=picture.getvalue(), headers=keys, trust_env=False
    )
    assert sent.status_code == 201, sent.text
    scenery.picture = urlsplit(sent.json()["url"]).path
    chosen = {"act": "resend", "registrations": [str(scenery.signups["confirmed"].id)]}
    address = f"{served.home}/api/staff/activities/{scenery.activity()}/batches"
    batch = httpx.post(address, json=chosen, headers=keys, trust_env=False)
    assert batch.status_code in (200, 201), batch.text
    scenery.batch = uuid.UUID(batch.json()["id"])
    contact = {"first_name": "Inès", "last_name": "Boisneige", "email": "ines@example.org"}
    one = {"product": "car", "who": "non_member", "quantity": 1}
    address = f"{served.home}/api/staff/activities/{scenery.activity()}/telephone-signups"
    body = {"contact": contact, "items": [one], "method": "card"}
    told = httpx.post(address, json=body, headers=keys, trust_env=False)
    assert told.status_code == 201, told.text
    scenery.telephone = f"/staff/activities/{scenery.activity()}/sign-up/{told.json()['registration_id']}"
    said = {"subject": {"fr": "Le stationnement change"}, "text": {"fr": "Bonjour.\n\n- **Derrière** le pavillon"}}
    address = f"{served.home}/api/staff/activities/{scenery.activity()}/mailings"
    mailing = httpx.post(address, json=said, headers=keys, trust_env=False)
    assert mailing.status_code == 201, mailing.text
    scenery.mailing = uuid.UUID(mailing.json()["id"])
    scenery.listing = listed(served.home, keys)
    return keys


def _postponed(served: Served, scenery: Scenery, keys: dict[str, str]) -> uuid.UUID:
    """The cocktail a week later: whoever has a place may choose."""
    address = f"{served.home}/api/staff/activities/{scenery.activity()}"
    draft = httpx.get(f"{address}/draft", headers=keys, trust_env=False).json()
    starts = datetime.fromisoformat(draft["dates"]["starts"]) + timedelta(days=7)
    asked = {
        "kind": "postpone",
        "starts": starts.isoformat(),
        "decide_by": (utc_now() + timedelta(days=3)).date().isoformat(),
        "subject": {"fr": "Le cocktail est reporté"},
        "text": {"fr": "Votre place est gardée."},
    }
    begun = httpx.post(f"{address}/rearrangements", json=asked, headers=keys, trust_env=False)
    assert begun.status_code == 200, begun.text
    return uuid.UUID(begun.json()["id"])


def _reserved(served: Served, keys: dict[str, str], activity: uuid.UUID) -> uuid.UUID:
    """Places reserved for whoever has a code; the code, which is of one person."""
    address = f"{served.home}/api/staff/activities/{activity}"
    person = {"first_name": "Marguerite", "last_name": "Simard", "email": "marguerite@example.org"}
    made = {"opens": "car-hon", "person": person, "note": "Personnalité honorée"}
    assert httpx.post(f"{address}/codes", json=made, headers=keys, trust_env=False).status_code == 201
    rows = httpx.get(f"{address}/codes", headers=keys, trust_env=False).json()
    row = next(one for one in rows if one["person"])
    kept = {"label": "Personnalités honorées", "resource": "places", "units": 4, "code_id": row["id"]}
    answer = httpx.post(f"{address}/allotments", json=kept, headers=keys, trust_env=False)
    assert answer.status_code == 201, answer.text
    return uuid.UUID(row["id"])


def _activities(served: Served) -> None:
    """The states that the sample does not have this week."""
    now = utc_now()
    served.change("delegation-mpa-2027", status=ActivityStatus.CANCELLED)
    served.change("aga-2027", starts_at=now - timedelta(days=8), ends_at=now - timedelta(days=7))
    visitors: sa.Table = Product.__table__  # type: ignore[attr-defined]
    fair = served.id_of("activity", "salon-virtuel-2027")
    with served.db.write() as session:
        session.add(Resource(activity_id=fair, key="visitors", capacity=0, taken=0))
        session.execute(visitors.update().where(visitors.c.activity_id == fair).values(uses={"visitors": 1}))
    served.change("salon-virtuel-2027")


def sign_up(served: Served, email: str, method: str, people: int = 2, **who: str) -> Signup:
    """By the API, as a program does: the contact and `people - 1` places to be named."""
    who = {"first": "Chloé", "last": "Saint-Fjord", "company": "Hydrauliques L’Épinette inc.", **who}
    body = {
        "registration_id": str(new_id()),
        "contact": {"first_name": who["first"], "last_name": who["last"], "email": email},
        "company": who["company"],
        "items": [{"product": "car", "who": "non_member", "quantity": people}],
        "method": method,
        "terms_accepted": True,
    }
    answer = httpx.post(f"{served.home}/api/activities/{COCKTAIL}/registrations", json=body, trust_env=False)
    assert answer.status_code == 201, answer.text
    return Signup(uuid.UUID(answer.json()["id"]), answer.json()["personal_url"])


def post(url: str, form: dict[str, str] | None = None, *, follow: bool = True, method: str = "POST") -> httpx.Response:
    """What a browser without cookies does with a form, or with a link when `method` is GET."""
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    answer = httpx.request(method, url, data=form, headers=headers, follow_redirects=follow, trust_env=False)
    assert answer.status_code < 400, f"{answer.status_code} at {urlsplit(url).path[:30]}"
    return answer


def status_of(served: Served, registration_id: uuid.UUID) -> str:
    rows = served.ask("SELECT id, status FROM registration")
    return next(str(row.status) for row in rows if _id(row.id) == registration_id)


def _id(value: Any) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))

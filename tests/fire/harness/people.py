"""Those who use the town: buyers on pages and by API, who try again when nobody answers, as browsers' owners do."""

import itertools
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from kit.db import new_id
from tests.fakes.house import Page
from tests.fire.harness.town import Town

COCKTAIL, WEBINAR = "caricatures-2027", "webinaire-fraude-2027"
SLUG = "caricatures-2027"
# Long enough for a restart or a lease, so that only something lost for good ends a test.
PATIENCE_SECONDS = 120.0
_numbers = itertools.count(1)
Send = Callable[..., httpx.Response | None]


class GaveUp(AssertionError):
    """Nobody answered in all that time."""


@dataclass
class Buyer:
    """One person with one registration. `seen` counts the answers by status, refused connections as 0."""

    town: Town
    method: str = "card"
    activity: str = COCKTAIL
    home: str = ""
    id: uuid.UUID = field(default_factory=new_id)
    number: int = field(default_factory=lambda: next(_numbers))
    people: int = 0
    seen: dict[int, int] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    page: Page = field(default_factory=lambda: Page("", 0, ""))

    def __post_init__(self) -> None:
        self._client = httpx.Client(trust_env=False, timeout=15, headers={"Accept": "text/html"})
        self.town.leaving.callback(self._client.close)
        self.home = self.home or self.town.url("registration")

    @property
    def email(self) -> str:
        return f"acheteur-{self.number}@example.org"

    @property
    def guest(self) -> str:
        """The address of their second attendee, who receives a ticket of their own."""
        return f"invite-{self.number}@example.org"

    @property
    def token(self) -> str:
        return str(self.state["personal_url"]).rsplit("/", 1)[-1]

    def once(self, method: str, url: str, **more: Any) -> httpx.Response | None:
        """One try; None when the connection was refused or cut."""
        try:
            answer = self._client.request(method, url, **more)
        except httpx.TransportError:
            self.seen[0] = self.seen.get(0, 0) + 1
            return None
        self.seen[answer.status_code] = self.seen.get(answer.status_code, 0) + 1
        return answer

    def insist(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Until somebody answers something else than "later"."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            answer = self.once(method, url, **more)
            if answer is not None and answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0, "503 says when to come back"
            elif answer is not None:
                return answer
            time.sleep(0.1)
        raise GaveUp(f"{method} {url}: {self.seen}")

    @property
    def key(self) -> str:
        """The registration's id as a parameter of a query."""
        return self.id.hex if self.town.databases["registration"].is_sqlite else str(self.id)

    def order(self, people: int = 1) -> dict[str, Any]:
        """What they ask for, always the same: the first attendee is themselves, the second has an address."""
        free = self.activity == WEBINAR
        attendees: list[dict[str, str]] = [{"first_name": "Maude", "last_name": f"Fictive {self.number}"}]
        attendees += [{"first_name": "Luc", "last_name": f"Invité {self.number}", "email": self.guest}] * (people - 1)
        product = {"product": "web-0", "who": "anyone"} if free else {"product": "car", "who": "non_member"}
        return {
            "registration_id": str(self.id),
            "contact": {"first_name": "Maude", "last_name": f"Fictive {self.number}", "email": self.email},
            "company": "Usinage Valbrume inc." if self.method == "invoice" else "",
            "items": [{**product, "quantity": people, "attendees": attendees}],
            "method": "" if free else self.method,
            "terms_accepted": True,
        }

    def sign_up(self, people: int = 1) -> int:
        """By API, with one key for all tries; the final status (201, or 409 when sold out)."""
        self.people = people
        headers = {"Idempotency-Key": str(self.id), "Accept": "application/json"}
        url = f"{self.home}/api/activities/{self.activity}/registrations"
        answer = self.insist("POST", url, json=self.order(people), headers=headers)
        self.state = answer.json()
        return answer.status_code

    def pay_page(self) -> str:
        """Stripe's session for this order: asked of registration, then of billing, until there is one.

        Empty when there will be none: paid already, or the hold has ended, or is ending.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            answer = self.ask("POST", "pay")
            address = answer.json().get("pay_url", "")
            if "/pay/" in address:
                there = self.insist("GET", address)
                if "/c/pay/" in there.headers.get("location", ""):
                    return str(there.headers["location"]).rsplit("/", 1)[-1].split("?")[0]
                if there.status_code == 409:
                    return ""
            elif "payment=refused" in address or self.now()["status"] != "held":
                return ""
            time.sleep(0.1)
        raise GaveUp(f"no payment page: {self.seen}")

    def pay(self, session: str, action: str = "pay") -> httpx.Response:
        """On Stripe's own page; what its button answers."""
        return self.insist("POST", f"{self.town['stripe'].url}/c/pay/{session}", data={"action": action})

    def come_back(self, answer: httpx.Response) -> None:
        """Follow Stripe's redirect to billing's return page, and on to the personal page."""
        self.follow("GET", answer.headers["location"])

    def now(self) -> dict[str, Any]:
        """The registration's state, as its link shows it."""
        found: dict[str, Any] = self.ask("GET", "state").json()
        return found

    def cancel(self) -> int:
        return self.ask("POST", "cancel").status_code

    def ask(self, method: str, what: str) -> httpx.Response:
        """One of the registration's own addresses, until it answers; always with the same key."""
        return self.insist(method, self._address(what), headers=self._headers(what))

    def ask_once(self, method: str, what: str) -> httpx.Response | None:
        return self.once(method, self._address(what), headers=self._headers(what))

    def _address(self, what: str) -> str:
        return f"{self.home}/api/registrations/{self.id}/{what}"

    def _headers(self, what: str) -> dict[str, str]:
        return {"X-Link-Token": self.token, "Accept": "application/json", "Idempotency-Key": f"{what}-{self.id}"}

    def arrive(self, insist: bool) -> dict[str, Any] | None:
        """The door checks them in, with the id of its own gesture; None when nobody answered."""
        query = "SELECT id, code FROM contract_attendees WHERE registration_id = :id ORDER BY position LIMIT 1"
        [place] = self.town.rows("registration", query, id=self.key)
        body = {"code": place["code"], "check_in_id": place["id"]}
        answer = self._of_the_door("check-ins", body, self.insist if insist else self.once)
        return answer.json() if answer is not None else None

    def at_the_door(self, what: str, body: dict[str, Any]) -> httpx.Response:
        """What the door sends for this activity, until it is answered."""
        answer = self._of_the_door(what, body, self.insist)
        assert answer is not None
        return answer

    def _of_the_door(self, what: str, body: dict[str, Any], send: Send) -> httpx.Response | None:
        query = "SELECT id FROM activity WHERE key = :key"
        [activity] = self.town.rows("registration", query, key=self.activity)
        url = f"{self.home}/api/activities/{activity['id']}/{what}"
        return send("POST", url, json=body, headers=self.town.pass_of("door") | {"Accept": "application/json"})

    def let_go(self) -> None:
        """They do not want the places any more: the hold ends at once."""
        self.insist("POST", self.state["personal_url"] + "/let-go", data={})

    def known_by(self, url: str) -> None:
        """The registration behind the personal page that the browser stands on."""
        self.state = {"personal_url": url.split("?")[0]}
        self.id = uuid.UUID(self.state["personal_url"].rsplit("/", 2)[-2])

    def follow(self, method: str, url: str, form: dict[str, str] | None = None) -> Page:
        """As a browser: through every redirect, to a page."""
        for _ in range(12):
            answer = self.insist(method, url, data=form)
            if not answer.is_redirect:
                self.page = Page(url, answer.status_code, answer.text)
                return self.page
            url, method, form = str(answer.next_request.url), "GET", None  # type: ignore[union-attr]
        raise AssertionError("too many redirects")

    def fill_in(self) -> dict[str, str]:
        """Open the form; what is posted. The registration's id is the one the form was minted with."""
        self.page = self.follow("GET", self.form_url)
        return {
            "form": self.page.field("form"),
            "q.car.non_member": "1",
            "contact.first_name": "Maude",
            "contact.last_name": f"Fictive {self.number}",
            "contact.email": self.email,
            "contact_attends": "yes",
            "terms_accepted": "yes",
            "method": "card",
            "action": "submit",
        }

    @property
    def form_url(self) -> str:
        return f"{self.home}/fr/activites/{SLUG}/inscription"

    def session_shown(self) -> str:
        """The session of the Stripe page the browser stands on."""
        found = re.search(r"/c/pay/(cs_[^/?]+)", self.page.url)
        assert found, self.page.url
        return found.group(1)

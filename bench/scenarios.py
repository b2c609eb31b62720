"""What is measured: each scenario is one operation that a client repeats, for ours and for the yardstick."""

import json
import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.load import Connection, Operation, request

JSON = {"content_type": "application/json", "accept": "application/json"}
FORM = {"content_type": "application/x-www-form-urlencoded", "accept": "text/html", "sec_fetch_site": "same-origin"}


@dataclass(frozen=True)
class Target:
    """The activity that is hit: its key, its page, and the product that is taken."""

    key: str
    page: str
    product: str
    who: str


COCKTAIL = Target("caricatures-2027", "/fr/activites/caricatures-2027", "car", "non_member")
CROWD = Target("charge", "/fr/activites/activite-de-charge", "place", "anyone")


@dataclass
class Door:
    """What scans need: a pass of a signed-in volunteer, the activity and attendees to scan."""

    bearer: str
    activity_id: str
    attendees: list[str]


def person(n: int, place: int, email: str) -> dict[str, str]:
    return {"first_name": "Ève", "last_name": f"Essai {n}-{place}", "email": email}


def _company() -> str:
    """Another one each time: one company has only so many places on invoice."""
    return f"Entreprise d’essai {uuid.uuid4().hex} inc."


def signup_api(target: Target = COCKTAIL) -> Operation:
    """Four people on one hot activity, by invoice: confirmed in the answer; one letter with four tickets follows."""

    async def operation(connection: Connection, n: int) -> int:
        body = {
            "contact": person(n, 0, f"eve{n}@example.org"),
            "company": _company(),
            "items": [
                {
                    "product": target.product,
                    "who": target.who,
                    "quantity": 4,
                    "attendees": [person(n, p, "") for p in range(4)],
                }
            ],
            "method": "invoice",
            "terms_accepted": True,
        }
        headers = {**JSON, "idempotency_key": uuid.uuid4().hex}
        path = f"/api/activities/{target.key}/registrations"
        status, _, _ = await connection.send(request("POST", path, json.dumps(body).encode(), **headers))
        return status

    return operation


def public_signup() -> Operation:
    """The whole visit without a script: page, form, confirmed by invoice, personal page."""
    form_path = COCKTAIL.page + "/inscription"

    async def operation(connection: Connection, n: int) -> int:
        await connection.send(request("GET", COCKTAIL.page, accept="text/html"))
        _, _, page = await connection.send(request("GET", form_path, accept="text/html"))
        token = re.search(rb'name="form" value="([^"]+)"', page)
        fields = {
            "form": token.group(1).decode() if token else "",
            "q.car.non_member": "1",
            "contact.first_name": "Ève",
            "contact.last_name": f"Essai {n}",
            "contact.email": f"public{n}@example.org",
            "company": _company(),
            "contact_attends": "yes",
            "method": "invoice",
            "terms_accepted": "yes",
            "action": "submit",
        }
        status, headers, _ = await connection.send(request("POST", form_path, urlencode(fields).encode(), **FORM))
        if status != 303:
            return status
        personal = "/" + headers["location"].split("/", 3)[3]
        status, _, _ = await connection.send(request("GET", personal, accept="text/html"))
        return status

    return operation


def get(path: str, **headers: str) -> Operation:
    sent = request("GET", path, **(headers or {"accept": "text/html"}))

    async def operation(connection: Connection, _n: int) -> int:
        status, _, _ = await connection.send(sent)
        return status

    return operation


def scan(door: Door, first: int = 0) -> Operation:
    """One attendee after the other is checked in."""

    async def operation(connection: Connection, n: int) -> int:
        body = json.dumps(
            {"attendee_id": door.attendees[(first + n) % len(door.attendees)], "point": "entree"}
        ).encode()
        headers = {**JSON, "authorization": f"Bearer {door.bearer}"}
        path = f"/api/activities/{door.activity_id}/check-ins"
        status, _, _ = await connection.send(request("POST", path, body, **headers))
        return status

    return operation


def yardstick_signup(made: list[str]) -> Operation:
    async def operation(connection: Connection, n: int) -> int:
        people = [{"name": "Ève", "email": f"{n}.{p}@example.org"} for p in range(4)]
        body = json.dumps({"name": "Ève", "email": f"{n}@example.org", "people": people}).encode()
        status, _, answer = await connection.send(request("POST", "/signup", body, **JSON))
        made.extend(json.loads(answer)["attendees"])
        return status

    return operation


def yardstick_scan(made: list[str]) -> Operation:
    async def operation(connection: Connection, n: int) -> int:
        status, _, _ = await connection.send(request("POST", f"/scan/{made[n % len(made)]}", **JSON))
        return status

    return operation

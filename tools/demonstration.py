"""The last weeks of the sample association, so that nothing a newcomer opens is empty: `python -m tools.demonstration`.

Signups, invoices, payments, withdrawals and arrivals of samples/demonstration.yaml are played through the three
services themselves, inside this process, with a clock that begins in the past: every row is one that they made. Once:
where somebody has signed up already, nothing is added. Nobody else may serve these databases meanwhile.

They are those of `make run`; or, in a container of the compose stack, those that the environment names for each service
(`BILLING_DATABASE_URL`, `BILLING_SIGNING_KEY`).
"""

import itertools
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa
import yaml
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from billing.main import create_app as billing
from billing.settings import BillingSettings
from kit import log
from kit.app import Service
from kit.settings import NAMES, Settings
from kit.sql import table
from kit.text import fold
from kit.worker import run_once
from notify.main import create_app as notify
from notify.settings import NotifySettings
from registration.main import create_app as registration
from registration.registrations.models import Registration
from registration.seed.source import Source, access_code
from registration.settings import RegistrationSettings
from tools.demonstration_deeds import Deed, deeds
from tools.demonstration_plan import cover
from tools.run import ROOT, TICKETS, environments

SAMPLE, PARTIES = ROOT / "samples" / "association.yaml", ROOT / "samples" / "demonstration.yaml"
Json = dict[str, Any]


class Inside(httpx.BaseTransport):
    """Carries a call to an application of this process."""

    def __init__(self, portal: BlockingPortal, apps: Mapping[str, FastAPI], to: str) -> None:
        self._portal, self._apps, self._to = portal, apps, to

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._portal.call(self._ask, request)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        answer = await httpx.ASGITransport(self._apps[self._to]).handle_async_request(asked)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@dataclass
class Town:
    """The three services with a clock of ours, which only goes on."""

    now: datetime
    apps: dict[str, FastAPI] = field(default_factory=dict)
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def service(self, name: str) -> Service:
        found: Service = self.apps[name].state.service
        return found

    def call(self, service: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The decoded answer of one service's API. Raises RuntimeError when it says no."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.clients[service].request(method, path, json=body, headers=named)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.text}")
        return answer.json()

    def tidy(self) -> None:
        """What is done by the hour: above all, what was promised to be forgotten by now is."""
        for name in self.apps:
            for loop in self.service(name).loops:
                if loop.every >= 60:
                    run_once(loop)

    def until(self, moment: datetime) -> None:
        """Let the clock go on, and every message reach whom it is for. Letters are left to those who serve: writing
        them takes longer than all the rest, and a newcomer waits."""
        self.now = max(self.now, moment)
        moved = True
        while moved:
            moved = False
            for name in self.apps:
                for loop in self.service(name).loops:
                    if loop.every < 60 and loop.name != "mail":
                        moved = run_once(loop) or moved


@dataclass
class Story:
    """Who signs up, pays, withdraws and arrives, in the order of time. `done` maps a party and a place in it to what
    the signup answered."""

    town: Town
    source: Source
    answers: Mapping[str, list[str]]
    secrets: Mapping[str, str]
    done: dict[tuple[int, int], Json] = field(default_factory=dict)
    turn: Iterator[int] = field(default_factory=itertools.count)

    def play(self, deeds: list[Deed]) -> None:
        for deed in sorted(deeds, key=lambda one: one.at):
            self.town.until(deed.at)
            getattr(self, deed.what)(deed.party, deed.n)

    def tickets(self, activity: str) -> str:
        """The address of somebody's personal page, with the tickets of an activity that is open."""
        return str(next(made["personal_url"] for made in self.done.values() if made["activity"] == activity))

    def sign_up(self, party: Json, n: int) -> None:
        activity = self.town.call("registration", "GET", f"/api/activities/{party['activity']}")
        person, path = self._person(party.get("member", True)), f"/api/activities/{party['activity']}"
        who = {True: "member", False: "non_member"}.get(party.get("member", ""), "anyone")
        product = next(one for one in activity["products"] if one["key"] == party["product"])
        size = party["size"][n] * product["attendees"]
        people = [self._attendee(activity, person if place == 0 else self._person()) for place in range(size)]
        items = [{"product": party["product"], "who": who, "quantity": party["size"][n], "attendees": people}]
        companies = (*self.source.list("companies"), *self.source.list("non_members"))
        company = next(one for one in companies if one["id"] == person["company"])
        total = sum(one["amount"] for one in product["prices"])
        body: Json = {"contact": _name(person), "company": company["name"], "items": items, "contact_attends": False}
        body |= {"lang": person["lang"], "terms_accepted": True, "method": "invoice" if total else ""}
        if who == "member":
            body["code"] = access_code(self.secrets["TICKET_KEY"], f"{self.source.key}/{company['id']}")
        body["answers"] = self._answers(activity, "registration")
        if total:
            body["expected_total"] = self._quoted(path, items, body.get("code", ""))
        made = self.town.call("registration", "POST", f"{path}/registrations", body)
        self.done[id(party), n] = {**made, "activity": party["activity"]}

    def cover(self, party: Json, n: int) -> None:
        """A company covers its people by the plan: as HR does from her file."""
        self.done[id(party), n] = cover(self.town.apps["registration"].state.service, self.source)

    def _quoted(self, path: str, items: list[Json], code: str) -> int:
        query = f"?code={code}" if code else ""
        return int(self.town.call("registration", "POST", f"{path}/quote{query}", items)["total"])

    def pay(self, party: Json, n: int) -> None:
        made = self.done[id(party), n]
        method = ("cheque", "transfer")[n % 2]
        body = {"method": method, "amount": made["total"], "received_on": self.town.now.date().isoformat()}
        body["reference"] = f"00{next(self.turn) + 4100}" if method == "cheque" else ""
        self.town.call("billing", "POST", f"/api/orders/{made['id']}/payments", body, cookie=self._pass())

    def cancel(self, party: Json, n: int) -> None:
        self._give_back(party, n, {})

    def withdraw(self, party: Json, n: int) -> None:
        made = self.done[id(party), n]
        places = self.town.call("registration", "GET", f"/api/registrations/{made['id']}/attendees", **_link(made))
        self._give_back(party, n, {"attendees": [places[-1]["id"]]})

    def _give_back(self, party: Json, n: int, body: Json) -> None:
        made = self.done[id(party), n]
        self.town.call("registration", "POST", f"/api/registrations/{made['id']}/cancel", body, **_link(made))

    def arrive(self, party: Json, n: int) -> None:
        made, staff = self.done[id(party), n], self._pass()
        activities = self.town.call("registration", "GET", "/api/staff/activities", cookie=staff)
        [activity] = [one["id"] for one in activities if one["key"] == party["activity"]]
        for place in self.town.call("registration", "GET", f"/api/registrations/{made['id']}/attendees", **_link(made)):
            path, body = f"/api/activities/{activity}/check-ins", {"attendee_id": place["id"]}
            self.town.call("registration", "POST", path, body, cookie=staff)

    def _pass(self) -> str:
        """The first director's, as a browser keeps it: good for a few minutes of our clock."""
        answer = self.town.clients["registration"].post(f"/staff/bootstrap/{self.secrets['BOOTSTRAP_ADMIN_TOKEN']}")
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())

    def _person(self, member: bool = True) -> Json:
        """Somebody of a company in good standing, or of no member: in turn, then with another's last name."""
        companies = {one["id"] for one in self.source.list("companies") if one["status"] == "active"}
        people = [one for one in self.source.list("people") if (one["company"] in companies) is member]
        turn = next(self.turn)
        round_, place = divmod(turn, len(people))
        first, last = people[place]["first_name"], people[(place + 7 * round_) % len(people)]["last_name"]
        mailbox = ".".join(fold(name).replace(" ", "-") for name in (first, last))
        address = f"{mailbox}@{people[place]['email'].partition('@')[2]}"
        return {**people[place], "last_name": last, "email": address if round_ else people[place]["email"]}

    def _attendee(self, activity: Json, person: Json) -> Json:
        return {**_name(person), "answers": self._answers(activity, "attendee")}

    def _answers(self, activity: Json, per: str) -> Json:
        asked = [one for one in activity["questions"] if one["required"] and one["per"] == per]
        turn = next(self.turn)
        choices = {one["key"]: [option["id"] for option in one["options"]] or self.answers[one["key"]] for one in asked}
        return {key: known[turn % len(known)] for key, known in choices.items()}


def _name(person: Json) -> Json:
    return {name: person[name] for name in ("first_name", "last_name", "email")}


def _link(made: Json) -> dict[str, str]:
    return {"x_link_token": made["personal_url"].rsplit("/", 1)[-1]}


def open_town(envs: Mapping[str, Mapping[str, str]], begins: datetime, stack: ExitStack) -> Town:
    """The three services on the databases of `make run`; no card is offered, for nobody is at Stripe yet."""
    portal, town = stack.enter_context(start_blocking_portal()), Town(begins)

    def settings(kind: type[Settings], name: str) -> Any:
        given: Json = {key.lower(): value for key, value in envs[name].items() if key.lower() in kind.model_fields}
        return kind(**given | {"stripe_api_key": ""})

    def wire(to: str) -> Inside:
        return Inside(portal, town.apps, to)

    def clock() -> datetime:
        return town.now

    town.apps["registration"] = registration(settings(RegistrationSettings, "registration"), clock, wire)
    town.apps["billing"] = billing(settings(BillingSettings, "billing"), clock, wire)
    town.apps["notify"] = notify(settings(NotifySettings, "notify"), clock, wire)
    for name in town.apps:
        client = httpx.Client(transport=wire(name), base_url=town.service(name).settings.url(name))
        town.clients[name] = stack.enter_context(client)
        stack.callback(town.service(name).close)
    return town


def named_for_each(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The environment of each service, from one that names for each what is its own."""
    own = ("DATABASE_URL", "SIGNING_KEY")
    return {name: {**given, **{key: given[f"{name.upper()}_{key}"] for key in own}} for name in NAMES}


def main() -> int:
    contained, now = "REGISTRATION_DATABASE_URL" in os.environ, datetime.now(UTC)
    envs = named_for_each(os.environ) if contained else environments(int(os.environ.get("PORT") or 8001))
    story = played(envs, now)
    if not contained:
        # How `make run` knows that it need not ask again, and what it shows.
        TICKETS.write_text(story.tickets("caricatures-2027") if story else "")
    if story:
        print(f"demonstration: {len(story.done)} signups of the last weeks, with their invoices and arrivals")
    return 0


def played(envs: Mapping[str, Mapping[str, str]], now: datetime) -> Story | None:
    """The last weeks before `now`, in the databases; None where somebody has signed up already."""
    content = yaml.safe_load(PARTIES.read_text(encoding="utf-8"))
    log.to_stdout("demonstration", "ERROR")
    planned = list(deeds(content["parties"], now))
    with ExitStack() as stack:
        town = open_town(envs, min(deed.at for deed in planned) - timedelta(hours=1), stack)
        with town.service("registration").db.read() as session:
            if session.execute(sa.select(sa.func.count()).select_from(table(Registration))).scalar_one():
                return None
        story = Story(town, Source.read(SAMPLE), content["answers"], envs["registration"])
        town.until(town.now)
        story.play(planned)
        town.until(now)
        town.tidy()
    return story


if __name__ == "__main__":
    sys.exit(main())

"""Notify as the tests run it: a real database, a real mail server, and a registration that only listens."""

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from kit import wiring
from kit.auth import service_token, staff_pass
from kit.contracts import AssociationChanged, Envelope, Message
from kit.contracts.callers import Call, Caller
from notify import jobs, main
from notify.letter import Writer
from notify.main import create_app
from notify.service import NotifyService
from notify.settings import NotifySettings
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mail_server import MailServer
from tests.keys import SIGNING_KEYS, environment_of, renewal_of, settings_of
from tests.notify.letters import ASSOCIATION
from tests.ports import HOST, closed_port

ROOT = Path(__file__).resolve().parents[2]
SECRET = SIGNING_KEYS["registration"]
SENDER = "inscriptions@alliance-fjord.example.org"


CARD = {
    "code": "AIF-7K2M-QX4D",
    "provider_name": "Clinique fictive Cap-Repère",
    "provider_phone": "418 555-0190",
    "provider_email": "pae@cap-repere.example.org",
    "starts": "2027-04-01",
    "ends": "2028-03-31",
    "entitlement": "5 heures pour la personne employée",
}


@dataclass
class Listener:
    """The other services: what they were told, and what they answer when a login is renewed."""

    told: list[dict[str, Any]] = field(default_factory=list)
    login: dict[str, Any] | None = None
    # What registration answers when the code of somebody covered is asked, and with which status.
    card: tuple[int, dict[str, Any]] = (200, CARD)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, _sibling: str) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path == "/passes/renew":
            return httpx.Response(200, json=self.login)
        if request.url.path == "/cards":
            self.asked.append(body)
            return httpx.Response(self.card[0], json=self.card[1])
        self.told += body
        return httpx.Response(200, json=[{"id": sent["id"], "outcome": "done"} for sent in body])

    def reports(self) -> list[tuple[str, str]]:
        """Kind and outcome of every message reported on."""
        return [(sent["body"]["kind"], sent["body"]["outcome"]) for sent in self.told]


@dataclass
class House:
    """One running notify, and the hands to work it with."""

    client: TestClient
    here: NotifyService
    clock: FakeClock
    siblings: Listener

    def tell(
        self, *messages: Message | dict[str, Any], ids: Sequence[uuid.UUID] = (), sender: str = "registration"
    ) -> list[dict[str, Any]]:
        """Deliver messages as registration would; answers the receipts. A dict is one that no type allows."""
        given = ids or [uuid.uuid4() for _ in messages]
        pairs = zip(given, messages, strict=True)
        body = [
            Envelope(id=i, type="SendMessage", body=m)
            if isinstance(m, dict)
            else Envelope(id=i, type=type(m).__name__, body=m.model_dump(mode="json"))
            for i, m in pairs
        ]
        content = json.dumps([envelope.model_dump(mode="json") for envelope in body]).encode()
        call = Call(sender, "notify", "POST", "/mailbox", content)
        token = service_token(SIGNING_KEYS[sender], call, self.clock())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = self.client.post("/mailbox", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def work(self) -> None:
        """Send what is due, then tell registration."""
        while jobs.send_mail(self.here):
            pass
        self.here.postman.deliver()

    def messages(self, **query: str) -> list[dict[str, Any]]:
        answer = self.client.get("/api/messages", params=query, headers=self.signed_in())
        assert answer.status_code == 200, answer.text
        return list(answer.json()["messages"])

    def every_message(self) -> list[dict[str, Any]]:
        """All of them, page after page."""
        found = page = self.messages()
        while page := self.messages(after=page[-1]["id"]):
            found = [*found, *page]
        return found

    def followed(self, message_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/api/messages/{message_id}", headers=self.signed_in())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def signed_in(self, role: str = "coordinator") -> dict[str, str]:
        caller = Caller(frozenset({role}), "u2", "Coordonnatrice fictive", "login-2", "fr")
        token = staff_pass(SECRET, caller, self.clock())
        self.siblings.login = renewal_of(caller, token)
        return {"Authorization": f"Bearer {token}"}


def settings(database_url: str, **changed: Any) -> NotifySettings:
    given = {"app_env": "test", "mail_from": SENDER, "database_url": database_url}
    return NotifySettings(**{**settings_of("notify"), **given, **changed})


def environment(database_url: str, smtp_url: str, **changed: str) -> dict[str, str]:
    """For a process of its own: its settings from the environment alone, and siblings that are not there."""
    given = environment_of("notify")
    given |= {"APP_ENV": "test", "MAIL_FROM": SENDER, "SMTP_URL": smtp_url, "DATABASE_URL": database_url}
    given |= {f"{name}_URL": f"http://{HOST}:{closed_port()}" for name in ("REGISTRATION", "BILLING", "NOTIFY")}
    given |= {"OUTBOX_POLL_SECONDS": "0.05", "PYTHONPATH": f"{ROOT}:{ROOT / 'services'}", "PATH": os.environ["PATH"]}
    return given | changed


@pytest.fixture(scope="session")
def writer() -> Writer:
    """Whoever writes the letters, without the rest of the house."""
    return Writer(wiring.pages(main.HERE), SENDER)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def house(make_database: MakeDatabase, clock: FakeClock, mail_server: MailServer) -> Iterator[House]:
    """Notify with a mail server, knowing the association."""
    with opened(settings(make_database("notify"), smtp_url=mail_server.url), clock) as house:
        yield house


@pytest.fixture
def keeping(make_database: MakeDatabase, clock: FakeClock) -> Iterator[House]:
    """Notify in development, without a mail server: what it would send is kept."""
    with opened(settings(make_database("notify"), app_env="development", mail_from=""), clock) as house:
        yield house


class opened:
    """A house for the length of a `with`, told who the association is unless `introduced` is False."""

    def __init__(self, given: NotifySettings, clock: FakeClock, introduced: bool = True) -> None:
        siblings = Listener()
        app = create_app(given, clock=clock, http=siblings)
        self._client = TestClient(app, follow_redirects=False)
        self._house = House(self._client, app.state.service, clock, siblings)
        self._introduced = introduced

    def __enter__(self) -> House:
        self._client.__enter__()
        if self._introduced:
            self._house.tell(AssociationChanged(association=ASSOCIATION, version=1))
        return self._house

    def __exit__(self, *raised: Any) -> None:
        self._client.__exit__(*raised)

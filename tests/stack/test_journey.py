"""From the signup form to the door, through the front door of the real stack, with two replicas of each service."""

import re
import time
from collections.abc import Iterator
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tests.fakes.house import Page
from tests.stack.engine import REPLICATED, Stack, running

pytestmark = pytest.mark.stack
SERVICES = ("registration", "billing", "notify")
ADDRESS = "chloe@example.org"
FORM = {
    "contact.first_name": "Chloé",
    "contact.last_name": "Saint-Fjord",
    "contact.email": ADDRESS,
    "contact_attends": "yes",
    "terms_accepted": "yes",
    "action": "submit",
    "q.car.non_member": "1",
    "method": "card",
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack")) as started:
        yield started


class Browser:
    """A browser without scripts, whose every request goes through the front door."""

    def __init__(self, front: str) -> None:
        self.front = front
        self.client = httpx.Client(follow_redirects=True, timeout=20, trust_env=False, headers={"accept": "text/html"})

    def get(self, path: str) -> Page:
        return self._shown(self.client.get(urljoin(self.front, path)))

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        return self._shown(self.client.post(urljoin(self.front, path), data=fields))

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call of the API: a POST with a body, a GET without."""
        method = "GET" if body is None else "POST"
        answer = self.client.request(
            method, urljoin(self.front, path), json=body, headers={"accept": "application/json"}
        )
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _shown(self, answer: httpx.Response) -> Page:
        assert str(answer.url).startswith(self.front), f"led outside: {answer.url}"
        return Page(str(answer.url), answer.status_code, answer.text)


@pytest.fixture
def browsers(stack: Stack) -> Iterator[tuple[Browser, Browser]]:
    """A visitor's and a staff member's."""
    both = Browser(stack.front), Browser(stack.front)
    yield both
    for browser in both:
        browser.client.close()


def test_signup_on_the_stack_from_the_form_to_the_door(stack: Stack, browsers: tuple[Browser, Browser]) -> None:
    visitor, staff = browsers
    activity = visitor.get("/fr/activites/caricatures-2027")
    assert activity.status == 200
    paying = sign_up(visitor)
    assert paying.has("97,73 $"), "the simulated payment page asks for the price with its taxes"
    page = visitor.post(paying.url, {"action": "pay"})
    assert page.has("C’est confirmé"), page.text[-3000:]

    letter = received(stack, "registration_confirmed")
    assert "97,73" in text_of(letter)
    code = re.search(r"\b[0-9A-Z]{8}-1\b", text_of(letter))
    assert code, text_of(letter)

    entrance = f"/staff/bootstrap/{stack.secret('bootstrap_admin_token')}"
    staff.get(entrance)
    staff.post(entrance, {})
    for page_of_staff in ("/staff/activities", "/billing/staff/orders", "/notify/staff/messages"):
        assert staff.get(page_of_staff).status == 200, f"one sign-in serves all three: {page_of_staff}"
    [activity_id] = [a["id"] for a in staff.call("/api/staff/activities") if a["key"] == "caricatures-2027"]
    check_ins = f"/api/activities/{activity_id}/check-ins"
    assert staff.call(check_ins, {"code": code.group()})["outcome"] == "welcome"
    assert staff.call(check_ins, {"code": code.group()})["outcome"] == "already"


def sign_up(visitor: Browser) -> Page:
    """Fill in the form and go on to the payment page."""
    form = "/fr/activites/caricatures-2027/inscription"
    page = visitor.get(form)
    assert page.status == 200, page.text
    page = visitor.post(form, {"form": page.field("form"), **FORM})
    assert "/c/pay/" in page.url, page.text[-3000:]
    return page


def received(stack: Stack, kind: str) -> EmailMessage:
    """The mail of a kind, once it has arrived."""
    for _ in range(120):
        found = httpx.get(f"{stack.mail}/api/v1/search", params={"query": f"to:{ADDRESS}"}, trust_env=False).json()
        for summary in found["messages"]:
            raw = httpx.get(f"{stack.mail}/api/v1/message/{summary['ID']}/raw", trust_env=False).text
            letter = message_from_string(raw, policy=policy.default)
            if str(letter["X-Message-Key"]).startswith(kind):
                return letter
        time.sleep(0.5)
    raise AssertionError(f"no mail of the kind {kind} within a minute")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\u00a0", " ")


def test_services_run_in_two_replicas_without_privileges(stack: Stack) -> None:
    assert {name: len(stack.containers(name)) for name in REPLICATED} == dict.fromkeys(REPLICATED, 2)
    for container in stack.containers():
        host, user = container.attrs["HostConfig"], container.attrs["Config"]["User"]
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"], container.name
        assert user not in ("", "root", "0"), container.name
        assert "no-new-privileges:true" in host["SecurityOpt"], container.name
        assert container.attrs["RestartCount"] == 0, container.name


def test_ports_published_are_the_front_door_and_the_mail_catcher_only(stack: Stack) -> None:
    open_to_the_host = {
        container.labels["com.docker.compose.service"]: {port[0]["HostIp"] for port in container.ports.values() if port}
        for container in stack.containers()
        if any(container.ports.values())
    }
    assert open_to_the_host == {"front-door": {"127.0.0.1"}, "mailpit": {"127.0.0.1"}}


def test_secrets_cannot_be_read_from_outside_the_processes(stack: Stack) -> None:
    secrets = [path.read_text().strip() for path in stack.secrets.iterdir() if path.name not in ("smtp_url",)]
    told = [str(container.attrs) for container in stack.containers()]
    assert not any(secret in text for secret in secrets if secret for text in told)
    assert not any(secret in stack.compose("logs", "--no-color") for secret in secrets if secret)


def test_replica_stopped_while_visitors_read_is_not_noticed(stack: Stack) -> None:
    one = stack.containers("registration")[0]
    one.stop(timeout=10)
    try:
        seen = [httpx.get(f"{stack.front}/fr", timeout=15, trust_env=False).status_code for _ in range(40)]
    finally:
        one.start()
    assert seen == [200] * 40


@pytest.mark.parametrize("service", SERVICES)
def test_queues_after_the_journey_are_empty(stack: Stack, service: str) -> None:
    """Every counter agrees with its rows, and every message has been delivered."""
    token = {"Authorization": f"Bearer {stack.secret('ops_token')}"}
    prefix = "" if service == "registration" else f"/{service}"
    for _ in range(60):
        pending = httpx.get(f"{stack.front}{prefix}/ops/pending", headers=token, trust_env=False).json()
        if not any(pending.values()):
            break
        time.sleep(0.5)
    assert not any(pending.values()), pending
    assert stack.command(service, "invariants") == (0, "")

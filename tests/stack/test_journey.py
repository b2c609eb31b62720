"""From the signup form to the door, through the front door of the real stack, with two replicas of each service."""

import re

import httpx
import pytest

from kit.settings import NAMES
from tests.stack.engine import REPLICATED, Stack
from tests.stack.visit import Browser, confirmed, received, sign_up, text_of

pytestmark = pytest.mark.stack
BY_STATUS = "SELECT status, COUNT(*) FROM contract_registrations GROUP BY status"
PROMETHEUS = ("guichet_requests_total", "guichet_pending", "guichet_oldest_seconds", "guichet_build_info")


def test_demonstration_has_people_from_the_beginning(stack: Stack) -> None:
    """The last weeks of the sample association, as `make run` shows them, with the letters that they were sent."""
    states = dict(line.split("|") for line in stack.rows("registration", BY_STATUS).splitlines())
    assert int(states["confirmed"]) > 30 and int(states["cancelled"]) >= 1
    assert int(stack.rows("billing", "SELECT COUNT(*) FROM contract_payments")) > 5
    assert int(stack.rows("registration", "SELECT COUNT(*) FROM contract_checkins")) > 5
    for service in NAMES:
        stack.settled(service)
    letters = httpx.get(f"{stack.mail}/api/v1/messages", trust_env=False).json()["total"]
    assert letters > 30, "workers send what the demonstration has left them"
    stack.say(f"a demonstration with its people: {states}, {letters} letters")


def test_signup_on_the_stack_from_the_form_to_the_door(stack: Stack, browsers: tuple[Browser, Browser]) -> None:
    visitor, staff = browsers
    activity = visitor.get("/fr/activites/caricatures-2027")
    assert activity.status == 200
    paying = sign_up(visitor)
    assert paying.has("97,73 $"), "the simulated payment page asks for the price with its taxes"
    page = visitor.post(paying.url, {"action": "pay"})
    page = confirmed(visitor, page)
    assert page.has("C’est confirmé"), page.text[-3000:]

    letter = received(stack, "registration_confirmed", "chloe@example.org")
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
    stack.say("a signup by card, from the form to the door, with two replicas of everything")


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
        stack.wait_healthy("registration")
    assert seen == [200] * 40
    stack.say("a replica stopped while visitors read: 40 of 40 answers are pages")


def test_worker_that_is_asked_says_how_its_loops_do(stack: Stack) -> None:
    for container in (one for name in NAMES for one in stack.containers(f"{name}-worker")):
        assert container.attrs["State"]["Health"]["Status"] == "healthy", container.name
        told = stack.metrics(container)
        assert 'guichet_loop_late{loop="deliver"} 0.0' in told or 'guichet_loop_late{loop="mailbox"} 0.0' in told
        assert "process_resident_memory_bytes" in told
    for container in (one for name in NAMES for one in stack.containers(name)):
        told = stack.metrics(container)
        assert all(name in told for name in PROMETHEUS) and "guichet_loop_late{" not in told


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_front_door_with_nobody_behind_it_says_so_itself(stack: Stack, kind: str) -> None:
    for container in stack.containers("notify"):
        container.stop(timeout=10)
    try:
        answer = httpx.get(f"{stack.front}/notify/staff/messages", headers={"Accept": kind}, timeout=30)
    finally:
        for container in stack.containers("notify"):
            container.start()
    assert answer.status_code in (502, 503, 504) and answer.headers["Retry-After"] == "30"
    if kind == "text/html":
        assert (
            "De retour dans un instant" in answer.text
            and "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
        )
    else:
        assert answer.json()["code"] == "Busy" and answer.json()["status"] == answer.status_code
    stack.wait_healthy("notify")


@pytest.mark.parametrize("service", NAMES)
def test_queues_after_the_journey_are_empty(stack: Stack, service: str) -> None:
    """Every counter agrees with its rows, and every message has been delivered."""
    stack.settled(service)

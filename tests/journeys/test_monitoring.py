"""What monitoring sees of a signup by card, and that the example rules ask for nothing that is not there."""

import re
from pathlib import Path

import yaml

from kit.settings import NAMES
from tests.fakes.house import House
from tests.journeys.signing import sign_up
from tests.keys import OPS_TOKEN

RULES = Path(__file__).resolve().parents[2] / "deploy" / "prometheus" / "rules.yml"
CARD = {"q.car.non_member": "1", "method": "card"}
GUIDE = RULES.parents[2] / "docs" / "guides" / "production.md"


def metrics(house: House, service: str) -> str:
    answer = house.clients[service].get("/metrics", headers={"Authorization": f"Bearer {OPS_TOKEN}"})
    assert answer.status_code == 200
    return str(answer.text)


def test_signup_by_card_is_counted_by_all_three_services(house: House) -> None:
    visitor = house.visitor()
    page = sign_up(visitor, "caricatures-2027", CARD)
    assert 'guichet_registrations{status="held"} 1.0' in metrics(house, "registration")
    visitor.post(page.url, {"action": "pay"})
    house.webhooks()
    house.settle()
    assert 'guichet_registrations{status="held"} 0.0' in metrics(house, "registration")
    assert 'guichet_registrations{status="confirmed"} 1.0' in metrics(house, "registration")
    counted = metrics(house, "billing")
    assert 'guichet_payments{method="card"} 1.0' in counted and 'guichet_payments{method="cash"} 0.0' in counted
    assert 'guichet_payments_cents{method="card"} 9773.0' in counted
    assert 'guichet_mails{status="sent"} 1.0' in metrics(house, "notify")


def test_age_of_a_message_grows_until_it_is_delivered(house: House) -> None:
    house.down.add("notify")
    page = sign_up(visitor := house.visitor(), "caricatures-2027", CARD)
    visitor.post(page.url, {"action": "pay"})
    house.webhooks()
    house.settle()
    house.clock.advance(minutes=20)
    assert oldest(house, "registration", "outbox") >= 1200
    house.down.clear()
    house.mail.down = True
    house.settle()
    assert oldest(house, "registration", "outbox") == 0
    house.clock.advance(minutes=20)
    assert oldest(house, "notify", "inbox") >= 1200
    house.mail.down = False
    house.settle()
    assert oldest(house, "notify", "inbox") == oldest(house, "billing", "inbox") == 0


def oldest(house: House, service: str, kind: str) -> float:
    """Seconds that the oldest of its kind has waited."""
    found = re.search(rf'guichet_oldest_seconds{{kind="{kind}"}} ([0-9.e+]+)', metrics(house, service))
    assert found
    return float(found[1])


def test_rules_ask_for_metrics_that_are_there_and_are_explained(house: House) -> None:
    house.registration.worker.late = lambda: {"deliver": 0.0}  # Processes that work say this; none does here.
    house.visitor().get("http://registration.test/fr")  # One request at least, to be counted.
    there = " ".join(metrics(house, service) for service in NAMES)
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"guichet_\w+", rule["expr"])}
    assert {name for name in asked if f"\n{name}" not in there} == set()
    for rule in rules:
        assert f"`{rule['alert']}`" in GUIDE.read_text(encoding="utf-8"), rule["alert"]

"""The example of the guide for integrators runs as it stands."""

import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.architecture.source import ROOT
from tests.fakes.clock import FakeClock
from tests.fakes.wire import ToApp
from tests.registration.conftest import HOME, Browser

GUIDE = ROOT / "docs" / "guides" / "integrators.md"


@pytest.fixture
def example(clock: FakeClock) -> dict[str, Any]:
    """What the script defines."""
    clock.set(datetime(2027, 5, 20, 16, tzinfo=UTC))
    found = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(found[1], GUIDE.name, "exec"), names)
    assert len([line for line in found[1].splitlines() if line.strip()]) <= 40
    return names


def test_guide_example_signs_up_four_and_cancels_one(
    example: dict[str, Any], browser: Browser, service: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with httpx.Client(base_url=HOME, transport=ToApp(browser())) as api:
        state = example["sign_up"](api, "golf-2027")
        link = {"X-Link-Token": state["personal_url"].rsplit("/", 1)[-1]}
        places = api.get(f"/api/registrations/{state['id']}/attendees", headers=link).json()
    assert state["status"] == "confirmed"
    assert [place["status"] for place in places] == ["cancelled", "active", "active", "active"]
    assert capsys.readouterr().out.endswith("$ with taxes\n")


def test_guide_example_stops_with_the_code_of_a_refusal(example: dict[str, Any], browser: Browser) -> None:
    with httpx.Client(base_url=HOME, transport=ToApp(browser())) as api, pytest.raises(SystemExit, match="NotFound"):
        example["sign_up"](api, "no-such-activity")


def test_guide_names_refusals_that_exist() -> None:
    table = GUIDE.read_text(encoding="utf-8").split("## Refusals")[1].split("## ")[0]
    published = (ROOT / "docs" / "api" / "registration.json").read_text(encoding="utf-8")
    known = {*re.findall(r'"code": "(\w+)"', published), "TooLarge", "Busy"}
    named = {code for row in re.findall(r"^\| \d+ \| ([^|]+)\|", table, re.M) for code in re.findall(r"`(\w+)`", row)}
    assert len(named) > 10
    assert named - known == set()

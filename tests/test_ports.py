"""The product may run on its default ports while the tests run: no test reaches it, and one that tries fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import HOST

ROOT = Path(__file__).resolve().parents[1]
SIBLINGS = ("REGISTRATION_URL", "BILLING_URL", "NOTIFY_URL")
# Somebody else's server: a process of its own, that says which port it got and then every call.
STRANGER = """
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    server.accept()[0].close()
    print("called", flush=True)
"""
# A form that asks billing whether it takes cards.
ONCE_STRAYED = ("tests/registration/test_calendar.py", "-k", "without_a_date")
CALLS = """
import contextlib
from kit.clock import utc_now
from kit.http import Sibling
from kit.settings import Settings
from registration.settings import RegistrationSettings

def call():
    url = RegistrationSettings().billing_url
    Sibling("registration", "billing", Settings(billing_url=url), utc_now, None).call("GET", "/card")

def test_call():
    call()

def test_call_whose_failure_is_caught():
    with contextlib.suppress(BaseException):
        call()
"""


class Stranger:
    """A listener that no test of the run opened, at the address of every sibling."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", STRANGER], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.url = f"http://{HOST}:{int(self._process.stdout.readline())}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A run of pytest for which the stranger is every sibling's default address."""
        command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-c", "pyproject.toml", *arguments]
        env = os.environ | dict.fromkeys(SIBLINGS, self.url)
        return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)

    def end(self) -> list[str]:
        """Every call it had."""
        self._process.terminate()
        said, _ = self._process.communicate(timeout=10)
        return said.splitlines()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    listening = Stranger()
    yield listening
    listening.end()


def test_tests_beside_a_running_product_pass_and_never_call_it(stranger: Stranger) -> None:
    done = stranger.run(*ONCE_STRAYED)
    assert done.returncode == 0, done.stdout
    assert stranger.end() == []


def test_tests_that_call_what_they_did_not_open_fail(stranger: Stranger, tmp_path: Path) -> None:
    (tmp_path / "test_calls.py").write_text(CALLS)
    done = stranger.run("-p", "tests.conftest", str(tmp_path / "test_calls.py"))
    assert done.returncode == 1, done.stdout
    # The second passes by itself, and its teardown tells.
    assert "1 failed, 1 passed, 2 errors" in done.stdout
    assert done.stdout.count(f"tried to reach {stranger.url.removeprefix('http://')}, which it did not open") >= 2
    assert stranger.end() == []

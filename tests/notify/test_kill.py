"""Killed between the server's yes and its own note of it, a worker leaves a message that goes out again as the same."""

import signal
import subprocess
import sys

from kit.clock import utc_now
from notify.delivery.rules import LEASE
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import ROOT, House, environment
from tests.notify.letters import letter


def worker(house: House) -> subprocess.Popen[bytes]:
    settings = house.here.settings
    env = environment(settings.database_url, settings.smtp_url, LOG_LEVEL="WARNING")
    return subprocess.Popen([sys.executable, "-m", "notify", "work"], env=env, cwd=ROOT)


def test_worker_killed_after_the_server_accepted_sends_the_same_message_again(
    house: House, mail_server: MailServer
) -> None:
    house.clock.set(utc_now())  # The process lives by the real time.
    house.tell(letter("ticket"))
    mail_server.hold.clear()
    process = worker(house)
    try:
        assert mail_server.arrived.wait(20)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    mail_server.hold.set()
    house.work()
    (message,) = house.messages()
    assert (message["status"], message["attempts"], len(mail_server.mails)) == ("queued", 1, 1)
    house.clock.set(utc_now() + LEASE)
    house.work()
    first, second = mail_server.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert house.messages()[0]["status"] == "sent"
    assert house.siblings.reports() == [("ticket", "sent")]
    assert house.here.invariants() == []

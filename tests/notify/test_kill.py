"""Killed between the server's yes and its own note of it, a worker leaves a message that goes out again as the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from kit.clock import utc_now
from notify.delivery.rules import LEASE
from tests.fakes.mail_server import MailServer
from tests.notify.conftest import SECRET, SENDER, House
from tests.notify.letters import letter

ROOT = Path(__file__).resolve().parents[2]


def worker(house: House) -> subprocess.Popen[bytes]:
    given = dict.fromkeys(("SERVICE_KEYS", "SESSION_SECRET", "TICKET_KEY", "OPS_TOKEN"), SECRET)
    given |= {"APP_ENV": "test", "MAIL_FROM": SENDER, "SMTP_URL": house.here.settings.smtp_url}
    given |= {"DATABASE_URL": house.here.settings.database_url, "OUTBOX_POLL_SECONDS": "0.05", "LOG_LEVEL": "WARNING"}
    given |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'services'}", "PATH": os.environ["PATH"]}
    return subprocess.Popen([sys.executable, "-m", "notify", "work"], env=given, cwd=ROOT)


def test_killed_after_the_server_said_yes(house: House, mail_server: MailServer) -> None:
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

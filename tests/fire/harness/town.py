"""A whole town of real processes: the three services, the simulated Stripe, a mail server, and gates on every road."""

import json
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

import sqlalchemy as sa

from kit.auth import staff_pass
from kit.clock import utc_now
from kit.db import Database
from tests import make
from tests.fakes.mail_server import MailServer
from tests.fakes.stripe_server import StripeDesk
from tests.fire.harness.gate import Gate
from tests.fire.harness.process import Process, wait_ready
from tests.keys import OPS_TOKEN, SIGNING_KEYS, environment_of
from tests.ports import free_port

NAMES = ("registration", "billing", "notify")
SERVE = ("serve",)
SECRETS = {
    "STRIPE_API_KEY": "sk_test_simulated",
    "STRIPE_WEBHOOK_SECRET": "whsec_simulated",
}
FAST = {
    "OUTBOX_POLL_SECONDS": "0.1",
    "RETRY_BASE_SECONDS": "0.1",
    "RETRY_MAX_SECONDS": "1",
    "RECONCILE_SECONDS": "1",
    "RATE_LIMIT": "1000000",
    # The whole crowd comes from one address, and takes all there is before anybody pays.
    "STRANGER_PLACES": "1000000",
    "STRANGER_LETTERS": "1000000",
    "STRANGER_LETTERS_TO_ONE": "1000000",
    "STRANGER_LETTERS_OF_ACTIVITY": "1000000",
    "STRANGER_SHARE": "100",
}
# The longest lease of a process that was killed (billing's, on Stripe's events and refunds) is 60 seconds.
DRAIN_SECONDS = 120.0
_OPEN = build_opener(ProxyHandler({})).open


class Town:
    """`layout` names the processes of each service by what they do: `{"billing": [("serve",), ("work",)]}`.

    `urls` are the databases' addresses, migrated and seeded. Everything ends with the `with` block.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        folder: Path,
        layout: Mapping[str, Sequence[Sequence[str]]] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.urls, self.folder = dict(urls), folder
        self.databases = {name: Database(url) for name, url in urls.items()}
        self.mail = MailServer()
        self.processes: dict[str, Process] = {}
        self.gates: dict[str, Gate] = {}
        # What those who came in must close behind them.
        self.leaving = ExitStack()
        self._settings = dict(settings or {})
        self._lay_out({name: (layout or {}).get(name, [SERVE]) for name in NAMES})
        self.stripe = StripeDesk(self["stripe"].url)

    def __getitem__(self, name: str) -> Process:
        return self.processes[name]

    def __enter__(self) -> Self:
        try:
            for process in self.processes.values():
                process.start()
            wait_ready(list(self.processes.values()))
            self.drain()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end()

    def _lay_out(self, layout: Mapping[str, Sequence[Sequence[str]]]) -> None:
        simulator = Process("stripe", ["simulator"], {}, self.folder / "stripe.log", free_port(), "/health")
        self.processes["stripe"] = simulator
        self.gates["stripe"] = Gate([simulator.url])
        made = [_process(self.folder, name, n, what) for name in NAMES for n, what in enumerate(layout[name])]
        self.processes |= {process.name: process for process in made}
        for name in NAMES:
            self.gates[name] = Gate([one.url for one in self.of(name) if one.port])
        for process in self.processes.values():
            process.env = self._environment(process)

    def _environment(self, process: Process) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME", "TZ")}
        env |= {"PYTHONPATH": os.pathsep.join((".", "services")), "HOST": "127.0.0.1", "PORT": str(process.port)}
        if process.name == "stripe":
            env |= {"SIMULATOR_DATABASE": str(self.folder / "simulator.db")}
            env |= {"STRIPE_WEBHOOK_URL": self.gates["billing"].url + "/webhooks/stripe"}
            return env | {"STRIPE_WEBHOOK_SECRET": SECRETS["STRIPE_WEBHOOK_SECRET"]}
        service = process.name.split("-")[0]
        for name in NAMES:
            env[f"{name.upper()}_URL"] = self.gates[name].url
            env[f"{name.upper()}_PUBLIC_URL"] = self.gates[name].url
        env |= {"APP_ENV": "test", "DATABASE_URL": self.urls[service], **environment_of(service), **SECRETS, **FAST}
        env |= {"STRIPE_API_BASE": self.gates["stripe"].url, "SMTP_URL": self.mail.url}
        return env | {"MAIL_FROM": "inscriptions@example.org", **self._settings}

    def of(self, name: str) -> list[Process]:
        """The processes of one service."""
        return [process for process in self.processes.values() if process.name.split("-")[0] == name]

    def url(self, name: str) -> str:
        """Where a browser or a sibling finds a service: by its gate."""
        return self.gates[name].url

    def restart(self, *names: str) -> None:
        """Start what is dead (of these names), and wait until it is there."""
        chosen = [self[name] for name in names or self.processes]
        for process in chosen:
            if not process.alive:
                process.start()
        wait_ready(chosen)

    def ops(self, name: str, what: str) -> Any:
        """`/ops/pending` or `/ops/invariants` of a service, from its first process that serves."""
        return json.loads(self._ask(self.of(name)[0].url + f"/ops/{what}"))

    def metrics(self, url: str) -> str:
        """What one process counts of itself."""
        return self._ask(url + "/metrics")

    def _ask(self, url: str) -> str:
        request = Request(url, headers={"Authorization": "Bearer " + OPS_TOKEN})
        with _OPEN(request, timeout=15) as answer:
            return str(answer.read().decode())

    def pass_of(self, *roles: str) -> dict[str, str]:
        """The header of a staff member who has just signed in."""
        caller = make.program(self.databases["registration"], roles, utc_now(), name="Bénévole fictive")
        return {"Authorization": "Bearer " + staff_pass(SIGNING_KEYS["registration"], caller, utc_now())}

    def rows(self, name: str, query: str, **values: Any) -> list[dict[str, Any]]:
        """A read of a service's database, by its contract views. Ids come as text, whatever the database."""
        with self.databases[name].read() as session:
            found = session.execute(sa.text(query), values)
            return [{column: _plain(column, value) for column, value in row._mapping.items()} for row in found]

    def change(self, name: str, statement: str, **values: Any) -> None:
        """Arrange what no page can: such as how many places are left."""
        with self.databases[name].write() as session:
            session.execute(sa.text(statement), values)

    def waiting(self) -> dict[str, Any]:
        """What is not finished anywhere; empty when all is quiet."""
        found: dict[str, Any] = {}
        for name in NAMES:
            try:
                counts = {kind: count for kind, count in self.ops(name, "pending").items() if count}
            except (OSError, ValueError) as error:
                counts = {"error": type(error).__name__}
            found |= {f"{name}.{kind}": count for kind, count in counts.items()}
        unsent = len(self.stripe.webhooks("pending"))
        held = self.rows("registration", "SELECT COUNT(*) AS n FROM contract_registrations WHERE status = 'held'")
        return found | ({"webhooks": unsent} if unsent else {}) | ({"held": held[0]["n"]} if held[0]["n"] else {})

    def drain(self, seconds: float = DRAIN_SECONDS) -> float:
        """Until nothing is left to do, twice in a row (a message may be between two houses); the seconds it took."""
        begun, quiet = time.monotonic(), 0
        while quiet < 2:
            left = self.waiting()
            quiet = 0 if left else quiet + 1
            assert time.monotonic() < begun + seconds, f"not drained after {seconds} s: {left}"
            time.sleep(0.1)
        return time.monotonic() - begun

    def until(self, condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"waited {seconds} s in vain: {what}; {self.waiting()}"
            time.sleep(0.05)

    def bugs(self) -> list[str]:
        """What the logs call a bug, in any process."""
        found = []
        for process in self.processes.values():
            for line in process.log.read_text(errors="replace").splitlines() if process.log.exists() else []:
                if '"event": "bug"' in line or '"event": "reaction failed"' in line or '"not rendered"' in line:
                    found.append(f"{process.name}: {line}")
        return found

    def end(self) -> None:
        self.leaving.close()
        for process in self.processes.values():
            process.end()
        for gate in self.gates.values():
            gate.end()
        self.mail.stop()
        for database in self.databases.values():
            database.close()


def _process(folder: Path, name: str, n: int, what: Sequence[str]) -> Process:
    called = name if n == 0 else f"{name}-{n + 1}"
    port = free_port() if "serve" in what else 0
    return Process(called, [name, *what], {}, folder / f"{called}.log", port, "/health/ready" if port else "")


def _plain(column: str, value: Any) -> Any:
    """SQLite keeps a UUID as 32 letters, PostgreSQL as its own type; to us both are the text of a URL."""
    if value is None or not (column == "id" or column == "entity" or column.endswith("_id")):
        return value
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return value

"""The real processes under measure: services as in production, a PostgreSQL that syncs to disk, or SQLite files."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.postgres import Cluster

ROOT = Path(__file__).parent.parent
SERVICES = ("registration", "billing", "notify")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Town:
    """Processes by name, their ports, and the database's server if there is one."""

    ports: dict[str, int]
    environment: dict[str, str]
    databases: Mapping[str, str]
    database_pid: int | None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> float:
        """Start `python -m …` and wait until it is ready; answers the seconds it took."""
        begun = time.perf_counter()
        own = {"PORT": str(self.ports[name]), "DATABASE_URL": self.databases.get(name, "")}
        command = [sys.executable, "-m", *(arguments or (name, "serve"))]
        self.processes[name] = subprocess.Popen(
            command, env={**self.environment, **own}, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        _wait(self.ports[name], "/page" if "yardstick" in name else "/health/ready")
        return time.perf_counter() - begun

    def command(self, service: str, *arguments: str) -> None:
        own = {"DATABASE_URL": self.databases[service]}
        run = [sys.executable, "-m", service, *arguments]
        subprocess.run(run, env={**self.environment, **own}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def cpu_seconds(self) -> float:
        """CPU used so far by the services and the database, with its children."""
        pids = [process.pid for process in self.processes.values()] + ([self.database_pid] if self.database_pid else [])
        return sum(_cpu(pid) for root in pids for pid in (root, *_children(root)))

    def memory_mib(self) -> float:
        """PSS of the same processes: shared pages counted once."""
        pids = [process.pid for process in self.processes.values()] + ([self.database_pid] if self.database_pid else [])
        return sum(_pss(pid) for root in pids for pid in (root, *_children(root))) / 1024

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(15)


@contextmanager
def town(kind: str, folder: Path) -> Iterator[Town]:
    """A town on `sqlite` or `postgresql`, migrated and seeded; stopped at the end."""
    ports = {name: _free_port() for name in (*SERVICES, "yardstick")}
    urls = {f"{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in SERVICES}
    environment = {
        **os.environ,
        **urls,
        "APP_ENV": "development",
        "LOG_LEVEL": "WARNING",
        "RATE_LIMIT": "1000000",
        # The whole crowd comes from one address.
        "STRANGER_PLACES": "1000000",
        "STRANGER_LETTERS": "1000000",
        "STRANGER_LETTERS_TO_ONE": "1000000",
        "STRANGER_LETTERS_OF_ACTIVITY": "1000000",
    }
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "services")))
    cluster = Cluster.running(folder, settings=()) if kind == "postgresql" else None
    try:
        running = cluster.__enter__() if cluster else None
        databases = {s: running.create(s) if running else f"sqlite:///{folder / s}.db" for s in SERVICES}
        if running:
            databases["yardstick"] = running.create("yardstick")
        made = Town(ports, environment, databases, running.process.pid if running else None)
        for service in SERVICES:
            made.command(service, "migrate")
        made.command("registration", "seed", "--profile", "demo")
        yield made
        for name in list(made.processes):
            made.stop(name)
    finally:
        if cluster:
            cluster.__exit__(None, None, None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, path: str) -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}")


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(child) for child in path.read_text().split()] if path.exists() else []
    return direct + [grandchild for child in direct for grandchild in _children(child)]


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(fields[n]) for n in (11, 12, 13, 14)) / TICK


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)

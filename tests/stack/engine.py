"""The compose stack, started for a test under a name and on ports of its own, and taken down with all it kept."""

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import httpx
from docker.models.containers import Container

from tests.ports import free_port
from tools import keys

ROOT = Path(__file__).resolve().parents[2]
REPLICATED = tuple(f"{name}{part}" for name in ("registration", "billing", "notify") for part in ("", "-worker"))
BUILD_SECONDS, UP_SECONDS = 900, 420


@dataclass(frozen=True)
class Stack:
    """A running stack. `front` and `mail` are the two published addresses; `secrets` the folder of its secrets."""

    project: str
    front: str
    mail: str
    secrets: Path
    env: dict[str, str]

    def compose(self, *arguments: str, seconds: int = 120) -> str:
        """`docker compose …`; its own words when it fails."""
        return self.run("docker", "compose", *arguments, seconds=seconds)

    def run(self, *command: str, seconds: int = 120) -> str:
        """What an operator types, beside docker-compose.yml; its own words when it fails."""
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def up(self) -> None:
        """Start, with two replicas of each service and worker, and wait until all are healthy."""
        scales = [part for service in REPLICATED for part in ("--scale", f"{service}=2")]
        self.compose("up", "--detach", "--wait", "--wait-timeout", str(UP_SECONDS), *scales, seconds=UP_SECONDS + 60)

    def containers(self, service: str = "") -> list[Container]:
        """Those of the project, ended ones too, in the order of their names."""
        labels = [f"com.docker.compose.project={self.project}"]
        if service:
            labels.append(f"com.docker.compose.service={service}")
        found = docker.from_env().containers.list(all=True, filters={"label": labels})
        return sorted(found, key=lambda container: str(container.name))

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text().strip()

    @property
    def ops(self) -> dict[str, str]:
        """The operator's bearer token."""
        return {"Authorization": f"Bearer {self.secret('ops_token')}"}

    def command(self, service: str, command: str) -> tuple[int, str]:
        """A command of a service, in one of its running containers, with its settings."""
        container = self.containers(service)[0]
        result = container.exec_run(["python", "/app/entrypoint.py", command])
        assert isinstance(result.output, bytes)
        return int(result.exit_code or 0), result.output.decode()

    def settled(self, service: str) -> None:
        """Every message of a service has been delivered, and its counters agree with its rows."""
        prefix = "" if service == "registration" else f"/{service}"
        for _ in range(240):
            pending = httpx.get(f"{self.front}{prefix}/ops/pending", headers=self.ops, trust_env=False).json()
            if not any(pending.values()):
                break
            time.sleep(0.5)
        assert not any(pending.values()), pending
        assert self.command(service, "invariants") == (0, "")

    def metrics(self, container: Container) -> str:
        """What one copy tells Prometheus: asked inside, where each copy has an address of its own."""
        ask = "import os,urllib.request as u;r=u.Request('http://127.0.0.1:8000/metrics');"
        ask += f"r.add_header('Authorization','{self.ops['Authorization']}');print(u.urlopen(r).read().decode())"
        result = container.exec_run(["python", "-IS", "-c", ask])
        assert result.exit_code == 0 and isinstance(result.output, bytes), result.output
        return result.output.decode()

    def wait_healthy(self, *services: str) -> None:
        """Until every copy of them is."""
        end = time.monotonic() + UP_SECONDS
        while any(_health(one) != "healthy" for name in services for one in self.containers(name)):
            assert time.monotonic() < end, self.table()
            time.sleep(0.5)

    def rows(self, database: str, query: str) -> str:
        """What a query answers, a line a row."""
        return self.compose("exec", "-T", "postgres", "psql", "-U", "postgres", "-d", database, "-Atc", query)

    def say(self, proved: str) -> None:
        print(f"\nproved: {proved}", flush=True)

    def table(self) -> str:
        """What runs: name, state, health, restarts, user, root file system, image."""
        rows: list[tuple[str, ...]] = [("container", "state", "health", "restarts", "user", "root", "image")]
        rows += [_row(container.attrs) for container in self.containers()]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _health(container: Container) -> str:
    return str(container.attrs["State"].get("Health", {}).get("Status", "-"))


def _row(attributes: dict[str, Any]) -> tuple[str, ...]:
    state, config, host = attributes["State"], attributes["Config"], attributes["HostConfig"]
    return (
        attributes["Name"].lstrip("/"),
        state["Status"] + (f" ({state['ExitCode']})" if state["Status"] == "exited" else ""),
        state.get("Health", {}).get("Status", "-"),
        str(attributes["RestartCount"]),
        config["User"] or "root",
        "read-only" if host["ReadonlyRootfs"] else "writable",
        config["Image"],
    )


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Build, start with two replicas of each service and worker, wait until healthy; take down at the end."""
    front, mail = free_port(), free_port()
    project = f"guichet-test-{uuid.uuid4().hex[:8]}"
    keys.make(folder / "secrets", demo=True)
    own = {
        "COMPOSE_PROJECT_NAME": project,
        "COMPOSE_ENV_FILES": "deploy/demo.env",
        "SECRETS": str(folder / "secrets"),
        "FRONT_PORT": str(front),
        "MAIL_PORT": str(mail),
        "PUBLIC_URL": f"http://127.0.0.1:{front}",
    }
    addresses = f"http://127.0.0.1:{front}", f"http://127.0.0.1:{mail}"
    stack = Stack(project, *addresses, folder / "secrets", {**os.environ, **own})
    stack.compose("build", seconds=BUILD_SECONDS)
    try:
        stack.up()
        yield stack
    finally:
        if os.environ.get("KEEP_STACK"):
            print(f"\nThe stack {project} is kept: {stack.front}, mail at {stack.mail}, secrets in {stack.secrets}")
        else:
            print(f"\n{stack.table()}\n{_complaints(stack)}")
            stack.compose("down", "--volumes", "--timeout", "10")


def _complaints(stack: Stack) -> str:
    """The log lines of warnings and errors, if any: what a failed test is explained by."""
    lines = stack.compose("logs", "--no-color").splitlines()
    return "\n".join([line for line in lines if '"level": "error"' in line or "Traceback" in line][-20:])

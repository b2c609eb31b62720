"""A throw-away PostgreSQL cluster on a free port, for tests and for the bench."""

import os
import pwd
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from tests.ports import free_port

FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
# The first release that says how a database is copied: its files are, which is twice as fast for small ones.
SAYS_HOW = 150_000


def find_programs() -> Path:
    """The folder of PostgreSQL's server programs; a clear sentence when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "/nowhere")]
    if not found[-1].exists():
        raise SystemExit("PostgreSQL's server programs are missing: sudo apt-get install postgresql")
    return found[-1].resolve().parent


@dataclass
class Cluster:
    """A running server. Databases are cloned from templates in a few milliseconds."""

    port: int
    process: subprocess.Popen[bytes]

    @cached_property
    def _version(self) -> int:
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.info.server_version

    def url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        self._run(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def copy(self, template_url: str) -> str:
        name = "t_" + uuid.uuid4().hex
        how = "STRATEGY file_copy" if self._version >= SAYS_HOW else ""
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template_url.rsplit("/", 1)[1]}" {how}')
        return self.url(name)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @classmethod
    @contextmanager
    def running(cls, folder: Path, settings: tuple[str, ...] = FAST) -> Iterator["Cluster"]:
        """Start a server in `folder`, stop it at the end. As root, it runs as the account `postgres`."""
        programs, account = find_programs(), _account()
        if account:
            for path in (folder, *folder.parents):
                if path.owner() == "root" and path != Path("/"):
                    path.chmod(path.stat().st_mode | 0o011)
            os.chown(folder, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
        data = folder / "data"
        make = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-N", "-E", "UTF8"]
        make += ["--locale=C.UTF-8"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        port = free_port()
        start = [programs / "postgres", "-D", data, "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", *settings]
        log = (folder / "log").open("wb")
        process = subprocess.Popen(start, stdout=log, stderr=log, cwd=folder, **who)
        try:
            _wait(port)
            yield cls(port, process)
        finally:
            # SIGINT disconnects everybody; SIGTERM would wait for ever while one connection is open.
            process.send_signal(signal.SIGINT)
            process.wait(20)
            log.close()


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")

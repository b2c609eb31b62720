"""`make run` and the folder of its data: one at a time, for one account's eyes."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tools.run import ROOT, database, empty, keep_private, lock, refuse_taken_ports, taken_port
from tools.supervisor import ENDINGS, end_on_signals


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A folder as an older version left it: readable by everybody. The umask is put back."""
    before = os.umask(0o022)
    folder = tmp_path / ".guichet"
    folder.mkdir()
    (folder / "registration.db").write_text("Élise Côté")
    yield folder
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_of_a_run_is_refused_to_another_until_that_ends(state: Path) -> None:
    first = lock(state, 8001)
    with pytest.raises(SystemExit, match=f"running already: http://127.0.0.1:8001/, with the data of {state}"):
        lock(state, 8001)
    first.close()
    lock(state, 8001).close()


def test_folder_emptied_for_a_fresh_start_stays_locked(state: Path) -> None:
    (state / "mail").mkdir()
    first = lock(state, 8001)
    empty(state)
    assert [path.name for path in state.iterdir()] == ["lock"]
    with pytest.raises(SystemExit):
        lock(state, 8001)
    first.close()


def test_port_taken_is_named_with_others_that_are_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} is taken .* `make run PORT=(\d+)`") as refused:
            refuse_taken_ports(port)
    free = re.search(r"PORT=(\d+)", str(refused.value))
    assert free and taken_port(int(free[1])) is None


def test_need_of_a_verb_is_said_before_anything_is_installed(tmp_path: Path) -> None:
    """With nothing on the path but make, a shell and Python, in a copy without an environment."""
    found = {name: shutil.which(name) for name in ("make", "sh")} | {"python3": f"{sys.base_prefix}/bin/python3"}
    for name, path in found.items():
        (tmp_path / name).symlink_to(str(path))
    made = subprocess.run(
        ["make", "--file", str(ROOT / "Makefile"), "test-browser"],
        cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert made.returncode and "Chromium is missing" in made.stderr and "Installing" not in made.stderr


def test_data_of_a_run_is_readable_by_its_account_alone(state: Path) -> None:
    keep_private(state)
    (state / "billing.db").touch()
    (state / "mail").mkdir()
    assert mode(state) == mode(state / "mail") == 0o700
    assert mode(state / "registration.db") == mode(state / "billing.db") == 0o600


def test_database_in_a_folder_with_a_percent_sign_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "50%20off" / "billing.db"
    assert make_url(database(path)).database == str(path)


def test_signals_after_the_first_do_not_disturb_the_end() -> None:
    before = {ending: signal.getsignal(ending) for ending in ENDINGS}
    end_on_signals()
    try:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        for ending in ENDINGS:
            signal.raise_signal(ending)
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)

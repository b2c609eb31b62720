"""`make run` and the folder of its data: one at a time, for one account's eyes."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tools.run import database, empty, keep_private, lock


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
    first = lock(state)
    with pytest.raises(SystemExit, match=f"Guichet is running already with the data of {state}"):
        lock(state)
    first.close()
    lock(state).close()


def test_folder_emptied_for_a_fresh_start_stays_locked(state: Path) -> None:
    (state / "mail").mkdir()
    first = lock(state)
    empty(state)
    assert [path.name for path in state.iterdir()] == ["lock"]
    with pytest.raises(SystemExit):
        lock(state)
    first.close()


def test_data_of_a_run_is_readable_by_its_account_alone(state: Path) -> None:
    keep_private(state)
    (state / "billing.db").touch()
    (state / "mail").mkdir()
    assert mode(state) == mode(state / "mail") == 0o700
    assert mode(state / "registration.db") == mode(state / "billing.db") == 0o600


def test_database_in_a_folder_with_a_percent_sign_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "50%20off" / "billing.db"
    assert make_url(database(path)).database == str(path)

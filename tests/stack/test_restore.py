"""A backup of the running stack, everything lost, the backup brought back: what was there then is there again."""

from pathlib import Path

import pytest

from kit.settings import NAMES
from tests.stack.engine import Stack
from tests.stack.visit import Browser, sign_up

pytestmark = pytest.mark.stack
VIEWS = {
    "registration": ("contract_registrations", "contract_attendees", "contract_resources", "contract_checkins"),
    "billing": ("contract_orders", "contract_payments", "contract_ledger"),
    "notify": ("contract_messages",),
}


def everything(stack: Stack) -> dict[str, str]:
    """Each view, row by row."""
    views = [(database, view) for database, names in VIEWS.items() for view in names]
    return {view: stack.rows(database, f"SELECT * FROM {view} ORDER BY 1, 2") for database, view in views}


def test_backup_restored_after_a_loss_is_whole(stack: Stack, browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    visitor, _ = browsers
    for service in NAMES:
        stack.settled(service)
    before = everything(stack)
    assert all(before[view] for view in ("contract_registrations", "contract_payments", "contract_messages"))
    file = Path(stack.run("deploy/backup.sh", str(tmp_path / "backups")).strip())
    assert file.stat().st_mode & 0o077 == 0, "it holds personal data"
    sign_up(visitor, "apres@example.org")
    assert everything(stack) != before

    stack.compose("down", "--volumes", "--timeout", "10")
    stack.run("deploy/restore.sh", str(file), seconds=300)
    assert everything(stack) == before
    stack.up()
    assert stack.compose("run", "--rm", "-T", "billing-worker", "reconcile") == ""
    for service in NAMES:
        stack.settled(service)
    assert visitor.get("/fr/activites/caricatures-2027").status == 200
    size = file.stat().st_size / 1_000_000
    stack.say(f"backup ({size:.0f} MB), loss, restore: every row is back, the invariants are empty, signup is open")


def test_backup_is_not_restored_over_data(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "any.tar.gz"
    file.write_bytes(b"")
    with pytest.raises(AssertionError, match="There are data already"):
        stack.run("deploy/restore.sh", str(file), seconds=120)

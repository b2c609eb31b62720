"""Alembic's entry: runs on the connection `kit.migrate.upgrade` opened."""

import notify.association.models
import notify.channels.models
import notify.delivery.models
import notify.messages.models  # noqa: F401
from kit import idempotency, mailbox  # noqa: F401
from kit.migrate import run_env
from notify.tables import metadata

run_env(metadata)

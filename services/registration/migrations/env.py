"""Alembic's entry: runs on the connection `kit.migrate.upgrade` opened."""

import registration.association.models
import registration.catalog.models
import registration.checkin.models
import registration.history.models
import registration.members.models
import registration.registrations.models
import registration.registrations.tallies.models
import registration.staff.models  # noqa: F401
from kit import idempotency, mailbox  # noqa: F401
from kit.migrate import run_env
from registration.tables import metadata

run_env(metadata)

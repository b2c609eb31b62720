"""Alembic's entry: runs on the connection `kit.migrate.upgrade` opened."""

import billing.association.models
import billing.checkout.models
import billing.collecting.models
import billing.disputes.models
import billing.documents.models
import billing.invoices.models
import billing.ledger.models
import billing.notices.models
import billing.orders.models
import billing.payments.models
import billing.refunds.models  # noqa: F401
from billing.tables import metadata
from kit import idempotency, mailbox  # noqa: F401
from kit.migrate import run_env

run_env(metadata)

"""`python -m billing serve | work | migrate | reconcile | invariants`."""

import sys

from billing.jobs import reconcile, work_events
from billing.main import create_app, create_service
from billing.service import BillingService
from billing.settings import BillingSettings
from kit.command import Commands, run


def reconcile_now(here: BillingService, _options: object) -> int:
    """Ask Stripe about everything that is not finished, then work what it told."""
    reconcile(here)
    while work_events(here):
        pass
    return 0


COMMANDS = Commands("billing", BillingSettings, create_service, create_app, {"reconcile": reconcile_now})

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))

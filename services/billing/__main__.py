"""`python -m billing serve | work | migrate | seed | reconcile | invariants`."""

import argparse
import sys

from billing.checkout.flows_reconcile import reconcile
from billing.jobs import work_events
from billing.main import create_app, create_service
from billing.service import BillingService
from billing.settings import BillingSettings
from kit.command import Commands, run


def reconcile_now(here: BillingService, _options: object) -> int:
    """Ask Stripe about everything that is not finished, then process the events it sent."""
    reconcile(here)
    while work_events(here):
        pass
    return 0


def seed(here: BillingService, options: argparse.Namespace) -> int:
    """`--profile load`: the orders of a crowd. The demo has none: registration tells who the association is."""
    if options.profile == "load":
        from billing import seed as crowd  # The crowd is not part of an image that only serves.

        seconds = crowd.fill(here.db, options.count)
        sys.stdout.write(f"seed: {options.count} orders with payments and ledger, in {seconds:.1f} s\n")
    return 0


EXTRA = {"reconcile": reconcile_now, "seed": seed}
COMMANDS = Commands("billing", BillingSettings, create_service, create_app, EXTRA)

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))

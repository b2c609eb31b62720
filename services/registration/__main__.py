"""`python -m registration serve | work | migrate | seed | bootstrap | invariants`."""

import argparse
import os
import sys

from kit.command import Commands, run
from kit.settings import defaults
from registration.access.flows import way_in_again
from registration.main import create_app, create_service, refuse_wrong_privacy_key
from registration.seed import command as seed
from registration.service import RegistrationService
from registration.settings import RegistrationSettings


def bootstrap(service: RegistrationService, _options: argparse.Namespace) -> int:
    """Let the first director in again; whoever reads the terminal has the link, no log does."""
    sys.stdout.write(way_in_again(service) + "\n")
    return 0


EXTRA = {"seed": seed.run, "bootstrap": bootstrap}
COMMANDS = Commands("registration", RegistrationSettings, create_service, create_app, EXTRA)

if __name__ == "__main__":
    refuse_wrong_privacy_key(RegistrationSettings(**defaults("registration", os.environ)))
    sys.exit(run(COMMANDS, sys.argv[1:]))

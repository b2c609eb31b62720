"""`python -m registration serve | work | migrate | seed | invariants`."""

import sys

from kit.command import Commands, run
from registration.main import create_app, create_service
from registration.seed import command as seed
from registration.settings import RegistrationSettings

COMMANDS = Commands("registration", RegistrationSettings, create_service, create_app, {"seed": seed.run})

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))

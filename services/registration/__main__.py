"""`python -m registration serve | work | migrate | seed | invariants`."""

import os
import sys

from kit.command import Commands, run
from kit.settings import defaults
from registration.main import create_app, create_service, refuse_wrong_privacy_key
from registration.seed import command as seed
from registration.settings import RegistrationSettings

COMMANDS = Commands("registration", RegistrationSettings, create_service, create_app, {"seed": seed.run})

if __name__ == "__main__":
    refuse_wrong_privacy_key(RegistrationSettings(**defaults("registration", os.environ)))
    sys.exit(run(COMMANDS, sys.argv[1:]))

"""`python -m notify serve | work | migrate | invariants`."""

import sys

from kit.command import Commands, run
from notify.main import create_app, create_service
from notify.settings import NotifySettings

COMMANDS = Commands("notify", NotifySettings, create_service, create_app)

if __name__ == "__main__":
    sys.exit(run(COMMANDS, sys.argv[1:]))

"""``python -m simulator``: starts the simulated Stripe until it is told to stop."""

from __future__ import annotations

import os
import sys

from simulator.app import create_app
from simulator.serving import server
from simulator.settings import Refused, Settings


def main() -> int:
    try:
        settings = Settings.from_environment(os.environ)
    except Refused as refusal:
        print(f"simulator: {refusal}", file=sys.stderr)
        return 2
    server(create_app(settings), host=settings.host, port=settings.port, log_level=settings.log_level).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

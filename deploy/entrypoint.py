"""Start a command of the service with its secrets: `NAME_FILE=/run/secrets/name` becomes `NAME`, for that process only.

Settings are read from the environment alone; this keeps the secrets out of what `docker inspect` shows.
"""

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    for name in [name for name in os.environ if name.endswith("_FILE")]:
        os.environ[name.removesuffix("_FILE")] = Path(os.environ.pop(name)).read_text(encoding="utf-8").strip()
    service = os.environ.get("GUICHET_SERVICE")
    command = [sys.executable, "-m", *([service] if service else []), *arguments]
    os.execv(sys.executable, command)  # noqa: S606 (The same process goes on, so that signals reach the service.)


if __name__ == "__main__":
    main(sys.argv[1:])

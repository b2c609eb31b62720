"""Say what this machine lacks for a verb of the Makefile: `python -m tools.needs postgresql chromium engine`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def sqlite() -> str:
    """Python brings it."""
    return ""


def postgresql() -> str:
    """The server's programs; the tests start a server of their own."""
    if shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return ""
    return "PostgreSQL's server programs are missing: sudo apt-get install postgresql"


def chromium() -> str:
    """A browser for Playwright to drive."""
    if any(shutil.which(name) for name in BROWSERS):
        return ""
    return "Chromium is missing: sudo apt-get install chromium"


def engine() -> str:
    """A container engine that answers, with Compose v2."""
    if not shutil.which("docker"):
        return "Docker is missing: install Docker Engine 25 or newer with its Compose plugin (docs.docker.com/engine)"
    versions = subprocess.run(["docker", "version", "--format", "{{json .Server}}"], capture_output=True, text=True)
    server = json.loads(versions.stdout) if versions.returncode == 0 and versions.stdout.strip() else None
    if not server:
        return f"No Docker engine answers: {versions.stderr.strip() or 'is it running, and may you use it?'}"
    if int(server["Version"].split(".")[0]) < 25:
        return f"Docker Engine 25 or newer is needed; this one is {server['Version']}"
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        return "Docker's Compose plugin (v2) is missing: sudo apt-get install docker-compose-plugin"
    return ""


NEEDS = {need.__name__: need for need in (sqlite, postgresql, chromium, engine)}


def main(names: list[str]) -> int:
    """0 when nothing is missing."""
    unknown = [name for name in names if name not in NEEDS]
    if unknown:
        sys.stderr.write(f"Unknown: {', '.join(unknown)}. Known: {', '.join(NEEDS)}\n")
        return 2
    missing = [sentence for name in names if (sentence := NEEDS[name]())]
    for sentence in missing:
        sys.stderr.write(sentence + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

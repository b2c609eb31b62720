"""What the repository says about settings is true, and nothing in it comes from one machine."""

import re
import subprocess
import sys
from urllib.parse import urlsplit

from tests.architecture.source import ROOT, SERVICES, files, named, settings

# Where people get packages from; anything else that pip is told here is this machine's affair.
PUBLIC_INDEXES = {"", "pypi.org", "files.pythonhosted.org"}
BINARY = {".png", ".jpg", ".woff2", ".ttf", ".wasm", ".ico", ".y4m", ".mjpeg"}
# A home folder, a workplace, an interpreter's manager. Written so that this file does not match itself.
MACHINE = re.compile(r"(?<![\w.:-])/(?:wor[k]|roo[t]|hom[e]/\w+)/|\.pyen[v]\b")


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def declared() -> dict[str, object]:
    """Every setting of the three services with its default."""
    fields = {name: field.default for one in SERVICES for name, field in settings(one).model_fields.items()}
    return {name.upper(): default for name, default in fields.items()}


def test_env_example_lists_every_setting_and_no_other() -> None:
    assert sorted(example()) == sorted(declared())


def test_env_example_shows_the_defaults() -> None:
    """A line left empty stands for a secret, for something optional, or for a port of each service's own."""
    shown = {name: value for name, value in example().items() if value}
    defaults = declared()
    assert shown == {name: str(defaults[name]) for name in shown}


def test_files_name_nothing_of_a_machine() -> None:
    hosts, found = own_hosts(), []
    for path in files():
        if path.suffix not in BINARY:
            # One of the sample's lists is in the letters of an old Windows, as people's are.
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{named(path)}: {match.group()}" for match in MACHINE.finditer(text)]
            found += [f"{named(path)}: {host}" for host in hosts if host in text]
    assert found == []


def own_hosts() -> set[str]:
    """The package indexes that this machine's pip is set to, if they are not the public one."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    urls = re.findall(r"https?://[^\s'\"]+", said)
    return {urlsplit(url).hostname or "" for url in urls} - PUBLIC_INDEXES


def test_locks_are_hashed_and_name_no_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = re.split(r"\n(?=[A-Za-z0-9])", text)
        unpinned = [
            package.split()[0] for package in packages if not re.match(r"\S+==\S+.*?--hash=", package, re.DOTALL)
        ]
        assert len(packages) > 20
        assert unpinned == []
        assert re.findall(r"--(?:extra-)?index-url|https?:", text) == []

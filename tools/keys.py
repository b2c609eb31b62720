"""Make the secrets of the compose stack: `make keys`, or `python -m tools.keys [--demo] [folder]` (`.secrets` by
default).

What is there already is kept. Each file becomes /run/secrets/<name> in the containers that need it. `service_keys`
holds what everybody may know: it is made anew from the signing keys each time. `--demo` also fills in the key of the
simulated Stripe. Nothing here is ever committed.
"""

import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.settings import NAMES, keys
from kit.signing import public_key

RANDOM = (
    "postgres_password",
    *(f"{name}_password" for name in NAMES),
    *(f"{name}_owner_password" for name in NAMES),
    *(f"{name}_signing_key" for name in NAMES),
    "session_secret",
    "ticket_key",
    "privacy_key",
    "ops_token",
    "bootstrap_admin_token",
)


def make(folder: Path, demo: bool) -> None:
    # The engine shows the files to containers with the owner and mode they have here, and those run as another user:
    # the folder keeps people of this machine out, the files let the containers in.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in RANDOM:
        keep(folder / name, secrets.token_urlsafe(32))
    signing = {name: (folder / f"{name}_signing_key").read_text() for name in NAMES}
    write(folder / "service_keys", service_keys(signing))
    for service in NAMES:
        for role in (service, f"{service}_owner"):
            password = (folder / f"{role}_password").read_text().strip()
            keep(folder / f"{role}_database_url", f"postgresql://{role}:{password}@postgres/{service}")
    keep(folder / "smtp_url", "smtp://mailpit:1025" if demo else "")
    keep(folder / "stripe_api_key", "sk_test_simulated" if demo else "")
    keep(folder / "stripe_webhook_secret", "whsec_" + secrets.token_hex(24) if demo else "")


def service_keys(signing_keys: Mapping[str, str]) -> str:
    """SERVICE_KEYS: what each service's signatures are checked with, made from its SIGNING_KEY."""
    every = [(name, key) for name, listed in signing_keys.items() for key in keys(listed)]
    return ",".join(f"{name}:{public_key(key)}" for name, key in every)


def kept(path: Path, names: Sequence[str]) -> dict[str, str]:
    """`make run`'s secrets, made once: links and sign-ins go on working after a restart."""
    path.touch(mode=0o600)
    known = dict(line.split("=", 1) for line in path.read_text().splitlines())
    fresh = {name: secrets.token_urlsafe(24) for name in names if name not in known}
    with path.open("a") as file:
        file.writelines(f"{name}={secret}\n" for name, secret in fresh.items())
    return known | fresh


def keep(path: Path, content: str) -> None:
    if not path.exists():
        write(path, content)


def write(path: Path, content: str) -> None:
    path.write_text(content + "\n")
    path.chmod(0o644)


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    chosen = Path(folders[0] if folders else ".secrets")
    make(chosen, "--demo" in sys.argv[1:])
    print(f"The secrets are in {chosen}: keep a copy elsewhere, and let nobody else read it.")

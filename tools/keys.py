"""Make the secrets of the compose stack: `python -m tools.keys [--demo] [folder]` (`.secrets` by default).

What is there already is kept. Each file becomes /run/secrets/<name> in the containers that need it. `--demo` also
fills in the key of the simulated Stripe. Nothing here is ever committed.
"""

import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

RANDOM = (
    "postgres_password",
    "registration_password",
    "billing_password",
    "notify_password",
    "service_keys",
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
    for service in ("registration", "billing", "notify"):
        password = (folder / f"{service}_password").read_text().strip()
        keep(folder / f"{service}_database_url", f"postgresql://{service}:{password}@postgres/{service}")
    keep(folder / "smtp_url", "smtp://mailpit:1025")
    keep(folder / "stripe_api_key", "sk_test_simulated" if demo else "")
    keep(folder / "stripe_webhook_secret", "whsec_" + secrets.token_hex(24) if demo else "")


def kept(path: Path, names: Sequence[str]) -> dict[str, str]:
    """`make run`'s secrets, made once: links and sign-ins go on working after a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in names))
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def keep(path: Path, content: str) -> None:
    if not path.exists():
        path.write_text(content + "\n")
        path.chmod(0o644)


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    chosen = Path(folders[0] if folders else ".secrets")
    make(chosen, "--demo" in sys.argv[1:])
    print(f"The secrets are in {chosen}: keep a copy elsewhere, and let nobody else read it.")

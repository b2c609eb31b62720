"""`make run`: the whole of Guichet on this machine, with SQLite and the simulated Stripe, until Ctrl-C.

Everything it writes is in `.guichet/`. A variable of the environment wins over what it would choose itself.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import quote

from registration.seed.source import Source
from tools import keys
from tools.supervisor import Child, end_on_signals, stop, tend, wait_until_ready

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".guichet"
# Written once the people of the demonstration are there: the address of somebody's tickets, or nothing.
TICKETS = STATE / "tickets"
MEMBER_LINK = "member link: "
SERVICES = ("registration", "billing", "notify")
SIGNING = tuple(f"{name.upper()}_SIGNING_KEY" for name in SERVICES)
# Secrets of registration alone, and those that are given to all.
OWN = ("SESSION_SECRET", "TICKET_KEY", "PRIVACY_KEY", "BOOTSTRAP_ADMIN_TOKEN")
SHARED = ("OPS_TOKEN", "STRIPE_WEBHOOK_SECRET")
SAMPLE = ROOT / "samples" / "association.yaml"
HOST = "127.0.0.1"
SIMULATOR = 9  # The simulator's port, counted from the first: 8010 beside 8001.


say = partial(print, sep="\n", flush=True)


def taken_port(first: int) -> int | None:
    """The first of the ports from `first` on that another program has."""
    for port in (first, first + 1, first + 2, first + SIMULATOR):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                return port
    return None


def refuse_taken_ports(first: int) -> None:
    """In one sentence, with ports that are free."""
    port = taken_port(first)
    if port is not None:
        free = next(other for other in range(9001, 65000, 100) if taken_port(other) is None)
        sys.exit(f"Port {port} is taken by another program. These are free: `make run PORT={free}`.")


def lock(state: Path, first: int) -> IO[str]:
    """The folder is this process's alone until it ends, however it ends: two would write over each other's data. The
    file says where it serves."""
    mine = (state / "lock").open("a+")
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        mine.seek(0)
        where = mine.read()
        mine.close()
        sys.exit(f"Guichet is running already: {where}. To start it again, stop that one first (Ctrl-C where it runs).")
    mine.truncate(0)
    mine.write(f"http://{HOST}:{first}/, with the data of {state}")
    mine.flush()
    return mine


def keep_private(state: Path) -> None:
    """Names, addresses and keys are for this account's eyes: what is there already, and what will be written."""
    os.umask(0o077)
    state.chmod(0o700)
    for path in state.iterdir():
        path.chmod(0o700 if path.is_dir() else 0o600)


def empty(state: Path) -> None:
    """Start afresh. The lock stays: without its file another could take it."""
    for path in state.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def database(path: Path) -> str:
    """The address of a database in a file. Its folder may have a `%` in its name, which an address says otherwise."""
    return f"sqlite:///{quote(str(path))}"


def environments(first: int) -> dict[str, dict[str, str]]:
    """The environment of each process, by its name. With a STRIPE_API_KEY there is no simulator."""
    ports = {name: first + place for place, name in enumerate(SERVICES)}
    shared = {f"{name.upper()}_URL": f"http://{HOST}:{port}" for name, port in ports.items()}
    secrets = keys.kept(STATE / "keys.env", (*SIGNING, *OWN, *SHARED))
    shared |= {name: secrets[name] for name in SHARED}
    signing = dict(zip(SERVICES, (secrets[key] for key in SIGNING), strict=True))
    shared["SERVICE_KEYS"] = keys.service_keys(signing)
    if "STRIPE_API_KEY" not in os.environ:
        ports["simulator"] = first + SIMULATOR
        shared |= {"STRIPE_API_KEY": "sk_test_simulated", "STRIPE_API_BASE": f"http://{HOST}:{ports['simulator']}"}
        shared |= {"STRIPE_WEBHOOK_URL": shared["BILLING_URL"] + "/webhooks/stripe"}
        shared |= {"SIMULATOR_DATABASE": str(STATE / "simulator.db")}
    own = {name: {"HOST": HOST, "PORT": str(port)} for name, port in ports.items()}
    for name in SERVICES:
        own[name] |= {"DATABASE_URL": database(STATE / f"{name}.db"), "SIGNING_KEY": signing[name]}
    own["registration"] |= {name: os.environ.get(name, secrets[name]) for name in OWN}
    own["registration"] |= {"BOOTSTRAP_ADMIN_EMAIL": os.environ.get("BOOTSTRAP_ADMIN_EMAIL", "direction@example.org")}
    return {name: {**shared, **os.environ, **its} for name, its in own.items()}


def run_once(name: str, *arguments: str, env: Mapping[str, str]) -> str:
    """A command that must succeed; what it said, which is shown when it failed."""
    done = subprocess.run([sys.executable, "-m", name, *arguments], env=env, text=True, capture_output=True, cwd=ROOT)
    if done.returncode:
        say(done.stdout + done.stderr)
        sys.exit(f"`python -m {' '.join((name, *arguments))}` failed: see above.")
    return done.stdout


def started(children: list[Child], envs: Mapping[str, Mapping[str, str]]) -> str:
    """Load the sample association and its people, and start everything; `children` fills as they start. Answers a
    member's link."""
    said = run_once("registration", "seed", "--profile", "demo", env=envs["registration"])
    if not TICKETS.exists() and not envs["notify"].get("SMTP_URL"):  # Nobody is ever written to who is not there.
        say("Making the demonstration’s last weeks: signups, invoices, arrivals (once, some seconds).")
        run_once("tools.demonstration", env=envs["registration"])
    for name, env in envs.items():
        at = f"http://{HOST}:{env['PORT']}"
        arguments, health = ([name, "serve"], "/health/ready") if name in SERVICES else ([name], "/health")
        children.append(Child(name, arguments, env, at + health, STATE / f"{name}.log"))
    wait_until_ready(children)
    links = [line.removeprefix(MEMBER_LINK) for line in said.splitlines() if line.startswith(MEMBER_LINK)]
    return links[0] if links else ""


def announce(env: Mapping[str, str], member_link: str) -> None:
    """Five things to try, each with its address."""
    home = env.get("REGISTRATION_PUBLIC_URL") or env["REGISTRATION_URL"]
    door = Source.read(SAMPLE).id("activity", "caricatures-2027")
    tickets = TICKETS.read_text() if TICKETS.exists() else ""
    say("", f"Guichet is ready at {home}/. Five things to try:", "")
    say(
        "  1. Sign a foursome up for golf, in a window as narrow as a phone",
        f"     {home}/fr/activites/tournoi-golf-2027",
    )
    say("  2. Come to the 5 à 7 as a member: this link gives her company’s price", f"     {member_link}")
    say("  3. Sign in as the first of the staff, and see what needs doing")
    say(f"     {home}/staff/bootstrap/{env['BOOTSTRAP_ADMIN_TOKEN']}")
    say("  4. Then open the door of the 5 à 7, and welcome one of these tickets", f"     {home}/staff/check-in/{door}")
    if tickets:
        say(f"     {tickets}")
    if not env.get("SMTP_URL"):
        say("  5. Read the mail it has sent", f"     {env['NOTIFY_URL']}/dev/mail")
    say("", f"Data, keys and logs are in {STATE} (`make run RESET=1` starts afresh). Ctrl-C stops everything.")


def main() -> int:
    first, only_migrate = int(os.environ.get("PORT") or 8001), "--migrate" in sys.argv[1:]
    STATE.mkdir(exist_ok=True)
    # Migrations run beside a Guichet that serves: they only add.
    held = None if only_migrate else lock(STATE, first)
    if held:
        refuse_taken_ports(first)
    keep_private(STATE)
    if "--reset" in sys.argv[1:]:
        empty(STATE)
    end_on_signals()
    children: list[Child] = []
    envs = environments(first)
    try:
        for name in SERVICES:
            run_once(name, "migrate", env=envs[name])
        if only_migrate:
            return 0
        member_link = started(children, envs)
        announce(envs["registration"], member_link)
        while True:
            tend(children)
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        stop(children)
        if held:
            held.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

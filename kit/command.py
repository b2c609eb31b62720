"""The commands of every service: `python -m <service> serve | work | migrate | invariants | …`."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI

from kit import log, migrate, wiring
from kit.app import Service
from kit.settings import Settings, defaults
from kit.sockets import Impatient

Command = Callable[[Any, argparse.Namespace], int]
# For what the web server has begun; the worker then has its own (kit.worker).
STOP_SECONDS = 5


@dataclass(frozen=True)
class Commands:
    """What differs between services. `extra` commands get the service and the parsed options, and answer a code."""

    name: str
    settings: type[Settings]
    create_service: Callable[[Any], Service]
    create_app: Callable[..., FastAPI]
    extra: Mapping[str, Command] = field(default_factory=dict)


def run(commands: Commands, arguments: Sequence[str]) -> int:
    """Parse, prepare, do. The exit code is 0 when all is well."""
    options = _parser(commands).parse_args(arguments)
    settings = commands.settings(**defaults(commands.name, os.environ))
    settings.check()
    settings.check_signature(commands.name)
    log.to_stdout(commands.name, settings.log_level)
    if options.command == "serve":
        return _serve(commands.create_app(settings, worker=not options.no_worker), settings, settings.port)
    service = commands.create_service(settings)
    try:
        if options.command == "work":
            signal.signal(signal.SIGTERM, lambda *_: None)  # The server ends by it, and then passes it on.
            return _serve(wiring.build(service, (), with_worker=True), settings, settings.worker_port)
        if options.command == "migrate":
            migrate.upgrade(service.db, service.migrations)
            return 0
        if options.command == "invariants":
            return _invariants(service)
        return commands.extra[options.command](service, options)
    finally:
        service.close()


def _parser(commands: Commands) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {commands.name}")
    parser.add_argument("command", choices=("serve", "work", "migrate", "invariants", *commands.extra))
    parser.add_argument("--no-worker", action="store_true", help="serve HTTP only; run `work` beside it")
    parser.add_argument("--profile", choices=("demo", "load"), default="demo", help="what `seed` loads")
    parser.add_argument("--file", default="samples/association.yaml", help="the association file `seed` loads")
    parser.add_argument("--count", type=int, default=100_000, help="how many registrations `seed --profile load` makes")
    return parser


def _serve(app: FastAPI, settings: Settings, port: int) -> int:
    uvicorn.run(
        app,
        http=Impatient,
        host=settings.host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return 0


def _invariants(service: Service) -> int:
    differences = service.invariants()
    sys.stdout.write("".join(f"{difference}\n" for difference in differences))
    return 1 if differences else 0

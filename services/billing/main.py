"""Wiring of billing: settings in, application out."""

from pathlib import Path

from fastapi import FastAPI

from billing import jobs
from billing.association import queries as association
from billing.gateway import Gateway
from billing.invariants import invariants
from billing.reactions import REACTIONS
from billing.service import BillingService
from billing.settings import BillingSettings
from kit import wiring
from kit.clock import Clock, Remembered, utc_now
from kit.contracts import Association
from kit.db import Database
from kit.http import TransportFor

HERE = Path(__file__).parent
# `/orders/export` is no order: its address is looked for before that of one order.
FIRST = ("office.exports.api", "office.exports.pages")
# How long pages may show a profile that was just changed, in seconds.
PROFILE_SECONDS = 2


def create_service(
    settings: BillingSettings, clock: Clock = utc_now, http: TransportFor | None = None, gateway: Gateway | None = None
) -> BillingService:
    """Everything but the web server: what the commands, the worker and the routes share."""
    db = Database(settings.database_url)
    siblings = wiring.siblings("billing", settings, clock, http)
    if gateway is None and settings.stripe_api_key:
        gateway = Gateway(settings.stripe_api_key, settings.stripe_api_base, settings.stripe_webhook_secret)

    def profile() -> Association:
        with db.read() as session:
            return association.shown_on(session, clock().date())

    def pending() -> dict[str, int]:
        with db.read(one_state=True) as session:
            return jobs.pending(session, clock())

    def differences() -> list[str]:
        with db.read(one_state=True) as session:
            return invariants(session, clock())

    service = BillingService(
        name="billing",
        settings=settings,
        db=db,
        clock=clock,
        pages=wiring.pages(HERE),
        siblings=siblings,
        reactions=REACTIONS,
        migrations=HERE / "migrations",
        association=Remembered(profile, clock, PROFILE_SECONDS),
        renew=lambda caller: wiring.renewed(siblings["registration"], caller),
        invariants=differences,
        pending=pending,
        figures=lambda: jobs.figures(db, clock()),
        gateway=gateway,
    )
    service.loops = jobs.loops(service)
    return service


def create_app(
    settings: BillingSettings,
    clock: Clock = utc_now,
    http: TransportFor | None = None,
    worker: bool = False,
    gateway: Gateway | None = None,
) -> FastAPI:
    """The web application, with its worker loops when `worker` is set."""
    return wiring.build(create_service(settings, clock, http, gateway), wiring.routers("billing", HERE, FIRST), worker)

"""Wiring of notify: settings in, application out."""

from pathlib import Path

from fastapi import FastAPI

from kit import wiring
from kit.clock import Clock, Remembered, local_day, utc_now
from kit.contracts import NOBODY, Association
from kit.db import Database
from kit.http import TransportFor
from notify import jobs
from notify.association import queries as association
from notify.gateway import Gateway, KeptGateway, SmtpGateway
from notify.letter import Writer
from notify.reactions import REACTIONS
from notify.service import NotifyService
from notify.settings import NotifySettings

HERE = Path(__file__).parent
# How long pages and mail may show a profile that was just changed, in seconds.
PROFILE_SECONDS = 2
# The day a profile begins is a day in Québec, whatever the day in Greenwich.
ZONE = "America/Toronto"


def create_service(
    settings: NotifySettings, clock: Clock = utc_now, http: TransportFor | None = None, gateway: Gateway | None = None
) -> NotifyService:
    """Everything but the web server: what the commands, the worker and the routes share. Raises MissingSetting."""
    settings.check_mail()
    db = Database(settings.database_url)
    siblings = wiring.siblings("notify", settings, clock, http)
    pages = wiring.pages(HERE)

    def read_profile() -> Association | None:
        with db.read() as session:
            return association.in_force(session, local_day(clock(), ZONE))

    profile = Remembered(read_profile, clock, PROFILE_SECONDS)
    service = NotifyService(
        name="notify",
        settings=settings,
        db=db,
        clock=clock,
        pages=pages,
        siblings=siblings,
        reactions=REACTIONS,
        migrations=HERE / "migrations",
        association=lambda: profile() or NOBODY,
        renew=lambda caller: wiring.renewed(siblings["registration"], caller),
        invariants=lambda: jobs.invariants(db, clock()),
        pending=lambda: jobs.pending(db),
        figures=lambda: jobs.figures(db, clock()),
        gateway=gateway or (KeptGateway(db, clock) if settings.keeps_mail else SmtpGateway(settings.smtp_url)),
        writer=Writer(pages, settings.sender, settings.reach),
        profile=profile,
    )
    service.loops = jobs.loops(service)
    return service


def create_app(
    settings: NotifySettings,
    clock: Clock = utc_now,
    http: TransportFor | None = None,
    worker: bool = False,
    gateway: Gateway | None = None,
) -> FastAPI:
    """The web application, with its worker loops when `worker` is set."""
    return wiring.build(create_service(settings, clock, http, gateway), wiring.routers("notify", HERE), worker)

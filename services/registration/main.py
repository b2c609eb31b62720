"""Wiring of registration: settings in, application out."""

from pathlib import Path

import sqlalchemy as sa
from fastapi import FastAPI

from kit import wiring
from kit.auth import Renewal, staff_pass
from kit.clock import Clock, Remembered, utc_now
from kit.contracts import Association
from kit.contracts.callers import Caller
from kit.db import Database
from kit.errors import Busy
from kit.http import TransportFor
from kit.settings import MissingSetting
from registration import jobs
from registration.association import queries as association
from registration.cache import BriefCache
from registration.clients import BillingClient
from registration.invariants import invariants
from registration.privacy.queries import refuse_wrong_key
from registration.reactions import REACTIONS
from registration.service import RegistrationService
from registration.settings import RegistrationSettings
from registration.staff import queries as staff
from registration.uploads import body_limit
from registration.vault import Vault, WrongPrivacyKey

HERE = Path(__file__).parent
# What a crowd asks for is looked for first.
HOT = ("door.checkin.api", "public.form.api", "public.storefront.pages", "public.form.pages", "public.personal.pages")
# How long pages may show a profile that was just changed, in seconds.
PROFILE_SECONDS = 2


def create_service(
    settings: RegistrationSettings, clock: Clock = utc_now, http: TransportFor | None = None
) -> RegistrationService:
    """Everything but the web server: what the commands, the worker and the routes share."""
    db = Database(settings.database_url)
    siblings = wiring.siblings("registration", settings, clock, http)

    def profile() -> Association:
        with db.read() as session:
            return association.profile_on(session, clock().date())

    def renewal(caller: Caller) -> Renewal | None:
        now = clock()
        present = staff.caller_now(db, caller, now)
        return Renewal(present, lambda: staff_pass(settings.signing_key, present, now)) if present else None

    service = RegistrationService(
        name="registration",
        settings=settings,
        db=db,
        clock=clock,
        pages=wiring.pages(HERE),
        siblings=siblings,
        reactions=REACTIONS,
        migrations=HERE / "migrations",
        association=Remembered(profile, clock, PROFILE_SECONDS),
        renew=renewal,
        keeps_logins=True,
        invariants=lambda: invariants(db),
        pending=lambda: jobs.unfinished_work(db, clock(), jobs.hold_terms(settings)),
        figures=lambda: jobs.figures(db, clock()),
        body_limit=body_limit,
        billing=BillingClient(siblings["billing"], clock),
        cache=BriefCache(clock),
    )
    service.loops = jobs.loops(service)
    return service


def refuse_wrong_privacy_key(settings: RegistrationSettings) -> None:
    """Refuse to start with a PRIVACY_KEY that does not open what is sealed in the database. A database that is away, or
    without tables yet, says nothing of it."""
    db = Database(settings.database_url)
    try:
        with db.read() as session:
            if sa.inspect(session.connection()).has_table("answer_key"):
                refuse_wrong_key(session, Vault(settings.privacy_key))
    except WrongPrivacyKey as error:
        raise MissingSetting("PRIVACY_KEY does not open what is sealed in this database") from error
    except Busy:
        pass
    finally:
        db.close()


def create_app(
    settings: RegistrationSettings, clock: Clock = utc_now, http: TransportFor | None = None, worker: bool = False
) -> FastAPI:
    """The web application, with its worker loops when `worker` is set."""
    return wiring.build(create_service(settings, clock, http), wiring.routers("registration", HERE, HOT), worker)

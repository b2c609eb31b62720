"""Wiring of registration: settings in, application out."""

from pathlib import Path

from fastapi import APIRouter, FastAPI

from kit import wiring
from kit.clock import Clock, Remembered, utc_now
from kit.contracts import Association
from kit.db import Database
from kit.http import TransportFor
from registration import jobs
from registration.association import queries as association
from registration.clients import BillingClient
from registration.door.checkin import api as checkin_api
from registration.door.checkin import pages as checkin_pages
from registration.door.substitution import api as substitution_api
from registration.door.substitution import pages as substitution_pages
from registration.door.walkin import api as walkin_api
from registration.door.walkin import pages as walkin_pages
from registration.office.account import pages as access_pages
from registration.office.accounts import api as accounts_api
from registration.office.accounts import pages as accounts_pages
from registration.office.companies import api as members_api
from registration.office.companies import pages as members_pages
from registration.office.profile import api as association_api
from registration.office.profile import pages as association_pages
from registration.office.registrations import api as office_api
from registration.office.registrations import pages as office_pages
from registration.office.signin import api as staff_api
from registration.office.signin import pages as staff_pages
from registration.public.form import api as form_api
from registration.public.form import pages as form_pages
from registration.public.member import pages as member_pages
from registration.public.personal import api as personal_api
from registration.public.personal import pages as personal_pages
from registration.public.personal import pages_own as own_pages
from registration.public.storefront import api as storefront_api
from registration.public.storefront import pages as storefront_pages
from registration.reactions import REACTIONS
from registration.service import RegistrationService
from registration.settings import RegistrationSettings
from registration.shelf import Shelf
from registration.staff import queries as staff

HERE = Path(__file__).parent
# An address is looked for from router to router, so what a crowd uses comes first.
ROUTERS: tuple[APIRouter, ...] = (
    checkin_api.router,
    form_api.router,
    storefront_pages.router,
    form_pages.router,
    personal_pages.router,
    staff_pages.router,
    staff_api.router,
    access_pages.router,
    accounts_pages.router,
    accounts_api.router,
    association_pages.router,
    association_api.router,
    storefront_api.router,
    member_pages.router,
    members_pages.router,
    members_api.router,
    own_pages.router,
    personal_api.router,
    checkin_pages.router,
    walkin_pages.router,
    substitution_pages.router,
    substitution_api.router,
    walkin_api.router,
    office_pages.router,
    office_api.router,
)
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
        renew=lambda login: staff.renewed(db, login, clock()),
        invariants=lambda: jobs.invariants(db),
        pending=lambda: jobs.pending(db, clock()),
        billing=BillingClient(siblings["billing"], clock),
        shelf=Shelf(clock),
    )
    service.loops = jobs.loops(service)
    return service


def create_app(
    settings: RegistrationSettings, clock: Clock = utc_now, http: TransportFor | None = None, worker: bool = False
) -> FastAPI:
    """The web application, with its worker loops when `worker` is set."""
    return wiring.build(create_service(settings, clock, http), ROUTERS, worker)

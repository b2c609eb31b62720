"""Wiring of registration: settings in, application out."""

from pathlib import Path

from fastapi import APIRouter, FastAPI

from kit import wiring
from kit.clock import Clock, Remembered, utc_now
from kit.contracts import Association
from kit.db import Database
from kit.http import TransportFor
from registration import jobs
from registration.access import pages as access_pages
from registration.accounts import api as accounts_api
from registration.accounts import pages as accounts_pages
from registration.association import api as association_api
from registration.association import pages as association_pages
from registration.association import queries as association
from registration.catalog.shelf import Shelf
from registration.checkin import api as checkin_api
from registration.checkin import pages as checkin_pages
from registration.clients import BillingClient
from registration.form import api as form_api
from registration.form import pages as form_pages
from registration.members import api as members_api
from registration.members import pages as members_pages
from registration.office import api as office_api
from registration.office import pages as office_pages
from registration.personal import api as personal_api
from registration.personal import own_pages
from registration.personal import pages as personal_pages
from registration.reactions import REACTIONS
from registration.service import RegistrationService
from registration.settings import RegistrationSettings
from registration.staff import api as staff_api
from registration.staff import pages as staff_pages
from registration.staff import queries as staff
from registration.storefront import api as storefront_api
from registration.storefront import pages as storefront_pages
from registration.substitution import api as substitution_api
from registration.substitution import pages as substitution_pages
from registration.walkin import api as walkin_api
from registration.walkin import pages as walkin_pages

HERE = Path(__file__).parent
FEATURES = (
    "association",
    "history",
    "staff",
    "access",
    "accounts",
    "catalog",
    "members",
    "storefront",
    "signup",
    "form",
    "personal",
    "checkin",
    "walkin",
    "substitution",
    "office",
)
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
        pages=wiring.pages(HERE, FEATURES),
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

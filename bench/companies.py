"""`python -m bench.companies [--db sqlite|postgresql|both]`: staff's pages about companies, with 5,000 of them, 22,000
people, their periods and 100,000 registrations; best of several, beside the goal of 60 ms."""

import argparse
import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from starlette.testclient import TestClient

from bench.office import HOME, asked, database, show
from kit import migrate
from kit.auth import PASS_COOKIE, staff_pass
from kit.clock import utc_now
from kit.db import new_id
from kit.sql import column, insert_all, table
from registration import seed
from registration.main import create_app
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.rules import MemberStatus, Role, company_search, person_search
from registration.registrations.arrears.actions import mark
from registration.registrations.models import Registration
from registration.seed import crowd
from registration.seed.source import weeks_to_now
from registration.settings import RegistrationSettings
from tests import make
from tests.fakes.absent import nobody

COMPANIES, PEOPLE, REGISTRATIONS = 5_000, 22_000, 100_000
AT_ONCE = 1_000
SECTORS, TERRITORIES = ("manufacturing", "services", "agrifood", "high_tech"), ("saguenay", "lac_saint_jean")
PAGES = {
    "list": "/staff/members",
    "list, of the API": "/api/companies",
    "a page further": "/api/companies?after={middle}",
    "narrowed by standing": "/staff/members?status=in_arrears",
    "narrowed by sector and territory": "/staff/members?sector=agrifood&territory=saguenay&status=active",
    "found by a word": "/staff/members?q=fictive+4321",
    "on another day": "/staff/members?on=2025-06-30",
    "counts": "/api/company-counts",
    "one company": "/staff/members/{middle}",
    "one company, of the API": "/api/companies/{middle}",
    "the whole list as a file": "/api/companies/export?format=csv",
    "search, a company": "/api/staff/search?q=fictive+4321",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.companies")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    for kind in ("postgresql", "sqlite") if options.db == "both" else (options.db,):
        with tempfile.TemporaryDirectory(prefix="guichet-companies-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with database(kind, folder) as url:
                measure(kind, url)


def measure(kind: str, url: str) -> None:
    app = create_app(RegistrationSettings(app_env="development", database_url=url, registration_url=HOME), http=nobody)
    service = app.state.service
    migrate.upgrade(service.db, service.migrations)
    now = utc_now()
    seed.load(service.db, make.SAMPLE, now, weeks_to_now(now), demo=True)
    crowd.fill(service.db, REGISTRATIONS)
    ids = grow(service, now.date())
    if kind == "postgresql":
        with service.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    print(f"{kind}: {COMPANIES} companies, {PEOPLE} people, {REGISTRATIONS} registrations")
    now = utc_now()  # Filling may have taken longer than a pass lasts.
    caller = make.program(service.db, ["director"], now)
    client = TestClient(app, base_url=HOME, follow_redirects=False)
    client.cookies.set(PASS_COOKIE, staff_pass(service.settings.signing_key, caller, now))
    for name, address in PAGES.items():
        show(name, *asked(service, client, address.format(middle=ids[len(ids) // 2])))
    service.close()


def grow(service: Any, today: date) -> list[Any]:
    """Companies, each with two periods, their people, and whose the registrations are; a fifth of them on invoices
    that nobody paid."""
    companies = [_company(n) for n in range(COMPANIES)]
    people = [_person(n, companies[n % COMPANIES]) for n in range(PEOPLE)]
    ids = [one.id for one in companies]
    with service.db.write() as session:
        _insert(session, companies)
        _insert(session, [period for n, id_ in enumerate(ids) for period in _periods(n, id_, today)])
        _insert(session, people)
        roles = list(Role)
        _insert(
            session,
            [
                CompanyRole(person_id=one.id, company_id=one.company_id, role=roles[n % len(roles)], starts=today)
                for n, one in enumerate(people)
            ],
        )
        registrations = session.scalars(sa.select(column(Registration.id))).all()
        due = today - timedelta(days=10)
        whose = sa.update(table(Registration)).where(column(Registration.id) == sa.bindparam("mine"))
        session.connection().execute(
            whose.values({column(Registration.company_id): sa.bindparam("of")}),
            [{"mine": one, "of": ids[n % COMPANIES]} for n, one in enumerate(registrations)],
        )
        some = [{"mine": one} for n, one in enumerate(registrations) if n % COMPANIES < COMPANIES // 5]
        late = {column(Registration.method): "invoice", column(Registration.paid_at): None}
        owed = {column(Registration.due_on): due, column(Registration.balance): column(Registration.total)}
        session.connection().execute(whose.values(late | owed), some)
        mark(session, ids)
    return ids


def _company(n: int) -> Company:
    name = f"Entreprise fictive {n} inc."
    return Company(
        key=f"bench-{n}",
        name=name,
        search=company_search(name),
        status=MemberStatus.PROSPECT,
        category="regular",
        sector=SECTORS[n % len(SECTORS)],
        territory=TERRITORIES[n % len(TERRITORIES)],
        access_code=f"B{n:09}",
    )


def _periods(n: int, company_id: Any, today: date) -> list[Membership]:
    before, begins = today - timedelta(days=500), today - timedelta(days=135)
    earlier = Membership(company_id=company_id, starts=before, ends=begins - timedelta(days=1))
    return [earlier] if n % 10 == 0 else [earlier, Membership(company_id=company_id, starts=begins, ends=today)]


def _person(n: int, of: Company) -> Person:
    first, last, email = f"Prénom{n}", f"Fictif{n}", f"personne-{n}@example.org"
    return Person(
        id=new_id(),
        key=f"bench-{n}",
        company_id=of.id,
        first_name=first,
        last_name=last,
        email=email,
        search=person_search(first, last, email),
    )


def _insert(session: Session, rows: list[Any]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        some = [one.model_dump() for one in rows[begin : begin + AT_ONCE]]
        insert_all(session, table(type(rows[0])), some)


if __name__ == "__main__":
    main()

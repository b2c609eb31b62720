"""The sample association loads whole, once, and always to the same rows."""

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from kit.db import Database
from kit.mailbox import Outbox
from registration import seed
from registration.association import queries as association
from registration.catalog import queries as catalog
from registration.catalog.codes.queries import written
from registration.catalog.models import Activity, ActivitySession, Price, Question, Seeded
from registration.catalog.offers.rules_activity import CancellationStep, Point
from registration.catalog.offers.rules_questions import ShowIf
from registration.catalog.rules import SaleState
from registration.members.models import Company, Membership, Person
from registration.members.queries_list import standings
from registration.members.queries_people import acting
from registration.members.rules import MemberStatus, MemberTerms, Role
from registration.seed import command
from registration.seed.source import weeks_to_now
from registration.settings import RegistrationSettings
from registration.staff.models import StaffMember
from registration.tables import metadata
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock

SAMPLE = Path("samples/association.yaml")


@pytest.fixture
def db(make_database: MakeDatabase) -> Any:
    database = Database(make_database("registration"))
    yield database
    database.close()


def everything(db: Database) -> dict[str, list[Any]]:
    with db.read() as session:
        return {
            table.name: session.execute(sa.select(table).order_by(*table.primary_key)).all()
            for table in metadata.sorted_tables
        }


def activity(session: Session, key: str) -> Activity:
    return session.exec(select(Activity).where(Activity.key == key)).one()


def test_seed_run_again_adds_nothing_and_posts_nothing_twice(db: Database, clock: FakeClock) -> None:
    first = seed.load(db, SAMPLE, clock())
    before = everything(db)
    second = seed.load(db, SAMPLE, clock() + timedelta(days=1))
    assert first["companies"] == 44 and first["people"] == 54 and first["activities"] == 11
    assert set(second.values()) == {0}
    assert everything(db) == before
    with db.read() as session:
        told = session.exec(select(Outbox.to)).all()
    assert sorted(told) == ["billing", "notify"]


def test_seed_of_the_same_file_gives_the_same_ids_elsewhere(
    make_database: MakeDatabase, db: Database, clock: FakeClock
) -> None:
    other = Database(make_database("registration"))
    seed.load(db, SAMPLE, clock())
    seed.load(other, SAMPLE, clock())
    for name in ("activity", "price", "person", "company", "staff_member"):
        assert everything(db)[name] == everything(other)[name]
    other.close()


def test_seed_run_again_keeps_what_people_changed(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.write() as session:
        golf = activity(session, "golf-2027")
        golf.title_fr = "Golf"
        session.add(golf)
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        assert activity(session, "golf-2027").title_fr == "Golf"


def test_seed_makes_the_association_and_its_people(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        profile = association.profile_on(session, clock().date())
        assert profile.legal_name == "Alliance industrielle du Fjord"
        assert (profile.gst_number, profile.accounts["cash_rounding"]) == ("123456789 RT0001", "5990")
        door = session.exec(select(StaffMember).where(col(StaffMember.email).startswith("porte@"))).one()
        assert door.roles == ["door"] and door.password_hash is None
        assert door.expires_at == datetime(2027, 3, 18, 10, 0, tzinfo=UTC)
        late = session.exec(select(Company).where(Company.key == "c12")).one()
        terms = MemberTerms(clock().date())
        assert standings(session, terms) == {
            MemberStatus.ACTIVE: 39,
            MemberStatus.IN_ARREARS: 1,
            MemberStatus.PROSPECT: 4,
        }
        owed = session.exec(
            select(Membership).where(Membership.company_id == late.id).order_by(col(Membership.starts).desc())
        ).first()
        assert owed is not None and (owed.ends, owed.fee, owed.fee_paid_on) == (date(2027, 6, 30), 37500, None)
        outside = session.exec(select(Company).where(Company.key == "n03")).one()
        assert outside.province == "ON" and not outside.status_reason
        maude = session.exec(select(Person).where(Person.key == "p01")).one()
        assert (maude.first_name, acting(session, maude.id, maude.company_id, terms.day)) == ("Maude", {Role.DELEGATE})


def test_seed_derives_company_codes_from_the_secret(
    make_database: MakeDatabase, db: Database, clock: FakeClock
) -> None:
    other = Database(make_database("registration"))
    seed.load(db, SAMPLE, clock(), secret="one")
    seed.load(other, SAMPLE, clock(), secret="another")
    codes = [{row.access_code for row in everything(database)["company"]} for database in (db, other)]
    assert len(codes[0]) == 44 and not codes[0] & codes[1]
    other.close()


def test_seed_makes_a_cohort_an_activity_of_a_series(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        cohort = activity(session, "ef2-chicoutimi-2027")
        found = catalog.offer(session, cohort.id)
    assert found is not None
    assert cohort.title_fr == "Efficacité 2 – Cohorte Chicoutimi (hiver 2027)"
    assert cohort.slug_fr == "efficacite-2-chicoutimi" and cohort.series_id is not None
    assert [session.minutes for session in found.sessions] == [210] * 6
    assert found.sessions[0].starts_at == datetime(2027, 2, 4, 13, 30, tzinfo=UTC)
    assert {key: resource.capacity for key, resource in found.resources.items()} == {"places": 10}
    # Fourteen days before the first session, on the wall clock.
    assert cohort.cancellation == (CancellationStep(datetime(2027, 1, 21, 13, 30, tzinfo=UTC), 0),)


def test_seed_products_share_their_prices_and_count_their_people(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        cocktail = catalog.offer(session, activity(session, "caricatures-2027").id)
        golf = catalog.offer(session, activity(session, "golf-2027").id)
    assert cocktail and golf
    car, ten = cocktail.product("car"), cocktail.product("car-10")
    assert car and ten
    assert (car.label.fr, car.uses, car.left) == ("Place", {"places": 1}, 330)
    assert (ten.attendees, ten.uses, ten.left) == (10, {"places": 10}, 33)
    assert {price.key: (price.who, price.channel) for price in car.prices} == {
        "car-m-eb": ("member", "online"),
        "car-m": ("member", "online"),
        "car-n": ("non_member", "online"),
        "car-porte": ("anyone", "on_site"),
        "car-hon": ("code", "online"),
    }
    foursome, dinner = golf.product("golf-quat"), golf.product("golf-souper")
    assert foursome and dinner
    assert (foursome.label.fr, foursome.attendees, foursome.left) == ("Quatuor", 4, 36)
    assert (dinner.label.en, dinner.uses) == ("Cocktail and dinner only", {"dinner_seats": 1})
    hole = golf.product("spon-trou")
    assert hole and len(hole.level.spots) == hole.left == 18 and hole.prices[0].tax_class == "out_of_scope"


def test_seed_invitation_opens_three_places(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        cocktail = activity(session, "caricatures-2027")
        assert written(session, cocktail.id, "honneur", clock()).effect.opens == "car-hon"
        assert written(session, activity(session, "golf-2027").id, "honneur", clock()).id is None


def test_seed_questions_are_asked_under_the_products_they_need(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        asked = {row.key: row for row in session.exec(select(Question)).all()}
    assert asked["q-bras"].show_if == ShowIf(products=("golf-batons",))
    assert asked["q-jumeler"].show_if == ShowIf(products=("golf-ind",))
    assert asked["q-arret"].show_if == ShowIf(products=("mpa-double", "mpa-simple", "mpa-car"))
    assert asked["q-photo"].type == "yes_no" and asked["q-mailler"].type == "choices"
    assert asked["q-allergie"].sensitive and asked["q-allergie"].purge_days == 30
    assert asked["q-interet"].options[0].label.fr == "Manufacturiers"
    assert "q-delegue" not in asked


def test_seed_times_are_in_utc_and_a_day_ends_after_its_last_minute(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        trip, golf = activity(session, "delegation-mpa-2027"), activity(session, "golf-2027")
        early = session.exec(select(Price.until).where(Price.key == "golf-quat-m-eb")).one()
    assert trip.cancellation == (
        CancellationStep(datetime(2027, 10, 16, 3, 59, 59, tzinfo=UTC), 0),
        CancellationStep(datetime(2027, 11, 6, 3, 59, 59, tzinfo=UTC), 50),
    )
    assert early == datetime(2027, 5, 15, 3, 59, 59, tzinfo=UTC)
    assert golf.sale_closes_at == datetime(2027, 6, 3, 21, 0, tzinfo=UTC)
    assert golf.names_due_at == datetime(2027, 6, 7, 16, 0, tzinfo=UTC)
    assert golf.methods == ["card", "invoice"] and golf.points == (Point("accueil"), Point("souper", "dinner_seats"))


@pytest.mark.parametrize(
    ("key", "open_to_all"),
    [
        ("golf-2027", True), ("caricatures-2027", True), ("webinaire-fraude-2027", True), ("ef2-jonquiere-2027", True),
        ("delegation-mpa-2027", True), ("salon-virtuel-2027", True), ("pae-2027", False), ("aga-2027", False),
        ("mentorat-2027", False), ("sondage-2027", False),
    ],
)  # fmt: skip
def test_seed_activities_open_for_signup_are_those_of_the_file(
    db: Database, clock: FakeClock, key: str, open_to_all: bool
) -> None:
    seed.load(db, SAMPLE, clock())
    with db.read() as session:
        found = activity(session, key)
        offer = catalog.offer(session, found.id)
    assert found.signup_open is open_to_all and offer
    assert (offer.state(clock()) is SaleState.BY_CONTACT) is not open_to_all


def test_seed_dates_move_by_whole_weeks_in_local_time(db: Database, clock: FakeClock) -> None:
    seed.load(db, SAMPLE, clock(), shift_weeks=26)
    with db.read() as session:
        moved = session.exec(select(ActivitySession).join(Activity).where(Activity.key == "caricatures-2027")).one()
    # 17 h stays 17 h, although summer time is over.
    assert (moved.day, moved.starts.hour) == (date(2027, 9, 15), 17)
    assert moved.starts_at == datetime(2027, 9, 15, 21, 0, tzinfo=UTC)


def test_seed_reference_week_becomes_the_current_one() -> None:
    assert weeks_to_now(datetime(2027, 2, 15, 12, tzinfo=UTC)) == 0
    assert weeks_to_now(datetime(2027, 2, 21, 12, tzinfo=UTC)) == 0
    assert weeks_to_now(datetime(2027, 2, 22, 12, tzinfo=UTC)) == 1
    assert weeks_to_now(datetime(2026, 2, 16, 12, tzinfo=UTC)) == -52


def test_seed_command_remembers_by_how_much_it_moved_the_dates(
    db: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    service: Any = SimpleNamespace(
        db=db, clock=clock, home="http://here.example.org", settings=RegistrationSettings(app_env="development")
    )
    options = argparse.Namespace(file=str(SAMPLE), profile="demo")
    clock.advance(days=14)
    assert command.run(service, options) == 0
    clock.advance(days=70)
    assert command.run(service, options) == 0
    said = capsys.readouterr().out
    assert "dates moved by 2 weeks" in said and "nothing new; dates moved by 2 weeks" in said
    assert "member link: http://here.example.org/m/" in said
    with db.read() as session:
        assert session.exec(select(Seeded.shift_weeks)).all() == [2]
        assert session.exec(
            select(ActivitySession.day).join(Activity).where(Activity.key == "golf-2027")
        ).one() == date(2027, 4, 22), "two weeks later, and nine earlier: signup for it is open"


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2027, 2, 15), date(2027, 6, 6), date(2028, 2, 29)])
def test_demonstration_on_any_day_has_open_running_and_called_activities(db: Database, today: date) -> None:
    """A newcomer signs a foursome up at the early-bird price on whichever day they come."""
    now = datetime(today.year, today.month, today.day, 15, tzinfo=UTC)
    seed.load(db, SAMPLE, now, weeks_to_now(now), demo=True)
    with db.read() as session:
        found = {one.key: catalog.offer(session, one.id) for one in session.exec(select(Activity))}
        titles = session.exec(select(Activity.title_fr)).all()
        early = session.exec(select(Price.until).where(Price.key == "golf-quat-m-eb")).one()
    open_now = {key for key, offer in found.items() if offer and offer.state(now) is SaleState.OPEN}
    assert open_now == {
        "golf-2027", "caricatures-2027", "ef2-jonquiere-2027", "webinaire-fraude-2027",
        "delegation-mpa-2027", "salon-virtuel-2027",
    }  # fmt: skip
    assert early is None or early > now
    running = found["ef2-chicoutimi-2027"]
    assert running and running.sessions[0].starts_at < now < running.sessions[-1].ends_at
    assert not any("hiver" in title or "automne" in title for title in titles)

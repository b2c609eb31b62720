"""The people of the demonstration: played through the services, whole, and once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from kit.settings import NAMES
from registration import seed
from registration.seed.source import Source, weeks_to_now
from tests.keys import environment_of
from tools.demonstration import PARTIES, SAMPLE, Story, Town, named_for_each, open_town
from tools.demonstration_deeds import deeds

NOW = datetime(2026, 11, 27, 18, tzinfo=UTC)
# One of each kind of thing that happens, and few of each: playing all of them takes a while.
SHORT = {"ef2-chicoutimi-2027": [2, 1], "golf-2027": [1, 1, 1, 1, 1], "caricatures-2027": [2, 1, 2, 2], "pae-2027": [1]}


@pytest.fixture
def played(make_database: Callable[[str], str]) -> Iterator[Town]:
    envs = {name: environment_of(name) | {"DATABASE_URL": make_database(name)} for name in NAMES}
    first = {
        "BOOTSTRAP_ADMIN_EMAIL": "direction@example.org",
        "BOOTSTRAP_ADMIN_TOKEN": "the-first-director-of-the-tests-012",
    }
    envs["registration"] |= first
    content = yaml.safe_load(PARTIES.read_text(encoding="utf-8"))
    parties = [party | {"size": SHORT[party["activity"]]} for party in content["parties"] if party["activity"] in SHORT]
    planned = list(deeds(parties, NOW))
    with ExitStack() as stack:
        town = open_town(envs, min(deed.at for deed in planned) - timedelta(hours=1), stack)
        own = envs["registration"]
        seed.load(town.service("registration").db, SAMPLE, NOW, weeks_to_now(NOW), own["TICKET_KEY"], demo=True)
        Story(town, Source.read(SAMPLE), content["answers"], own).play(planned)
        town.until(NOW)
        town.tidy()
        yield town


def test_environment_of_a_container_gives_each_service_what_is_its_own() -> None:
    own = {f"{name.upper()}_{key}": f"{key} of {name}" for name in NAMES for key in ("DATABASE_URL", "SIGNING_KEY")}
    for name, environment in named_for_each(own | {"OPS_TOKEN": "of all"}).items():
        assert environment["DATABASE_URL"] == f"DATABASE_URL of {name}"
        assert (environment["SIGNING_KEY"], environment["OPS_TOKEN"]) == (f"SIGNING_KEY of {name}", "of all")


def test_demonstration_has_signups_money_returns_and_arrivals_that_agree(played: Town) -> None:
    for name in NAMES:
        assert played.service(name).invariants() == []
    figures = {one.name: one.values for name in NAMES for one in played.service(name).figures()}
    assert figures["guichet_registrations"]["confirmed"] > 10 and figures["guichet_registrations"]["cancelled"] >= 1
    assert figures["guichet_payments"]["cheque"] and figures["guichet_payments"]["transfer"]
    assert sum(figures["guichet_refunds"].values()) >= 1
    with played.service("registration").db.read() as session:
        arrived = session.connection().exec_driver_sql("SELECT COUNT(*) FROM contract_checkins").scalar_one()
        covered = session.connection().exec_driver_sql("SELECT COUNT(*) FROM contract_coverages").scalar_one()
    assert arrived >= 3 and covered == 12

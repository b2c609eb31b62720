"""While the database is away: every page says so, in its own clothes, and says when to come back."""

import pytest

from kit.db import Database
from tests.fakes.clock import FakeClock
from tests.notify.conftest import House, opened, settings

PAGE = {"Accept": "text/html"}
AWAY = ["sqlite:////nowhere/none.db", "postgresql://nobody@127.0.0.1:1/none"]


def lost(house: House, url: str) -> None:
    """The database that the service holds leads nowhere from now on."""
    house.here.db.close()
    vars(house.here.db).update(vars(Database(url)))


@pytest.mark.parametrize("url", AWAY)
def test_page_without_the_database_is_still_a_page(house: House, url: str) -> None:
    assert house.client.get("/nothing", headers=PAGE).status_code == 404
    lost(house, url)
    for seconds in (0, 5, 3600):
        house.clock.advance(seconds=seconds)
        answer = house.client.get("/staff/messages", headers={**PAGE, **house.signed_in()})
        assert answer.status_code == 503 and answer.headers["Retry-After"]
        assert "Alliance industrielle du Fjord" in answer.text and "Beaucoup de monde" in answer.text
        assert "form-action" in answer.headers["Content-Security-Policy"]
    assert house.client.get("/brand.css").status_code == 200


@pytest.mark.parametrize("url", AWAY)
def test_process_that_never_read_the_profile_says_so_plainly(clock: FakeClock, url: str) -> None:
    with opened(settings(url, smtp_url="smtp://127.0.0.1:1"), clock, introduced=False) as house:
        answer = house.client.get("/nothing", headers=PAGE)
        assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")
        assert house.client.get("/health/ready", headers=PAGE).status_code == 503

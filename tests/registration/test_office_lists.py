"""Staff's long lists: page by page both ways, with names in no address."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser


def test_lists_are_read_page_by_page_without_gap_or_repeat(
    service: Any, browser: Browser, clock: FakeClock, cocktail: uuid.UUID
) -> None:
    for n in range(55):
        made = clock() + timedelta(minutes=n // 20)
        make.registered(service.db, COCKTAIL, "car", [f"Jean Tremblay{n % 3}", "Paul Roy"], made)
    coordinator = browser("coordinator")

    def every(what: str, sort: str) -> list[str]:
        """To the end, then back to the beginning: the same pages."""
        address, pages, backwards = f"/api/staff/activities/{cocktail}/{what}", [], []
        params = {"sort": sort}
        while True:
            found = coordinator.get(address, params=params).json()
            pages.append(found)
            assert len(found[what]) <= 50 and found["total"] == (55 if what == "registrations" else 110)
            if not found["next"]:
                break
            params = {"sort": sort, "after": found["next"]}
        while found["previous"]:
            found = coordinator.get(address, params={"sort": sort, "before": found["previous"]}).json()
            backwards.append(found)
        assert backwards == pages[-2::-1]
        return [row["id"] for page in pages for row in page[what]]

    for what, sort, other, count in (
        ("registrations", "newest", "oldest", 55),
        ("attendees", "name", "name_desc", 110),
    ):
        ids = every(what, sort)
        assert len(set(ids)) == len(ids) == count
        assert ids == every(what, other)[::-1]


@pytest.mark.parametrize("path", ["", "/attendees"])
def test_list_search_words_are_in_no_address(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A name is personal data: the form posts it, the browser keeps it, and every link of the list goes on with it."""
    client, address = browser("coordinator"), f"/staff/activities/{cocktail}{path}"
    asked = client.post(address, data={"q": " Zoé Roy ", "sort": "oldest" if not path else "name_desc"})
    first = asked.headers["location"]
    assert (
        asked.status_code == 303
        and "sort=" in first
        and "find=" in first
        and "Roy" not in first
        and "Zo" not in first.split("find=")[0]
    )
    page = client.get(first).text
    assert "Zoé Roy" in page and "Élise" not in page and 'value="Zoé Roy"' in page
    assert "roy" not in " ".join(re.findall('href="([^"]*)"', page)).lower()
    second = client.post(address, data={"q": "elise"}).headers["location"]
    assert "Zoé Roy" not in client.get(second).text and 'value="Zoé Roy"' in client.get(first).text, "back is back"
    assert client.post(address, data={"q": "  "}).headers["location"] == f"http://registration.test{address}"
    forgotten = browser("coordinator").get(first).text
    assert 'value="Zoé Roy"' not in forgotten, "another browser knows the address and not the words"
    assert "Roy" not in caplog.text

"""The views of an activity's registrations: each shows as many as it says."""

import re
import uuid
from typing import Any

from registration.office.activities.queries_registrations import registrations_of
from registration.office.activities.queries_views import VIEWS, view_counts
from tests.counting import statements
from tests.registration.conftest import Browser

VIEW = re.compile(r'<li><a href="([^"]+)"( aria-current="page")?>([^<]+) <span class="count">([^<]+)</span></a></li>')


def test_views_count_what_they_show(service: Any, cocktail: uuid.UUID, signed_up: Any) -> None:
    with service.db.read() as session, statements(service.db) as asked:
        counts = view_counts(session, cocktail)
        assert len(asked) == 1
        shown = {key: registrations_of(session, cocktail, view).total for key, view in VIEWS.items()}
    assert counts == shown == {"all": 3, "confirmed": 2, "unpaid": 2, "unnamed": 1, "to_confirm": 0, "cancelled": 0}


def test_views_lead_to_lists_and_the_one_that_is_shown_says_so(
    browser: Browser, cocktail: uuid.UUID, signed_up: Any
) -> None:
    client = browser("accountant")
    page = client.get(f"/staff/activities/{cocktail}").text
    views = {label: (href.replace("&amp;", "&"), current, count) for href, current, label, count in VIEW.findall(page)}
    assert list(views) == ["Toutes", "Confirmées", "Impayées", "Sans nom", "À confirmer", "Annulées"]
    assert [label for label, (_, current, _) in views.items() if current] == ["Toutes"]
    for label, (href, _, count) in views.items():
        followed = client.get(href).text
        assert [one[2] for one in VIEW.findall(followed) if one[1]] == [label]
        assert followed.count('<tr>\n<th scope="row">') == int(count), label
    narrowed = client.get(f"/staff/activities/{cocktail}?method=card").text
    assert not [one for one in VIEW.findall(narrowed) if one[1]], "a list narrowed otherwise is none of them"

"""What every answer of every service has, whoever asks and however: headers, limits, ids, redirects, counts."""

import logging

import pytest
from starlette.testclient import TestClient

from tests.kit.conftest import HOME, SECRET, Make

PAGE = {"Accept": "text/html"}
OPS = {"Authorization": f"Bearer {SECRET}"}


def test_a_bug_is_a_page_with_the_same_headers_as_any_other(client: TestClient) -> None:
    answer = client.get("/fr/bogue", headers={**PAGE, "X-Request-ID": "asked-by-a-test"})
    assert answer.status_code == 500 and "<h1" in answer.text
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-ID"] == "asked-by-a-test"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Élise" not in answer.text


def test_a_bug_is_written_down_once_without_what_people_typed(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/fr/bogue")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == ["bug"]


def test_who_asks_for_the_head_gets_the_head(client: TestClient) -> None:
    for path in ("/fr/page", "/health/live", "/static/app.css"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == whole.headers["Content-Type"]
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_a_slash_too_many_leads_to_the_page_whatever_the_host_says(client: TestClient) -> None:
    answer = client.get("/fr/page/", headers={"Host": "evil.example.com"})
    assert (answer.status_code, answer.headers["Location"]) == (307, "/notify/fr/page")
    away = client.get("//evil.example.com/", headers=PAGE)
    assert not away.headers.get("Location", "").startswith("//")


@pytest.mark.parametrize("path", ["//evil.example.com/x", "//evil.example.com", "/%2Fevil.example.com/%5Cx", "/\\evil"])
def test_no_address_makes_a_page_link_elsewhere(make_app: Make, path: str) -> None:
    app = make_app(notify_public_url=HOME)
    with TestClient(app, base_url=HOME) as client:
        text = client.get(HOME + path, headers=PAGE).text
    assert 'href="//' not in text and 'href="/\\' not in text and 'href="http://evil' not in text


def test_a_copy_still_good_stays_good_for_ever(client: TestClient) -> None:
    first = client.get("/static/app.css")
    assert "immutable" in first.headers["Cache-Control"]
    again = client.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_a_body_without_a_length_is_refused_when_it_is_endless(client: TestClient) -> None:
    def endless():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b"x" * 100_000

    for path, kind in (("/api/answers", "application/json"), ("/fr/form", "application/x-www-form-urlencoded")):
        answer = client.post(path, content=endless(), headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge"), path


def test_invented_methods_are_counted_as_one(client: TestClient) -> None:
    for n in range(5):
        assert client.request(f"BREW{n}", "/fr/page").status_code == 405
    counted = client.get("/metrics", headers=OPS).text
    assert "BREW" not in counted and 'method="other"' in counted


def test_an_unknown_address_is_one_line_of_the_metrics(client: TestClient) -> None:
    for n in range(5):
        client.get(f"/nothing-{n}/elise@example.org")
    assert "elise" not in client.get("/metrics", headers=OPS).text

"""What every answer of every service has, whoever asks and however: headers, limits, ids, redirects, counts."""

import logging
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tests.keys import OPS_TOKEN
from tests.kit.conftest import HOME, Make

ROOT = Path(__file__).parents[2]
PAGE = {"Accept": "text/html"}
OPS = {"Authorization": f"Bearer {OPS_TOKEN}"}


def test_bug_is_a_page_with_the_same_headers_as_any_other(client: TestClient) -> None:
    answer = client.get("/fr/bogue", headers={**PAGE, "X-Request-ID": "asked-by-a-test"})
    assert answer.status_code == 500 and "<h1" in answer.text
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-ID"] == "asked-by-a-test"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Élise" not in answer.text


def test_bug_is_logged_once_without_personal_data(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/fr/bogue")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == ["bug"]


def test_answer_that_breaks_in_the_middle_ends_and_says_nothing_more(
    make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(make_app(), base_url=HOME) as client, pytest.raises(RuntimeError, match="Élise"):
        client.get("/fr/moitie")
    bugs = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in bugs] == ["bug"]


def test_head_request_is_answered_with_the_headers_alone(client: TestClient) -> None:
    for path in ("/fr/page", "/health/live", "/static/app.css"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["Content-Type"] == whole.headers["Content-Type"]
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_address_with_a_slash_too_many_leads_to_the_page_whatever_the_host(client: TestClient) -> None:
    answer = client.get("/fr/page/", headers={"Host": "evil.example.com"})
    assert (answer.status_code, answer.headers["Location"]) == (307, "/notify/fr/page")
    away = client.get("//evil.example.com/", headers=PAGE)
    assert not away.headers.get("Location", "").startswith("//")


@pytest.mark.parametrize("path", ["//evil.example.com/x", "//evil.example.com", "/%2Fevil.example.com/%5Cx", "/\\evil"])
def test_address_of_any_shape_makes_no_page_link_elsewhere(make_app: Make, path: str) -> None:
    app = make_app(notify_public_url=HOME)
    with TestClient(app, base_url=HOME) as client:
        text = client.get(HOME + path, headers=PAGE).text
    assert 'href="//' not in text and 'href="/\\' not in text and 'href="http://evil' not in text


def test_static_copy_still_good_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/static/app.css")
    assert "immutable" in first.headers["Cache-Control"]
    again = client.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_body_without_a_length_is_refused_when_it_is_endless(client: TestClient) -> None:
    def endless():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b"x" * 100_000

    for path, kind in (("/api/answers", "application/json"), ("/fr/form", "application/x-www-form-urlencoded")):
        answer = client.post(path, content=endless(), headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge"), path
        assert answer.headers["Connection"] == "close"  # Else the server would go on reading what is thrown away.


@pytest.mark.parametrize(
    "charset",
    [
        "punycode",
        "idna",
        "unicode_escape",
        "utf-16",
        '"utf-7"',
        "x",
        "",
        "*=utf-8''punycode",
        "*0=puny; charset*1=code",
    ],
)
def test_text_in_another_encoding_is_refused(client: TestClient, charset: str) -> None:
    named = f"charset{charset}" if charset.startswith("*") else f"charset={charset}"
    for path, kind in (("/fr/form", "multipart/form-data; boundary=B"), ("/api/answers", "application/json")):
        answer = client.post(path, content=b"--B--", headers={"Content-Type": f"{kind}; {named}"})
        assert (answer.status_code, answer.json()["code"]) == (415, "NotUtf8"), kind


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_text_in_utf_8_that_says_so_is_read(client: TestClient, charset: str) -> None:
    answer = client.post(
        "/api/answers", content=b"{}", headers={"Content-Type": f"application/json; charset={charset}"}
    )
    assert answer.status_code == 200


def test_half_a_character_is_refused_and_no_bug(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """JSON can say it, and neither a database nor an answer can hold it."""
    answer = client.post("/api/texts", content=b'{"name": "\\ud800"}', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (415, "NotUtf8")
    assert "bug" not in [record.getMessage() for record in caplog.records]


def test_browser_that_came_by_https_comes_back_by_https(make_app: Make) -> None:
    plain = "http://inscriptions.example.org"
    for url, said in ((HOME, "max-age=31536000"), (plain, None)):
        with TestClient(make_app(registration_public_url=url), base_url=url) as client:
            assert client.get("/health/live").headers.get("Strict-Transport-Security") == said
            assert client.get("/nothing").headers.get("Strict-Transport-Security") == said


def test_methods_invented_are_counted_as_one(client: TestClient) -> None:
    for n in range(5):
        assert client.request(f"BREW{n}", "/fr/page").status_code == 405
    counted = client.get("/metrics", headers=OPS).text
    assert "BREW" not in counted and 'method="other"' in counted


def test_address_unknown_is_one_line_of_the_metrics(client: TestClient) -> None:
    for n in range(5):
        client.get(f"/nothing-{n}/elise@example.org")
    assert "elise" not in client.get("/metrics", headers=OPS).text


def test_body_key_invented_by_the_sender_is_not_repeated(client: TestClient) -> None:
    answer = client.post("/api/answers", json={"Élise Côté, elise@example.org": "?", "q-repas": "?"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"?": "int_parsing"}


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("24.48.1.2", "24.48.1.2"),
        ("6.6.6.6, 24.48.1.2", "24.48.1.2"),  # What a visitor sends stands before what the proxies add.
        ("6.6.6.6, 24.48.1.2, 172.18.0.1", "24.48.1.2"),
        ("2001:db8::1, 10.1.2.3", "2001:db8::1"),
    ],
)
def test_client_address_behind_the_stacks_proxy_cannot_be_invented(forwarded: str, seen: str) -> None:
    """Attempts are counted by address: one that the visitor invents would make guessing free."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    trusted = compose["x-settings"]["TRUSTED_PROXIES"]

    async def who(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(scope["client"][0])(scope, receive, send)

    client = TestClient(ProxyHeadersMiddleware(who, trusted), client=("172.18.0.9", 5000))
    assert client.get("/", headers={"X-Forwarded-For": forwarded}).text == seen

"""Files of programs and of pages: taken, served to anybody, cleared away."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from registration import jobs
from registration.uploads import LARGEST
from tests.fakes.clock import FakeClock
from tests.registration.conftest import Browser
from tests.registration.uploading import PDF, RED, SVG, huge_png, picture


def sent(client: TestClient, content: bytes, purpose: str = "cover", **headers: str) -> Any:
    return client.post(f"/api/files?purpose={purpose}", content=content, headers=headers)


def test_uploaded_file_is_served_to_anybody_under_a_type_of_ours(browser: Browser) -> None:
    told = sent(browser("coordinator"), picture(), **{"Content-Type": "text/html", "X-Name": "a.html"})
    assert told.status_code == 201
    file = told.json()
    assert (file["purpose"], file["content_type"], file["width"], file["height"]) == ("cover", "image/jpeg", 80, 40)
    path = file["url"].removeprefix("http://registration.test")
    assert re.fullmatch(r"/files/[\w-]{22}\.jpg", path)
    served = browser().get(path, headers={"Cookie": "guichet_pass=rubbish"})
    assert (served.status_code, served.headers["content-type"]) == (200, "image/jpeg")
    assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in served.headers
    again = browser().get(path, headers={"If-None-Match": served.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = browser().head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(served.content)))
    assert browser().get("/files/nothing.jpg").status_code == 404


def test_pdf_is_kept_as_it_came_and_given_to_be_saved(browser: Browser) -> None:
    file = sent(browser("coordinator"), PDF, "document").json()
    served = browser().get(file["url"])
    assert (served.content, served.headers["content-type"]) == (PDF, "application/pdf")
    assert served.headers["content-disposition"].startswith("attachment;")


def test_drawing_is_served_without_anything_that_runs(browser: Browser) -> None:
    file = sent(browser("coordinator"), SVG.format(RED + "<script>alert(1)</script>").encode(), "logo").json()
    served = browser().get(file["url"])
    assert served.headers["content-type"] == "image/svg+xml" and b"script" not in served.content
    assert "sandbox" in served.headers["content-security-policy"]
    assert "script-src" not in served.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "NoFile"),
        (b"\xff" * (LARGEST + 1), 413, "FileTooLarge"),
        (b"\xff" * 20_000_000, 413, "FileTooLarge"),
        (b"\xff" * 26_000_000, 413, "TooLarge"),
        (b"nothing of ours", 422, "WrongKindOfFile"),
        (huge_png(), 422, "PictureTooLarge"),
    ],
    ids=["empty", "over", "20MB", "26MB", "other", "huge"],
)
def test_upload_refused_says_why(browser: Browser, content: bytes, status: int, code: str) -> None:
    told = sent(browser("coordinator"), content)
    assert (told.status_code, told.json()["code"]) == (status, code)


def test_body_of_a_route_that_takes_no_file_keeps_its_limit(browser: Browser) -> None:
    assert browser("director").post("/api/association", content=b"x" * 2_000_001).json()["code"] == "TooLarge"


@pytest.mark.parametrize(
    ("role", "status"), [("director", 201), ("coordinator", 201), ("accountant", 403), ("door", 403)]
)
def test_upload_is_for_those_who_make_activities(browser: Browser, role: str, status: int) -> None:
    assert sent(browser(role), picture()).status_code == status
    assert sent(browser(), picture()).status_code == 401


def test_upload_sent_twice_with_one_key_is_one_file(browser: Browser) -> None:
    client = browser("coordinator")
    first, second = (sent(client, picture(), **{"Idempotency-Key": "one"}) for _ in range(2))
    assert first.json() == second.json() and second.headers["idempotent-replayed"] == "true"


def test_file_nobody_used_for_a_day_is_cleared_away(browser: Browser, app: FastAPI, clock: FakeClock) -> None:
    url = sent(browser("coordinator"), picture()).json()["url"]
    clock.advance(hours=23)
    jobs.housekeeping(app.state.service)
    assert browser().get(url).status_code == 200
    clock.advance(hours=2)
    jobs.housekeeping(app.state.service)
    assert browser().get(url).status_code == 404

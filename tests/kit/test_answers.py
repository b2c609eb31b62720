"""What a caller is told when the answer is no: by name, in their language, without what they sent."""

import logging
from pathlib import Path
from typing import Any

import pytest

from kit.app import BODY_LIMIT
from kit.metrics import Figure
from tests.fakes.clock import FakeClock
from tests.keys import OPS_TOKEN
from tests.kit.room import Room, room_of

HTML = {"Accept": "text/html"}
PRIVATE = "Rosalie Deux-Rives 418-555-0199"


class TestMalformed:
    @pytest.mark.parametrize(
        "sent",
        [
            {"name": ["x", PRIVATE], "people": 1},
            {"name": "Tente", "people": PRIVATE},
            {"people": 1},
            {"name": "Tente", "people": 1, PRIVATE: PRIVATE},
            [PRIVATE],
            PRIVATE,
        ],
    )
    def test_invalid_body_names_its_fields_and_never_repeats_what_was_sent(self, room: Room, sent: Any) -> None:
        answer = room.client().post("/wishes", json=sent)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        told = answer.json()
        assert told["code"] == "InvalidInput" and told["errors"]
        assert not any(word in answer.text for word in PRIVATE.split())
        assert room.done == []

    def test_invalid_json_is_refused_and_never_repeated(self, room: Room) -> None:
        broken = room.client().post("/wishes", content='{"name": "' + PRIVATE, headers={"Content-Type": "text/json"})
        assert broken.status_code == 422 and PRIVATE not in broken.text
        broken = room.client().post(
            "/wishes", content='{"name": "' + PRIVATE, headers={"Content-Type": "application/json"}
        )
        assert broken.status_code == 422 and PRIVATE not in broken.text

    def test_invalid_field_is_named_with_its_error(self, room: Room) -> None:
        assert room.client().post("/wishes", json={"people": "many"}).json()["errors"] == {
            "name": "missing",
            "people": "int_parsing",
        }


class TestRefusals:
    def test_refusal_to_a_program_is_a_problem(self, room: Room) -> None:
        answer = room.client().get("/taken", headers={"X-Request-ID": "request-0192"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        told = answer.json()
        assert told.pop("detail")
        assert told == {
            "type": "about:blank#TooMany",
            "title": "TooMany",
            "status": 429,
            "code": "TooMany",
            "request_id": "request-0192",
            "errors": {"name": "TooMany"},
        }

    @pytest.mark.parametrize(("lang", "word"), [("fr", '<html lang="fr-CA">'), ("en", '<html lang="en-CA">')])
    def test_refusal_to_a_person_is_a_page(self, room: Room, lang: str, word: str) -> None:
        page = room.client().get(f"/taken?lang={lang}", headers=HTML)
        assert page.status_code == 429 and page.headers["Retry-After"] == "60"
        assert page.text.count("<h1") == 1 and word in page.text

    def test_address_unknown_is_not_found(self, room: Room) -> None:
        assert room.client().get("/nowhere").json()["code"] == "NotFound"
        assert room.client().get("/nowhere", headers=HTML).status_code == 404
        wrong = room.client().get("/wishes")
        assert (wrong.status_code, wrong.json()["code"], wrong.headers["Allow"]) == (405, "Http", "POST")

    def test_page_without_a_session_leads_to_sign_in_and_back(self, room: Room) -> None:
        away = room.client().get("/desk", headers=HTML)
        assert (away.status_code, away.headers["location"]) == (
            303,
            "http://registration.test/staff/sign-in?next=http%3A//registration.test/desk",
        )
        posted = room.client().post("/between", headers=HTML)
        assert posted.headers["location"] == "http://registration.test/staff/sign-in"


class TestBugs:
    def test_bug_is_500_and_its_text_stays_with_us(self, room: Room, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            answer, page = room.client().get("/broken"), room.client().get("/broken", headers=HTML)
        assert (answer.status_code, answer.json()["code"], page.status_code) == (500, "Bug", 500)
        assert "Rosalie" not in answer.text + page.text
        [first, _second] = [record for record in caplog.records if record.msg == "bug"]
        assert first.request_id == answer.json()["request_id"] and first.route == "/broken"  # type: ignore[attr-defined]


class TestReady:
    def test_service_with_the_newest_schema_is_ready(self, room: Room) -> None:
        assert room.client().get("/health/ready").json() == {"status": "ready"}

    def test_service_without_its_schema_is_not_ready(self, clock: FakeClock, tmp_path: Path) -> None:
        room = room_of(f"sqlite:///{tmp_path / 'empty.db'}", clock)
        answer = room.client().get("/health/ready")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert room.client().get("/health/live").status_code == 200
        room.service.close()

    def test_service_without_its_database_is_not_ready(self, clock: FakeClock, tmp_path: Path) -> None:
        room = room_of(f"sqlite:///{tmp_path}/no/such/folder.db", clock)
        assert room.client().get("/health/ready").status_code == 503
        room.service.close()


class TestEdge:
    def test_request_id_of_ours_is_passed_on_and_any_other_is_replaced(self, room: Room) -> None:
        def told(given: str) -> str:
            return str(room.client().get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"])

        assert told("request-0192") == "request-0192"
        for other in ("short", "x" * 65, "with a space", "new\tline-abc", ""):
            assert told(other) not in (other, "")

    def test_body_declared_too_large_is_not_read(self, room: Room) -> None:
        for headers in ({"Content-Length": str(BODY_LIMIT + 1)}, {"Content-Length": "-1"}, {"Content-Length": "many"}):
            answer = room.client().post("/wishes", content=b"{}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")
        assert room.done == []

    def test_answer_of_any_kind_has_the_protective_headers(self, room: Room) -> None:
        for path in ("/health/live", "/nowhere", "/broken"):
            headers = room.client().get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy and "'unsafe-inline'" not in policy
            assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")

    def test_metrics_count_by_route_and_never_by_address(self, room: Room) -> None:
        room.client().get("/health/live?who=Rosalie")
        room.client().get("/r/0192/secret-token")
        room.service.pending = lambda: {"outbox": 3}
        text = room.client().get("/metrics", headers={"Authorization": f"Bearer {OPS_TOKEN}"}).text
        assert 'guichet_requests_total{method="GET",route="/health/live",status="200"} 1.0' in text
        assert 'guichet_pending{kind="outbox"} 3.0' in text
        assert "Rosalie" not in text and "secret-token" not in text

    def test_metrics_say_what_a_service_counts_how_its_loops_do_and_its_release(self, room: Room) -> None:
        room.service.figures = lambda: [Figure("guichet_wishes", "Wishes", "status", {"kept": 2, "open": 0})]
        text = room.client().get("/metrics", headers={"Authorization": f"Bearer {OPS_TOKEN}"}).text
        for line in ('guichet_wishes{status="kept"} 2.0', 'guichet_build_info{release="unknown"} 1.0'):
            assert line in text
        assert "process_resident_memory_bytes" in text and "guichet_loop_late{" not in text

    def test_process_with_a_loop_that_hangs_says_that_it_does_not_live(
        self, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert room.client().get("/health/live").status_code == 200
        monkeypatch.setattr(room.service.worker, "late", lambda: {"deliver": 1.0, "holds": 0.0})
        assert room.client().get("/health/live").status_code == 503
        text = room.client().get("/metrics", headers={"Authorization": f"Bearer {OPS_TOKEN}"}).text
        assert 'guichet_loop_late{loop="deliver"} 1.0' in text and 'guichet_loop_late{loop="holds"} 0.0' in text

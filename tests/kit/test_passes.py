"""Passes of staff: what they open, how they go on, what is none."""

from kit.auth import PASS_LIFE, service_token, staff_pass
from kit.contracts.callers import Call, Caller
from kit.signing import public_key
from tests.kit.room import SECRET, Room

WHO = Caller(frozenset({"director"}), "u1", "Personne Fictive", "login-1", "en")


def desk(room: Room, token: str) -> int:
    client = room.client()
    client.cookies.set("guichet_pass", token)
    return client.get("/desk").status_code


def test_pass_opens_what_its_roles_may(room: Room) -> None:
    answer = room.staff("accountant", "door").get("/desk")
    assert answer.json() == {"name": "Personne Fictive", "roles": ["accountant", "door"], "lang": "en"}
    refused = room.staff("door").get("/desk")
    assert (refused.status_code, refused.json()["code"]) == (403, "NotAllowed")
    assert room.client().get("/desk").json()["code"] == "SignInNeeded"


def test_pass_in_a_header_is_read_for_a_program(room: Room) -> None:
    held = {"Authorization": f"Bearer {staff_pass(SECRET, WHO, room.clock())}"}
    assert room.client().get("/desk", headers=held).status_code == 200
    assert room.client().get("/desk", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_pass_gone_stale_is_renewed_with_the_roles_of_now(room: Room) -> None:
    client = room.staff("director")
    room.clock.advance(seconds=PASS_LIFE.total_seconds() + 1)
    room.renewed = Caller(frozenset({"accountant"}), "u1", "Personne Fictive", "login-1", "fr")
    answer = client.get("/desk")
    assert answer.json()["roles"] == ["accountant"]
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=Lax" in answer.headers["set-cookie"]
    room.renewed = None
    assert client.get("/desk").status_code == 200, "the renewed pass is fresh"


def test_pass_gone_stale_of_a_login_that_ended_opens_nothing(room: Room) -> None:
    client, room.login_over = room.staff("director"), True
    room.clock.advance(seconds=PASS_LIFE.total_seconds() + 1)
    assert client.get("/desk").json()["code"] == "SignInNeeded"


def test_change_by_staff_asks_what_they_may_do_now(room: Room) -> None:
    """A fresh pass is enough to read, for the minutes it holds; never to change anything."""
    client, before = room.staff("director"), Caller(frozenset({"door"}), "u1", "Personne Fictive", "login-1", "en")
    assert client.post("/between").status_code == 200
    room.renewed = before
    assert (client.get("/desk").status_code, client.post("/between").status_code) == (200, 403)
    room.login_over = True
    assert client.post("/between").json()["code"] == "SignInNeeded"


def test_read_by_staff_asks_too_where_logins_are_kept(room: Room) -> None:
    room.service.keeps_logins, room.login_over = True, True
    assert room.staff("director").get("/desk").json()["code"] == "SignInNeeded"


def test_pass_of_a_program_gone_stale_is_not_renewed(room: Room) -> None:
    """It exchanges its token again: a pass alone never lasts."""
    program = Caller(frozenset({"director"}), "t1", "Programme fictif")
    held = {"Authorization": f"Bearer {staff_pass(SECRET, program, room.clock())}"}
    assert room.client().post("/desk", headers=held).status_code == 200
    room.clock.advance(seconds=PASS_LIFE.total_seconds() + 1)
    assert room.client().get("/desk", headers=held).json()["code"] == "SignInNeeded"


def test_pass_not_signed_by_us_is_no_one(room: Room) -> None:
    token = staff_pass(SECRET, WHO, room.clock())
    forged = staff_pass("another-secret", WHO, room.clock())
    as_service = service_token(SECRET, Call("billing", "registration", "GET", "/desk", b""), room.clock())
    altered = ("A" if token[0] != "A" else "B") + token[1:]
    assert [desk(room, each) for each in (token, forged, as_service, altered, ".", "%")] == [200] + [401] * 5


def test_pass_key_is_replaced_without_a_gap(room: Room) -> None:
    """The first of a list signs; what is listed of each of them verifies."""
    settings = room.service.settings
    listed = [f"registration:{public_key(key)}" for key in ("new", "old")]
    old = staff_pass("old", WHO, room.clock())
    room.service.settings = settings.model_copy(update={"service_keys": ",".join(listed)})
    new = staff_pass("new,old", WHO, room.clock())
    assert desk(room, old) == desk(room, new) == 200
    room.service.settings = settings.model_copy(update={"service_keys": listed[0]})
    assert (desk(room, old), desk(room, new)) == (401, 200)

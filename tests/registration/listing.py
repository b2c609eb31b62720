"""Member lists as tests bring them in: through the pages' own API, as a member of staff would."""

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

SAMPLES = Path(__file__).parent.parent.parent / "samples"
LIST_A, LIST_B = SAMPLES / "liste-membres-a.csv", SAMPLES / "liste-membres-b.csv"


def read(client: TestClient, content: bytes, origin: str = "A") -> dict[str, Any]:
    """A list taken in, its columns as they were found."""
    answer = client.post(f"/api/imports?origin={origin}", content=content)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def looked_at(client: TestClient, content: bytes, origin: str = "A", **places: int) -> dict[str, Any]:
    """A list whose rows were judged."""
    it = read(client, content, origin)
    answer = client.post(f"/api/imports/{it['id']}/columns", json={"places": {**it["places"], **places}})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def rows(client: TestClient, it: dict[str, Any], kind: str = "") -> list[dict[str, Any]]:
    """Its first rows, of one kind or all."""
    params = {"kind": kind} if kind else {}
    return list(client.get(f"/api/imports/{it['id']}/rows", params=params).json()["rows"])


def decide(client: TestClient, it: dict[str, Any], *said: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post(f"/api/imports/{it['id']}/decisions", json={"rows": list(said), **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def written(client: TestClient, service: Any, it: dict[str, Any]) -> dict[str, Any]:
    """The list is written to its end by the worker."""
    answer = client.post(f"/api/imports/{it['id']}/write")
    assert answer.status_code == 200, answer.text
    at_work(service)
    return dict(client.get(f"/api/imports/{it['id']}").json())


def at_work(service: Any) -> None:
    loop = next(loop for loop in service.loops if loop.name == "imports")
    while loop.job():
        pass


def csv(*lines: str) -> bytes:
    """A list between semicolons."""
    return "\n".join(lines).encode()

"""A member list while whoever writes it is killed again and again: each company is made once, and goes as a whole."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.fire.conftest import Fresh
from tests.fire.harness.town import Town

ROWS, KILLS = 3000, 3
LAYOUT = {"registration": [("serve",), ("work",)], "billing": [("serve",)], "notify": [("serve",)]}


@pytest.fixture(scope="module")
def town(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("imports")
    with fresh(folder) as urls, Town(urls, folder, LAYOUT) as running:
        yield running


def sent(town: Town, path: str, **body: Any) -> dict[str, Any]:
    answer = httpx.post(
        f"{town.url('registration')}{path}", headers=town.pass_of("coordinator"), trust_env=False, timeout=60, **body
    )
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def state(town: Town) -> str:
    return str(town.rows("registration", "SELECT state FROM member_import")[0]["state"])


def count(town: Town, what: str) -> int:
    return int(town.rows("registration", f"SELECT COUNT(*) AS n FROM {what}")[0]["n"])


def through_kills(town: Town, waits: str, ended: str, say: Callable[..., None]) -> None:
    """To its end, while its processes are killed in the middle."""
    chance, victims = random.Random(11), [town["registration-2"], town["registration"]]
    left = f"import_row WHERE state = '{waits}'"
    for landed in range(KILLS):
        edge = ROWS - (landed + 1) * ROWS // (KILLS + 2)
        town.until(lambda edge=edge: count(town, left) <= edge, f"{edge} rows left", 150)
        time.sleep(chance.uniform(0, 0.2))
        victims[landed % 2].kill()
        victims[landed % 2].start()
        say(f"kill {landed + 1} with {count(town, left)} rows left")
    town.restart()
    town.until(lambda: state(town) == ended, ended, 200)


def test_list_through_kills_is_written_once_and_undone_whole(town: Town, say: Callable[..., None]) -> None:
    companies, people = count(town, "company"), count(town, "person")
    lines = ["Entreprise;Membre depuis;Échéance;Prénom;Nom;Courriel"]
    lines += [f"Atelier {n:05};2020-07-01;2027-06-30;Lou;N{n};lou@atelier{n}.example.org" for n in range(ROWS)]
    it = sent(town, "/api/imports?origin=A", content="\n".join(lines).encode())
    one = f"/api/imports/{it['id']}"
    assert sent(town, f"{one}/columns", json={"places": it["places"]})["kinds"] == {"new": ROWS}
    sent(town, f"{one}/write")
    through_kills(town, "waiting", "done", say)
    assert count(town, "company") == companies + ROWS and count(town, "person") == people + ROWS
    assert count(town, "import_row WHERE state = 'written'") == ROWS
    twice = "SELECT name FROM company WHERE name LIKE 'Atelier 0%' GROUP BY name HAVING COUNT(*) > 1"
    assert town.rows("registration", twice) == []
    sent(town, f"{one}/undo")
    through_kills(town, "written", "undone", say)
    assert (count(town, "company"), count(town, "person")) == (companies, people)
    assert town.ops("registration", "invariants") == [] and town.bugs() == []

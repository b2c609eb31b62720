"""What a company's file says of people is where it must be, and nowhere else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from registration.members.rules import Role
from tests.registration.conftest import Browser
from tests.registration.plan_lists import (
    PLAN,
    Program,
    acting_for,
    as_file,
    company_of,
    covered,
    pay,
    recognised,
    send_file,
)

CANARY = "QZ7canari"


def every_text(service: Any) -> dict[str, str]:
    """Everything that is written in the database, by table and column."""
    told: dict[str, str] = {}
    with service.db.read() as session:
        metadata = sa.MetaData()
        metadata.reflect(session.get_bind())
        for table in metadata.sorted_tables:
            for row in session.execute(sa.select(table)).mappings():
                for name, value in row.items():
                    told[f"{table.name}.{name}"] = told.get(f"{table.name}.{name}", "") + json.dumps(value, default=str)
    return told


def test_refused_file_leaves_no_trace(
    service: Any, app: FastAPI, browser: Browser, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """t12: nothing of it in the database, the log, or on the disk."""
    page = recognised(service, browser(), acting_for(service, "c15", Role.HR))
    content = as_file([["Pr\u00e9nom", "Nom", "Courriel", "NAM"], *([CANARY] * 4 for _ in range(50))])
    assert send_file(page, content).status_code == 422
    assert Program(service, app, acting_for(service, "c15", Role.HR)).post("/list/file", content).status_code == 422
    assert [where for where, text in every_text(service).items() if CANARY in text] == []
    written = capfd.readouterr()
    assert CANARY not in written.out + written.err
    files = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert files == []


def test_words_of_her_file_are_where_they_must_be(
    service: Any, app: FastAPI, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    """A word in every field: names and addresses in coverages and in the letter on its way, the number in coverages
    alone, what is in a column of no use nowhere."""
    words = {name: f"Canari{name}" for name in ("prenom", "nom", "numero", "poste", "titre")}
    heading = ["Pr\u00e9nom", "Nom", "Courriel", "No employ\u00e9", "Poste"]
    row = [words["prenom"], words["nom"], "canari@courriel.example.org", words["numero"], words["poste"]]
    page = recognised(service, browser(), acting_for(service, "c15", Role.HR))
    send_file(page, as_file([heading, row]))
    page.get(f"/plans/{PLAN}/list")
    pay(page)
    for key in ("k1", "k2"):
        one = str(covered(service, company_of(service, "c15").id)[0].id)
        program = Program(service, app, acting_for(service, "c15", Role.HR))
        assert program.post(f"/coverages/{one}/letter", key=key).status_code == 200
    told = every_text(service)
    found = {name: {where for where, text in told.items() if word in text} for name, word in words.items()}
    assert found["numero"] == {"coverage.employer_ref"}
    assert found["poste"] == found["titre"] == set()
    for name in ("prenom", "nom"):
        assert {where.split(".")[0] for where in found[name]} == {"coverage", "outbox"}
    assert {w.split(".")[0] for w, text in told.items() if "canari@courriel" in text} <= {"coverage", "outbox"}
    written = capfd.readouterr()
    assert re.findall("(?i)canari", written.out + written.err) == []

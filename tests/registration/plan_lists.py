"""Files as companies send them, and their HR in front of the pages of a plan."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import col, select
from starlette.testclient import TestClient

from kit.sheets.reading import ReadRow
from registration.members.models import Company, CompanyRole, Person
from registration.members.rules import Role
from registration.plans.models import Coverage

SAMPLE = Path(__file__).parents[2] / "samples" / "association.yaml"


@dataclass(frozen=True)
class Spreadsheet:
    """A file as it is sent, and the rows in it."""

    name: str
    rows: list[list[str]]
    content: bytes


def as_file(rows: Sequence[Sequence[str]], encoding: str = "cp1252", separator: str = ";") -> bytes:
    """The bytes of a file as a spreadsheet program saves it; a cell that holds the separator is quoted."""
    lines = (separator.join(_quoted(cell, separator) for cell in row) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell else cell


@cache
def _sample() -> Spreadsheet:
    said = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))["sample_spreadsheet"]
    rows = [said["header"], *said["rows"]]
    file = said["file"]
    return Spreadsheet(file["name"], rows, as_file(rows, file["encoding"], file["delimiter"]))


SPREADSHEET = _sample()


def sheet(*rows: Sequence[str]) -> tuple[ReadRow, ...]:
    """Rows as they are read of a file."""
    return tuple(ReadRow(number, tuple(cells)) for number, cells in enumerate(rows, 1))


PLAN = "pae-2027"


def acting_for(service: Any, company: str, *roles: Role) -> Person:
    """Somebody who has one of these roles in a company, the first by key."""
    with service.db.read() as session:
        mine = (
            select(Person)
            .join(CompanyRole, col(CompanyRole.person_id) == Person.id)
            .join(Company, col(CompanyRole.company_id) == Company.id)
            .where(Company.key == company, col(CompanyRole.role).in_(roles))
            .order_by(Person.key)
        )
        found: Person = session.exec(mine).first()
    return found


def company_of(service: Any, key: str) -> Company:
    with service.db.read() as session:
        found: Company = session.exec(select(Company).where(Company.key == key)).one()
    return found


def recognised(service: Any, client: TestClient, person: Person) -> TestClient:
    """A browser that followed somebody's personal link."""
    client.get(service.links.person(person.id, person.link_version).removeprefix(service.home))
    return client


def send_file(client: TestClient, content: bytes, **fields: str) -> Any:
    """Drop a file on the page."""
    files = {"file": ("liste.csv", content, "text/csv")}
    return client.post(f"/plans/{PLAN}/add/file", data=fields, files=files)


def pay(client: TestClient, **fields: str) -> Any:
    """Send the form of the price as it is shown, by invoice unless it says otherwise."""
    shown = client.get(f"/plans/{PLAN}/pay").text
    hidden = dict(re.findall(r'name="(registration_id|shown_total)" value="([^"]*)"', shown))
    asked = {**hidden, "method": "invoice", "terms_accepted": "yes", **fields}
    return client.post(f"/plans/{PLAN}/pay", data=asked)


def covered(service: Any, company: uuid.UUID) -> list[Coverage]:
    """Everybody whom a company covers, in the order in which they were put there."""
    with service.db.read() as session:
        mine = select(Coverage).where(Coverage.company_id == company, Coverage.state == "covered")
        return list(session.exec(mine.order_by(col(Coverage.id))).all())

"""Files as companies send them, and their HR in front of the pages of a plan."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.testclient import TestClient

from kit.sheets.reading import ReadRow
from registration.members.models import Company, CompanyRole, Membership, Person
from registration.members.rules import Role
from registration.plans.lists.models import PlanList, PlanListRow
from registration.plans.models import Coverage
from tests.fakes.clock import FakeClock
from tests.registration.conftest import HOME

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
URL = f"/plans/{PLAN}"
AFTER_IT_BEGAN = datetime(2027, 9, 7, 14, 0, tzinfo=UTC)


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


def pay(client: TestClient, plan: str = PLAN, **fields: str) -> Any:
    """Send the form of the price as it is shown, by invoice unless it says otherwise."""
    shown = client.get(f"/plans/{plan}/pay").text
    hidden = dict(re.findall(r'name="(registration_id|shown_total)" value="([^"]*)"', shown))
    asked = {**hidden, "method": "invoice", "terms_accepted": "yes", **fields}
    return client.post(f"/plans/{plan}/pay", data=asked)


def covered(service: Any, company: uuid.UUID) -> list[Coverage]:
    """Everybody whom a company covers, in the order in which they were put there."""
    with service.db.read() as session:
        mine = select(Coverage).where(Coverage.company_id == company, Coverage.state == "covered")
        return list(session.exec(mine.order_by(col(Coverage.id))).all())


def shown(page: TestClient, address: str = "") -> str:
    """A page as it is read."""
    answer = page.get(URL + address)
    assert answer.status_code == 200, answer.headers.get("location")
    return " ".join(answer.text.replace("\u00a0", " ").split())


def one_of(service: Any, name: str) -> Coverage:
    """The coverage of somebody, by their first name, the newest."""
    with service.db.read() as session:
        newest = select(Coverage).where(Coverage.first_name == name).order_by(col(Coverage.id).desc())
        found: Coverage = session.exec(newest).first()
    return found


def twelve(page: TestClient) -> None:
    """Twelve people are covered from the sample's file."""
    send_file(page, SPREADSHEET.content)
    assert pay(page).headers["location"].endswith("?done=covered")


def in_september(service: Any, page: TestClient, clock: FakeClock, hr: Person) -> None:
    """The plan is under way, the company's fee of the new year paid, and she has come back by her link."""
    with service.db.write() as session:
        session.add(Membership(company_id=hr.company_id, starts=date(2027, 7, 1), ends=date(2028, 6, 30)))
    clock.set(AFTER_IT_BEGAN)
    recognised(service, page, hr)


def drafts(service: Any) -> int:
    with service.db.read() as session:
        return len(session.exec(select(PlanList)).all()) + len(session.exec(select(PlanListRow)).all())


class Program:
    """A program that holds somebody's personal link."""

    def __init__(self, service: Any, app: FastAPI, person: Person) -> None:
        self.client = TestClient(app, base_url=HOME, follow_redirects=False, raise_server_exceptions=False)
        self.person = person
        self.base = f"/api/people/{person.id}/plans/{PLAN}"
        link = service.links.person(person.id, person.link_version)
        self.headers = {"X-Link-Token": link.rsplit("/", 1)[1]}

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path, headers=self.headers)

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        if isinstance(body, bytes):
            return self.client.post(self.base + path, content=body, headers=headers)
        return self.client.post(self.base + path, json=body or {}, headers=headers)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(self.base + path, json=body, headers=self.headers)

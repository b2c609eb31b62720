"""Whatever is kept of people says why and how long (`kit.db.personal`): a column that may hold such a thing and says
nothing fails here."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from kit.db import KitTable
from tests.architecture.source import SERVICES, modules

# Every column of text of these tables is about a person, unless it is named here with what it is instead.
PEOPLE = {
    "registration": {
        "code",
        "channel",
        "lang",
        "method",
        "status",
        "terms",
        "invoice_number",
        "paid_by",
        "fingerprint",
    },
    "attendee": {"code", "status"},
    "registration_note": set(),
    "person": {"key", "lang", "roles"},
    "staff_member": {"roles", "lang"},
    "answer": set(),
    "message": {"kind", "lang", "status", "error", "papers"},
}
# Elsewhere, a column of text with such a name may hold a person's.
SUSPECT = re.compile(r"name|email|phone|address|contact|actor|^by$|body|raw|values|recipient|search|buyer|changes|^to$")
# What has such a name and is about no person.
NOT_OF_PEOPLE = {
    "activity.place",
    "api_token.name",
    "association_profile.body",
    "company.address",
    "company_alias.name",
    "company.badge_name",
    "company.name",
    "company.phone",
    "company.search",
    "document_file.file_name",
    "house_template.body",
    "organisation.name",
    "house_template.name",
    "outbox.to",
    "plan.provider_email",
    "plan.provider_name",
    "plan.provider_phone",
}
TEXTS = (sa.String, sa.JSON, sa.LargeBinary)


def tables() -> dict[str, sa.Table]:
    """Every table of the three services and of the kit, by name; the services' own under their service."""
    for service in SERVICES:
        modules(service)
    found: dict[str, sa.Table] = {table.name: table for table in KitTable.metadata.sorted_tables}
    for service in SERVICES:
        metadata = __import__(f"{service}.tables", fromlist=["metadata"]).metadata
        found |= {f"{service}:{table.name}": table for table in metadata.sorted_tables}
    return found


def is_text(column: sa.Column[Any]) -> bool:
    """Whether it holds a text, JSON or bytes, whatever SQLModel calls its type."""
    kind = column.type.impl if isinstance(column.type, sa.types.TypeDecorator) else column.type
    kind = kind if isinstance(kind, sa.types.TypeEngine) else kind()
    return isinstance(kind, TEXTS) and not isinstance(kind, sa.Enum)


def undeclared() -> list[str]:
    """Columns that may hold something about a person and do not say why and how long."""
    wrong = []
    for key, table in tables().items():
        for column in table.columns:
            if not is_text(column) or column.info.get("purpose"):
                continue
            of_person = table.name in PEOPLE and column.name not in PEOPLE[table.name]
            suspect = table.name not in PEOPLE and SUSPECT.search(column.name)
            if of_person or (suspect and f"{table.name}.{column.name}" not in NOT_OF_PEOPLE):
                wrong.append(f"{key}.{column.name}")
    return wrong


def test_column_about_a_person_says_why_and_how_long() -> None:
    assert undeclared() == []


def test_column_about_a_person_says_a_purpose_and_a_term() -> None:
    said = [column.info for table in tables().values() for column in table.columns if "purpose" in column.info]
    assert len(said) > 30
    assert all(info["purpose"] and info["term"] for info in said)


@pytest.mark.parametrize("name", sorted(NOT_OF_PEOPLE))
def test_column_excepted_is_there(name: str) -> None:
    assert any(f"{table.name}.{column.name}" == name for table in tables().values() for column in table.columns)

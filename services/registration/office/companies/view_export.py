"""The list of companies as a sheet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from kit.sheets import Cell, Column, Kind, Row, Sheet
from registration.members.queries_list import CompanyRow
from registration.members.rules import GroupingKind
from registration.office.records.view import ListWords

COLUMNS = (
    ("companies.name", Kind.TEXT),
    ("companies.standing", Kind.TEXT),
    ("companies.renews_on", Kind.DATE),
    ("records.category", Kind.TEXT),
    ("records.sector", Kind.TEXT),
    ("records.territory", Kind.TEXT),
    ("records.mrc", Kind.TEXT),
    ("records.employees_field", Kind.WHOLE),
    ("records.neq", Kind.TEXT),
    ("records.address", Kind.TEXT),
    ("records.city", Kind.TEXT),
    ("records.province", Kind.TEXT),
    ("records.postal_code", Kind.TEXT),
    ("records.phone", Kind.TEXT),
    ("records.billing_email", Kind.TEXT),
    ("records.origin", Kind.TEXT),
    ("companies.people", Kind.WHOLE),
    ("companies.last_presence", Kind.MOMENT),
)


@dataclass(frozen=True)
class Told:
    """One company of the sheet, how many people it has, and when somebody of it last came."""

    row: CompanyRow
    people: int
    last_presence: datetime | None


def company_sheet(words: ListWords, zone: str, batches: Iterable[list[Told]]) -> Sheet:
    """The sheet; the batches are read when they are written."""

    def say(key: str) -> str:
        return words.catalogue.say(words.lang, key)

    def rows() -> Iterator[list[Row]]:
        for batch in batches:
            yield [_cells(one, words, say(f"standing.{one.row.status}")) for one in batch]

    return Sheet(
        title=say("companies.title"),
        lang=words.lang,
        zone=zone,
        columns=[Column(say(key), kind) for key, kind in COLUMNS],
        batches=rows(),
        yes=say("form.yes"),
        no=say("form.no"),
    )


def _cells(one: Told, words: ListWords, standing: str) -> list[Cell]:
    company = one.row.company
    return [
        company.name,
        standing,
        one.row.renews_on,
        words.label(GroupingKind.CATEGORY, company.category),
        words.label(GroupingKind.SECTOR, company.sector),
        words.label(GroupingKind.TERRITORY, company.territory),
        company.mrc,
        company.employees,
        company.neq,
        company.address,
        company.city,
        company.province,
        company.postal_code,
        company.phone,
        company.billing_email,
        company.legacy_org or "",
        one.people,
        one.last_presence,
    ]

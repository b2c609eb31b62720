"""An import as its pages show it: columns to be said, rows to be decided of, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit import text
from kit.paging import ListAddress
from kit.text import Catalogue
from registration.forms import FormValues, whole
from registration.members.duplicates.rules import MatchKind
from registration.members.duplicates.rules_fields import YES, CompanyField
from registration.members.imports.actions import RowDecision
from registration.members.imports.queries import ImportView
from registration.members.imports.rules import Decision, ImportRowView, ImportState
from registration.members.lists.rules_cells import PAYMENTS, suggestion
from registration.members.lists.rules_columns import NAMES, ImportColumn
from registration.members.lists.rules_judging import Difference, Part, RowKind
from registration.members.lists.rules_periods import Period
from registration.members.models import Grouping
from registration.members.rules import GroupingKind, Role

C = ImportColumn
KINDS = {
    RowKind.DOUBTFUL: "warn",
    RowKind.REFUSED: "bad",
    RowKind.DIFFERENT: "accent",
    RowKind.NEW: "good",
    RowKind.SAME: "quiet",
}
STATES = {
    ImportState.READ: "accent",
    ImportState.PREVIEWED: "accent",
    ImportState.WRITING: "warn",
    ImportState.DONE: "good",
    ImportState.UNDOING: "warn",
    ImportState.UNDONE: "quiet",
}
GROUPED = {C.CATEGORY: GroupingKind.CATEGORY, C.SECTOR: GroupingKind.SECTOR, C.TERRITORY: GroupingKind.TERRITORY}
# What a page may say it just did.
# More rows and columns than a spreadsheet has.
MOST_NUMBER = 2_000_000
NOTICES = ("saved", "discarded")


@dataclass(frozen=True)
class Choice:
    """One value to choose, and what it is called; `help`: what is known instead."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class HerColumn:
    """One column of her file: its place, its heading, some of its cells, and what it is taken for."""

    place: int
    heading: str
    cells: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class Asked:
    """One cell that must be put right: what stands there, why, and what is proposed; `choices` where few fit."""

    column: str
    label: str
    written: str
    why: str
    proposed: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class RowLine:
    """One row: what it is, in a word and a mark, what it says, and what is asked of it."""

    row: ImportRowView
    mark: str
    word: str
    summary: str
    match: str
    why: str
    changes: tuple[Choice, ...]
    takes: tuple[str, ...]
    asked: tuple[Asked, ...]
    left: str


@dataclass(frozen=True)
class ImportWords:
    """The words of an import in one language; `groups` are the lists by which companies are told apart."""

    catalogue: Catalogue
    lang: str
    groups: Sequence[Grouping] = ()

    def say(self, key: str, **values: Any) -> str:
        return self.catalogue.say(self.lang, key, **values)

    def column_choices(self) -> list[Choice]:
        """What a column may be, beside nothing."""
        return [Choice(one, self.say(f"import.column.{one}")) for one in NAMES]

    def columns(self, view: ImportView, rows: Sequence[Sequence[str]]) -> list[HerColumn]:
        """Her columns that hold something."""
        chosen = {place: one for one, place in view.it.places.items()}
        found = [
            HerColumn(
                place,
                heading,
                tuple(row[place] for row in rows if place < len(row) and row[place]),
                chosen.get(place, ""),
            )
            for place, heading in enumerate(view.it.headings)
        ]
        return [one for one in found if one.heading or one.cells or one.chosen]

    def tabs(self, view: ImportView, link: ListAddress, kind: RowKind | None) -> list[dict[str, Any]]:
        """All rows, then those of each kind that there are."""
        every = {"href": link(kind=""), "label": self.say("import.all"), "current": kind is None, "count": view.rows}
        return [
            every,
            *(
                {
                    "href": link(kind=one.value),
                    "label": self.say(f"import.kinds_{one}"),
                    "current": one is kind,
                    "count": view.kinds.get(one, 0),
                }
                for one in RowKind
                if view.kinds.get(one)
            ),
        ]

    def lines(self, rows: Sequence[ImportRowView], names: Mapping[Any, str]) -> list[RowLine]:
        """Rows in words; `names` are those of the companies that they may be."""
        return [self._line(row, names) for row in rows]

    def _line(self, row: ImportRowView, names: Mapping[Any, str]) -> RowLine:
        match = names.get(row.match_id, "") if row.match_id else ""
        return RowLine(
            row=row,
            mark=KINDS[row.kind],
            word=self.say(f"import.kind_{row.kind}"),
            summary=self._summary(row),
            match=match or (self.say("import.row_of", number=row.twin) if row.twin else ""),
            why=self.why(row.why) if row.kind is RowKind.DOUBTFUL else "",
            changes=tuple(self._change(one, row) for one in row.differences),
            takes=tuple(sorted(row.takes)),
            asked=tuple(self._asked(column, key, row) for column, key in row.problems.items()),
            left=self.say(f"import.left_{row.left}") if row.left else "",
        )

    def why(self, kinds: Sequence[MatchKind]) -> str:
        return ", ".join(self.say(f"duplicates.why_{one}") for one in kinds)

    def _summary(self, row: ImportRowView) -> str:
        texts = row.texts
        person = " ".join(filter(None, (texts.get(C.FIRST_NAME), texts.get(C.LAST_NAME))))
        return " · ".join(filter(None, (texts.get(C.CITY), person, texts.get(C.BILLING_EMAIL))))

    def _change(self, one: Difference, row: ImportRowView) -> Choice:
        label = self.say("import.change", field=self.say(f"import.column.{one.field}"), text=self._shown(one, row))
        ours = self.value(CompanyField(one.field), one.ours) if one.ours and not isinstance(one.field, Part) else ""
        return Choice(str(one.field), label, self.say("import.ours", text=ours) if ours else "")

    def _shown(self, one: Difference, row: ImportRowView) -> str:
        if one.field is Part.PERIOD:
            return self.period(Period.of_text(one.theirs))
        if one.field is Part.PERSON:
            role = row.texts.get(C.ROLE) or Role.DELEGATE
            return f"{one.theirs} ({self.say(f'role.{role}')})"
        return self.value(CompanyField(one.field), one.theirs)

    def period(self, period: Period) -> str:
        first = text.day_short(period.starts, self.lang)
        if period.ends is None:
            return self.say("import.period_since", first=first)
        return self.say("import.period", first=first, last=text.day_short(period.ends, self.lang))

    def value(self, field: CompanyField, said: str) -> str:
        """A text of a company as people read it."""
        grouped = GROUPED.get(C(field)) if field is not CompanyField.ORIGIN else None
        if grouped:
            return next((self._label(one) for one in self.groups if (one.kind, one.key) == (grouped, said)), said)
        if field is CompanyField.PO_REQUIRED:
            return self.say("form.yes" if said == YES else "form.no")
        if field in (CompanyField.LANG, CompanyField.USUAL_PAYMENT) and said:
            key = f"import.value.{said}"
            return self.say(key) if self.catalogue.has(key) else said
        return text.phone(said, self.lang) if field is CompanyField.PHONE else said

    def _label(self, one: Grouping) -> str:
        return one.label_en if self.lang == "en" and one.label_en else one.label_fr

    def _asked(self, column: ImportColumn, key: str, row: ImportRowView) -> Asked:
        written = row.texts.get(column, "")
        return Asked(
            column=column,
            label=self.say(f"import.column.{column}"),
            written=written,
            why=self.say(key),
            proposed=suggestion(column, written),
            choices=tuple(self._choices(column)),
        )

    def _choices(self, column: ImportColumn) -> list[Choice]:
        grouped = GROUPED.get(column)
        if grouped:
            return [Choice(one.key, self._label(one)) for one in self.groups if one.kind == grouped]
        if column is C.ROLE:
            return [Choice(one, self.say(f"role.{one}")) for one in Role]
        if column is C.USUAL_PAYMENT:
            return [Choice(one, self.say(f"import.value.{one}")) for one in PAYMENTS]
        return []


def places_chosen(form: FormValues) -> dict[ImportColumn, int] | None:
    """What was said of each of her columns; None when two are said to be the same."""
    said = [(name.removeprefix("column-"), form.one(name)) for name in form.fields if name.startswith("column-")]
    known = [(place, one) for place, one in said if one in set(ImportColumn) and place.isdecimal()]
    chosen = [(ImportColumn(one), whole(place, MOST_NUMBER)) for place, one in known]
    return dict(chosen) if len({one for one, _ in chosen}) == len(chosen) else None


def decisions(form: FormValues) -> list[RowDecision]:
    """What was said of the rows of one page: what is not ticked is not taken."""
    return [_decision(form, whole(number, MOST_NUMBER)) for number in form.all("row") if number.isdecimal()]


def _decision(form: FormValues, number: int) -> RowDecision:
    said = form.one(f"decision-{number}")
    corrections = {one: form.one(f"cell-{number}-{one}") for one in ImportColumn if form.one(f"cell-{number}-{one}")}
    return RowDecision(
        number,
        Decision(said) if said in set(Decision) else None,
        frozenset(form.all(f"take-{number}")) if form.one(f"takes-{number}") else None,
        corrections,
    )

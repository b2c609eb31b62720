"""Duplicates as their pages show them: why two may be one, and what is chosen of each, field by field."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kit import text
from kit.text import Catalogue
from registration.forms import FormValues
from registration.members.duplicates.rules import MatchKind
from registration.members.duplicates.rules_fields import YES, CompanyField, Texts, alike
from registration.members.models import Grouping
from registration.members.rules import GroupingKind
from registration.office.duplicates.queries import CompanySide, PersonSide, Sides

KINDS = {
    CompanyField.CATEGORY: GroupingKind.CATEGORY,
    CompanyField.SECTOR: GroupingKind.SECTOR,
    CompanyField.TERRITORY: GroupingKind.TERRITORY,
}
# What a page may say it just did.
NOTICES = ("merged", "not_same", "undone")


@dataclass(frozen=True)
class Choice:
    """One of two values."""

    value: str
    label: str


@dataclass(frozen=True)
class FieldChoice:
    """One field on which two companies differ: its values, and the one that is proposed."""

    field: str
    label: str
    options: tuple[Choice, Choice]
    chosen: str


@dataclass(frozen=True)
class PairWords:
    """The words of two that may be one, in one language."""

    catalogue: Catalogue
    lang: str

    def say(self, key: str, **values: Any) -> str:
        return self.catalogue.say(self.lang, key, **values)

    def why(self, kinds: Sequence[MatchKind]) -> str:
        return ", ".join(self.say(f"duplicates.why_{one}") for one in kinds)

    def fields(self, sides: Sides, kept: uuid.UUID) -> list[FieldChoice]:
        """The fields on which they differ: of each, what is kept has the better one unless it has none."""
        one, other = sides.one, sides.other
        mine, theirs = (one, other) if one.company.id == kept else (other, one)
        return [
            FieldChoice(
                field=field,
                label=self.say(f"import.column.{field}"),
                options=(self._option(one, field, sides.groups), self._option(other, field, sides.groups)),
                chosen=str((mine if mine.texts[field] or not theirs.texts[field] else theirs).company.id),
            )
            for field in CompanyField
            if differ(field, one.texts, other.texts)
        ]

    def _option(self, side: CompanySide, field: CompanyField, groups: Sequence[Grouping]) -> Choice:
        return Choice(str(side.company.id), self._value(field, side.texts[field], groups) or "–")

    def _value(self, field: CompanyField, said: str, groups: Sequence[Grouping]) -> str:
        grouped = KINDS.get(field)
        if grouped:
            labels = {one.key: one.label_en or one.label_fr for one in groups if one.kind == grouped}
            french = {one.key: one.label_fr for one in groups if one.kind == grouped}
            return (labels if self.lang == "en" else french).get(said, said)
        if field is CompanyField.PO_REQUIRED:
            return self.say("form.yes" if said == YES else "form.no")
        if field in (CompanyField.LANG, CompanyField.USUAL_PAYMENT) and self.catalogue.has(f"import.value.{said}"):
            return self.say(f"import.value.{said}")
        return text.phone(said, self.lang) if field is CompanyField.PHONE else said

    def brings(self, side: CompanySide) -> str:
        """How much is a company's."""
        counts = (("people", side.people), ("signups", side.signups), ("periods", side.periods))
        said = [self.say(f"duplicates.has_{what}", n=count) for what, count in counts]
        others = [self.say("duplicates.has_others", n=side.others)] if side.others else []
        return ", ".join([*said, *others])

    def acts(self, side: PersonSide) -> list[str]:
        """What somebody does for whom."""
        return [f"{one.company} – {self.say(f'role.{one.role}')}" for one in side.acts]


def differ(field: CompanyField, one: Texts, other: Texts) -> bool:
    """Names are chosen as they are written; what else says the same is no choice."""
    return one[field] != other[field] if field is CompanyField.NAME else not alike(field, one[field], other[field])


def likely_kept(sides: Sides) -> uuid.UUID:
    """The one with more periods, then more signups and people: the other is likely the newcomer."""

    def weight(side: CompanySide) -> tuple[int, int]:
        return side.periods, side.signups + side.people

    return max((sides.one, sides.other), key=weight).company.id


def chosen_fields(form: FormValues, gone: uuid.UUID) -> frozenset[CompanyField]:
    """The fields of which what goes has the better ones."""
    return frozenset(field for field in CompanyField if form.one(f"field-{field}") == str(gone))

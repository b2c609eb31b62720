"""What the forms about companies choose from, in one language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kit.text import Catalogue
from registration.members.records.queries import CompanyLists, ListEntry
from registration.members.records.rules import UsualPayment
from registration.members.rules import GroupingKind
from registration.members.rules_details import PROVINCES


@dataclass(frozen=True)
class Choice:
    """One thing that may be chosen."""

    value: str
    label: str


@dataclass(frozen=True)
class ListWords:
    """The lists by which companies are told apart, as forms and pages of one language show them."""

    catalogue: Catalogue
    lang: str
    lists: CompanyLists
    today: date

    def label(self, kind: GroupingKind | str, key: str) -> str:
        """What a company is counted with today, by the key that it carries; the key itself when no list has it."""
        entry = self.lists.on(GroupingKind(kind), key, self.today)
        return entry.label.in_(self.lang) if entry else key

    def options(self, kind: GroupingKind | str, chosen: str = "") -> list[Choice]:
        """What may be chosen today, and what is chosen."""
        entries = self.lists.of(GroupingKind(kind))
        return [
            Choice(one.key, one.label.in_(self.lang))
            for one in entries
            if one.is_current(self.today) or one.key == chosen
        ]

    def others(self, kind: GroupingKind, key: str) -> list[Choice]:
        """What may stand for an entry after its end."""
        return [Choice(one.key, one.label.in_(self.lang)) for one in self.lists.of(kind) if one.key != key]

    def entries(self, kind: GroupingKind) -> tuple[ListEntry, ...]:
        return self.lists.of(kind)

    def provinces(self, chosen: str) -> list[Choice]:
        """Provinces, ours first, and what a list brought in place of one."""
        elsewhere = [] if chosen in PROVINCES or not chosen else [Choice(chosen, chosen)]
        return [*self._said("province", PROVINCES), *elsewhere]

    def payments(self) -> list[Choice]:
        """How a company may usually pay."""
        return self._said("usual_payment", UsualPayment)

    def payment(self, value: str) -> str:
        """How a company usually pays, in words; empty when nobody said."""
        return self.catalogue.say(self.lang, f"usual_payment.{value}") if value in set(UsualPayment) else value

    def _said(self, of: str, values: Iterable[str]) -> list[Choice]:
        return [Choice(str(one), self.catalogue.say(self.lang, f"{of}.{one}")) for one in values]

"""What the partner of an affiliation is told, as a sheet."""

from dataclasses import dataclass

from kit.sheets import Cell, Column, Kind, Sheet
from kit.text import Catalogue
from registration.members.affiliations.queries import Card
from registration.members.affiliations.rules import ToTell

COLUMNS = ("change", "company", "address", "city", "province", "postal_code", "phone", "delegate", "email")
NOBODY = Card("", "", "", "", "", "", "", "")


@dataclass(frozen=True)
class Words:
    """The words of the sheet in one language."""

    catalogue: Catalogue
    lang: str

    def say(self, key: str) -> str:
        return self.catalogue.say(self.lang, key)


def changes_sheet(words: Words, zone: str, told: list[tuple[ToTell, Card]]) -> Sheet:
    """Who belongs from now on, with how they are reached, and the names of those who do no more."""
    return Sheet(
        title=words.say("affiliations.sheet"),
        lang=words.lang,
        zone=zone,
        columns=[Column(words.say(f"affiliations.column.{name}"), Kind.TEXT) for name in COLUMNS],
        batches=[[_cells(one, card, words) for one, card in told]],
        yes=words.say("form.yes"),
        no=words.say("form.no"),
    )


def _cells(one: ToTell, card: Card, words: Words) -> list[Cell]:
    where = (card.address, card.city, card.province, card.postal_code, card.phone)
    return [words.say(f"affiliations.{one.what}"), one.company, *where, card.delegate, card.email]

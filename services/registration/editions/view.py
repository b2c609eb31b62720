"""Last year's figure beside a field, in a few words; nothing beside what the edition before had not."""

from kit import text
from kit.text import Catalogue
from registration.editions.rules import LastFigures


class LastWords:
    """What the edition before came to, by the keys that its copy kept. Of no edition it says nothing."""

    def __init__(self, last: LastFigures | None, catalogue: Catalogue, lang: str) -> None:
        self._last, self._catalogue, self._lang = last, catalogue, lang

    def _say(self, key: str, **values: str | int) -> str:
        return self._catalogue.say(self._lang, f"author.last.{key}", **values)

    @property
    def day(self) -> str:
        """When it was."""
        return self._say("day", day=text.day(self._last.day, self._lang)) if self._last and self._last.day else ""

    def units(self, product: str) -> str:
        """How many of a product were taken."""
        many = self._last.units.get(product) if self._last else None
        return "" if many is None else self._say("units", n=many)

    def amount(self, price: str) -> str:
        """What a price was, before tax."""
        cents = self._last.amounts.get(price) if self._last else None
        return "" if cents is None else self._say("amount", amount=text.money(cents, self._lang))

    @property
    def capacity_help(self) -> str:
        """What `capacity` counts."""
        return self._say("capacity_help") if self._last and self._last.resources else ""

    def capacity(self, resource: str) -> str:
        """How much of something there was, and how much was taken."""
        counted = self._last.resources if self._last else ()
        found = next((row for row in counted if row.key == resource), None)
        return self._say("capacity", capacity=found.capacity, n=found.taken) if found else ""

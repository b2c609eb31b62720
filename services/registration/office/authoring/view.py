"""What the editor shows beside the sections: their states, what is worth a look, totals with taxes, what to choose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kit import text
from kit.clock import local_day
from kit.money import TaxClass
from kit.text import Catalogue
from registration.catalog.offers.rules_questions import Per, QuestionType
from registration.catalog.presets.rules import LIBRARY
from registration.catalog.rules import Channel, Who
from registration.catalog.sections.rules import span
from registration.catalog.sections.schemas import SectionName
from registration.catalog.sections.view_amounts import total_typed
from registration.office.authoring.schemas import DraftView
from registration.service import RegistrationService


def section_states(view: DraftView) -> dict[SectionName, str]:
    """Of each section whether it is complete (`good`), worth a look (`warn`) or lacks something (`bad`)."""
    states = dict.fromkeys(SectionName, "good")
    for gap in view.gaps:
        states[gap.section] = "bad" if gap.needed or states[gap.section] == "bad" else "warn"
    return states


def first_incomplete(states: Mapping[SectionName, str]) -> SectionName:
    """Where the author goes on: the first section that lacks something, else the first of all."""
    return next((name for name, state in states.items() if state == "bad"), SectionName.ESSENTIALS)


def section_summaries(view: DraftView, catalogue: Catalogue, lang: str) -> dict[SectionName, str]:
    """Of each section, what is in it, in a few words."""
    first, _last = span(view.dates)
    counts = {
        SectionName.PRICES: sum(len(product.prices) for product in view.prices.products),
        SectionName.RESOURCES: len(view.resources.resources),
        SectionName.QUESTIONS: len(view.questions.questions),
        SectionName.WELCOME: len(view.welcome.points),
    }
    counted = {name: catalogue.say(lang, f"author.count.{name.value}", n=n) for name, n in counts.items()}
    methods = ", ".join(catalogue.say(lang, f"author.method.{method.value}") for method in view.terms.methods)
    return counted | {
        SectionName.ESSENTIALS: view.essentials.place.name or view.essentials.place.city,
        SectionName.DATES: text.day(first.date(), lang) if first else catalogue.say(lang, "author.no_date"),
        SectionName.TERMS: methods,
    }


def warning_lines(view: DraftView, catalogue: Catalogue, lang: str) -> list[str]:
    """What is worth a look about the dates, in sentences."""
    lines = []
    for warned in view.warnings:
        day = text.day(warned.day, lang) if warned.day else ""
        name = catalogue.say(lang, f"holiday.{warned.name}") if warned.what == "holiday" else warned.name
        lines.append(catalogue.say(lang, f"author.warning.{warned.what}", day=day, name=name))
    return lines


@dataclass(frozen=True)
class Option:
    """One thing to choose, as the forms' macros take it."""

    value: str
    label: str
    aside: str = ""
    disabled: bool = False


class Totals:
    """Amounts as they are typed, with the taxes of the activity's day."""

    def __init__(self, here: RegistrationService, view: DraftView, lang: str) -> None:
        self._day = local_day(here.clock(), view.timezone)
        self._registered, self._lang = here.association().tax_registered, lang

    def __call__(self, typed: str, tax_class: str) -> str:
        return total_typed(typed, tax_class, self._day, self._registered, self._lang)


class Choices:
    """What can be chosen in the lists of the editor, in words."""

    def __init__(self, here: RegistrationService, view: DraftView, lang: str) -> None:
        self._catalogue, self._lang, self._view = here.pages.catalogue, lang, view
        self._say = here.pages.catalogue.say

    def _of(self, kind: str, values: Iterable[str]) -> list[Option]:
        return [Option(value, self._say(self._lang, f"author.{kind}.{value}")) for value in values]

    @cached_property
    def who(self) -> list[Option]:
        return self._of("who", Who)

    @cached_property
    def channel(self) -> list[Option]:
        return self._of("channel", Channel)

    @cached_property
    def tax_class(self) -> list[Option]:
        return self._of("tax_class", TaxClass)

    @cached_property
    def per(self) -> list[Option]:
        return self._of("per", Per)

    @cached_property
    def type(self) -> list[Option]:
        return self._of("type", QuestionType)

    @cached_property
    def methods(self) -> list[Option]:
        return self._of("method", ("card", "invoice"))

    @cached_property
    def library(self) -> list[Option]:
        return [Option(name, self._say(self._lang, f"library.{name}")) for name in LIBRARY]

    @cached_property
    def products(self) -> list[Option]:
        return [Option(one.key, one.label.said.in_(self._lang)) for one in self._view.prices.products]

    @cached_property
    def places(self) -> list[Option]:
        """The products that bring people: what may come with a sponsorship."""
        bringing = {one.key for one in self._view.prices.products if one.attendees and not one.level}
        return [one for one in self.products if one.value in bringing]

    @cached_property
    def resources(self) -> list[Option]:
        rows = self._view.resources.resources
        return [Option(one.key, one.label.said.in_(self._lang) or one.key) for one in rows]

    def known_resource(self, key: str) -> str:
        """What the product calls a resource that has no name of its own; empty when it does not know it."""
        return self._say(self._lang, f"resource.{key}") if key and self._catalogue.has(f"resource.{key}") else ""

"""How the office shows registrations: the colour beside the word for their state, and the views of a list."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.paging import ListAddress
from kit.text import Catalogue
from registration.office.activities.queries_list import ActivityList
from registration.office.activities.queries_views import VIEWS
from registration.office.activities.schemas import AttendeeFilter, RegistrationFilter, ResourceFill, Todo
from registration.views.rules import ViewRow

STATUS_KINDS = {"held": "warn", "confirmed": "good", "cancelled": "quiet", "expired": "quiet"}


# Where what waits for somebody is done, below an activity's own page.
TODO_ADDRESSES: Mapping[Todo, str] = {
    "names": "/attendees?show=unnamed",
    "english": "/edit?at=essentials",
    "taxes": "/taxes",
}


@dataclass(frozen=True)
class ListChoice:
    """What the list of activities may be narrowed by: the name of the parameter, and what it may be."""

    name: str
    label: str
    options: Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class ViewTab:
    """One view of a list: where it is, what it is called, how many rows it shows (none: nobody counted), whether it is
    the one shown; one's own view has an id."""

    href: str
    label: str
    count: int | None
    current: bool
    id: uuid.UUID | None = None


@dataclass(frozen=True)
class ViewWords:
    """The views of a list of registrations, in one language."""

    catalogue: Catalogue
    lang: str

    def choices(self, found: ActivityList) -> list[ListChoice]:
        """What the activities listed may be narrowed by; only where there is a choice."""
        words = {
            "state": [(state, self._say(f"office.state_{state}", state)) for state in found.states],
            "kind": [(kind, self._say(f"office.kind_{kind}", kind)) for kind in found.kinds],
            "city": [(city, city) for city in found.cities],
            "series": [(key, title.in_(self.lang)) for key, title in found.series],
        }
        return [
            ListChoice(name, self._say(f"office.{name}"), self._options(f"office.any_{name}", options))
            for name, options in words.items()
            if len(options) > 1
        ]

    def _options(self, all_of_them: str, options: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
        return [{"value": value, "label": label} for value, label in [("", self._say(all_of_them)), *options]]

    def _say(self, key: str, otherwise: str = "") -> str:
        """A sentence; what an author's file calls something for which we have no word, as the file does."""
        return self.catalogue.say(self.lang, key) if self.catalogue.has(key) or not otherwise else otherwise

    def tabs(self, path: str, counts: Mapping[str, int], narrowed: RegistrationFilter) -> list[ViewTab]:
        """Every view with its count; a list narrowed otherwise is none of them."""
        shown = kept(narrowed)
        return [
            ViewTab(
                ListAddress(path, kept(view))(),
                self.catalogue.say(self.lang, f"office.view_{key}"),
                counts[key],
                kept(view) == shown,
            )
            for key, view in VIEWS.items()
        ]


def own_tabs(path: str, views: Sequence[ViewRow], narrowed: RegistrationFilter | AttendeeFilter) -> list[ViewTab]:
    """The views of whoever looks, after those that everybody has."""
    shown = ListAddress("", kept(narrowed))().removeprefix("?")
    return [ViewTab(f"{path}?{view.narrowed}", view.name, None, view.narrowed == shown, view.id) for view in views]


def kept(narrowed: RegistrationFilter | AttendeeFilter) -> dict[str, object]:
    """What tells one view from another: neither the words looked for nor the order."""
    return narrowed.model_dump(mode="json", exclude_defaults=True, exclude={"q", "sort", "after", "before"})


def resource_label(catalogue: Catalogue, lang: str, resource: ResourceFill) -> str:
    """A resource as its author calls it; else as the product does, by its key."""
    known = f"resource.{resource.key}"
    said = catalogue.say(lang, known) if catalogue.has(known) else resource.key.replace("_", " ").capitalize()
    return resource.label.in_(lang) or said

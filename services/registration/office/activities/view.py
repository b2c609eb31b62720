"""How the office shows registrations: the colour beside the word for their state, and the views of a list."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit.paging import ListAddress
from kit.text import Catalogue
from registration.office.activities.queries_views import VIEWS
from registration.office.activities.schemas import AttendeeFilter, RegistrationFilter
from registration.views.rules import ViewRow

STATUS_KINDS = {"held": "warn", "confirmed": "good", "cancelled": "quiet", "expired": "quiet"}


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

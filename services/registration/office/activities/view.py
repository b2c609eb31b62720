"""How the office shows registrations: the colour beside the word for their state, and the views of a list."""

from collections.abc import Mapping
from dataclasses import dataclass

from kit.paging import ListAddress
from kit.text import Catalogue
from registration.office.activities.queries_views import VIEWS
from registration.office.activities.schemas import RegistrationFilter, ResourceFill

STATUS_KINDS = {"held": "warn", "confirmed": "good", "cancelled": "quiet", "expired": "quiet"}


@dataclass(frozen=True)
class ViewTab:
    """One view of a list: where it is, what it is called, how many rows it shows, and whether it is the one shown."""

    href: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class ViewWords:
    """The views of a list of registrations, in one language."""

    catalogue: Catalogue
    lang: str

    def tabs(self, path: str, counts: Mapping[str, int], narrowed: RegistrationFilter) -> list[ViewTab]:
        """Every view with its count; a list narrowed otherwise is none of them."""
        shown = _kept(narrowed)
        return [
            ViewTab(
                ListAddress(path, _kept(view))(),
                self.catalogue.say(self.lang, f"office.view_{key}"),
                counts[key],
                _kept(view) == shown,
            )
            for key, view in VIEWS.items()
        ]


def _kept(narrowed: RegistrationFilter) -> dict[str, object]:
    """What tells one view from another: neither the words looked for nor the order."""
    return narrowed.model_dump(mode="json", exclude_defaults=True, exclude={"q", "sort", "after", "before"})


def resource_label(catalogue: Catalogue, lang: str, resource: ResourceFill) -> str:
    """A resource as its author calls it; else as the product does, by its key."""
    known = f"resource.{resource.key}"
    said = catalogue.say(lang, known) if catalogue.has(known) else resource.key.replace("_", " ").capitalize()
    return resource.label.in_(lang) or said

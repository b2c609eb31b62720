"""What a letter needs around it, put together from the service: links, the offer, the association."""

from typing import TYPE_CHECKING

from registration.catalog.queries import Offer
from registration.letters import view as letters
from registration.links import Links

if TYPE_CHECKING:
    from registration.service import RegistrationService


def links_of(here: "RegistrationService") -> Links:
    return Links(here.home, here.settings.ticket_key)


def desk_of(here: "RegistrationService", offer: Offer) -> letters.Desk:
    """What letters about this activity are written with."""
    return letters.Desk(here.pages.catalogue, links_of(here), here.association(), offer, here.shelf)

"""What a letter needs around it, put together from the service: links, the offer, the association."""

from typing import TYPE_CHECKING

from registration.catalog.offers.rules import Offer
from registration.letters import view as letters

if TYPE_CHECKING:
    from registration.service import RegistrationService


def desk_of(here: "RegistrationService", offer: Offer) -> letters.Desk:
    """What letters about this activity are written with."""
    return letters.Desk(here.pages.catalogue, here.links, here.association(), offer, here.shelf)

"""What a letter needs around it, put together from the service: links, the offer, the association."""

from typing import TYPE_CHECKING

from registration.catalog.offers.rules import Offer
from registration.letters import view as letters_view

if TYPE_CHECKING:
    from registration.service import RegistrationService


def letter_context(here: "RegistrationService", offer: Offer) -> letters_view.LetterContext:
    """What letters about this activity are written with."""
    return letters_view.LetterContext(here.pages.catalogue, here.links, here.association(), offer, here.cache)

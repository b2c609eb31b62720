"""What an activity is to somebody who looks through the catalogue."""

from collections.abc import Mapping

from registration.catalog.offers.rules import Offer

# What an activity is to somebody who looks for one, by its kind; a kind that is not here has no filter of its own.
THEMES: Mapping[str, str] = {
    "cocktail_5a7": "networking",
    "golf_tournament": "networking",
    "training_cohort_program": "training",
    "webinar": "training",
    "delegation": "fairs",
    "virtual_fair": "fairs",
    "benefit_enrolment": "services",
    "intake_and_matching": "services",
}
# Every filter, in the order of the page.
FILTERS = ("networking", "training", "fairs", "services", "online", "free")


def filters_of(offer: Offer) -> set[str]:
    """Every filter that shows this activity."""
    prices = [price.amount for product in offer.places for price in product.prices]
    theme = THEMES.get(offer.activity.kind, "")
    found = {theme} if theme else set()
    found |= {"online"} if offer.activity.place.online else set()
    return found | ({"free"} if prices and not any(prices) else set())

"""A trial: a signup as it would be, marked as such, of which nothing stays. It is tried whatever the dates of sale."""

from dataclasses import replace

from registration.catalog.offers.rules import Offer
from registration.catalog.rules import ActivityStatus
from registration.registrations.rules import RegistrationStatus
from registration.signup.rules import Plan

# What stands in place of a code that people would read aloud.
MARK = "ESSAI"


def as_if_open(offer: Offer) -> Offer:
    """The same, published and on sale now."""
    activity = offer.activity
    sale = replace(activity.sale, status=ActivityStatus.PUBLISHED, signup_open=True, opens_at=None, closes_at=None)
    return replace(offer, activity=replace(activity, sale=sale))


def marked(plan: Plan) -> Plan:
    """The same as if it were paid, under no code that anybody could take for a real one."""
    registration = replace(plan.registration, code=MARK, status=RegistrationStatus.CONFIRMED, hold_until=None)
    attendees = [replace(one, code=f"{MARK}-{number}") for number, one in enumerate(plan.attendees, 1)]
    return replace(plan, registration=registration, attendees=attendees)

"""The letter that reminds a contact of the names to give."""

from collections import Counter
from collections.abc import Sequence

from kit import text
from kit.clock import local
from kit.contracts import SendMessage
from kit.contracts.letters.reminders import NamesDue, UnnamedPlaces
from registration.letters.view import LetterContext, _to_contact
from registration.registrations.rules import AttendeeStatus
from registration.registrations.rules_add_ons import Bought
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow
from registration.registrations.view import place_label


def names_due(
    context: LetterContext, registration: RegistrationRow, bought: Bought, people: Sequence[AttendeeRow], days: int
) -> SendMessage:
    """To the contact, `days` before the last day: how many names, for which places, until when, and where."""
    lang, activity, offer = registration.lang, context.activity(registration.lang), context.offer
    unnamed = [one for one in people if one.status is AttendeeStatus.ACTIVE and not one.sort_name]
    places = Counter(place_label(offer, bought.with_added(one)).in_(lang) for one in unnamed)
    until, zone = offer.activity.names_due_at, offer.activity.timezone
    letter = NamesDue(
        first_name=registration.contact_first,
        activity_title=activity.title,
        activity_when=activity.when,
        activity_place=activity.place,
        code=registration.code,
        count=len(unnamed),
        places=tuple(UnnamedPlaces(label=label, count=count) for label, count in places.items()),
        until=text.moment(until, zone, lang) if until else "",
        until_day=text.day_short(local(until, zone).date(), lang) if until else "",
        personal_url=context.page_of(registration),
    )
    message = _to_contact(registration, registration.id, letter)
    return message.model_copy(update={"version": days})

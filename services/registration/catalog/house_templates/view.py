"""What a template of the house makes of a title, a day and a place: a draft that is its author's from then on."""

from dataclasses import replace
from datetime import date

from kit.errors import InvalidInput
from registration.catalog.authoring.rules_copy import copied
from registration.catalog.presets.view import Basics
from registration.catalog.sections.rules import Draft, span


def begun_from(template: Draft, asked: Basics) -> Draft:
    """A new activity: the template on its day, with what is linked to the day moved by whole weeks. Raises InvalidInput
    without a title, and without a day where the template has one: last year's dates are nobody's."""
    if not asked.title.fr:
        raise InvalidInput({"title_fr": "problem.title_needed"})
    begun = _on(template, asked.day)
    place = begun.essentials.place
    if asked.place:
        # Another place has another address.
        other = type(place)(name=asked.place, online=place.online, stops=place.stops)
        place = place if asked.place == place.name else other
    essentials = begun.essentials.model_copy(update={"title": asked.title, "place": place})
    return replace(begun, key="", essentials=essentials)


def _on(template: Draft, day: date | None) -> Draft:
    if span(template.dates)[0] is None:
        return template
    if day is None:
        raise InvalidInput({"day": "problem.required"})
    return copied(template, day)

"""The letter that says when the coverages of a company end. It names nobody of those covered."""

import uuid
from dataclasses import dataclass
from datetime import date

from kit.contracts import Bilingual, SendMessage
from kit.contracts.letters.plans import PlanEnding
from kit.text import day_short
from registration.links import Links
from registration.members.queries_people import Acting
from registration.plans.renewing.rules import Ending


@dataclass(frozen=True)
class Following:
    """What people are covered by next: from when to when (`ends` is None for twelve months each), and what as many come
    to, in cents with taxes."""

    starts: date
    ends: date | None
    total: int


@dataclass(frozen=True)
class EndingContext:
    """What the letters about one ending need. `key` is that of the plan's page: the next one's when it is known."""

    links: Links
    company: str
    title: Bilingual
    key: str
    following: Following | None


def ending_letter(context: EndingContext, ending: Ending, to: Acting, days: int) -> SendMessage:
    """To one person who may enrol the company's people, so many days before."""
    person, following = to.person, context.following
    lang = "en" if person.lang == "en" else "fr"
    letter = PlanEnding(
        first_name=person.first_name,
        company=context.company,
        activity_title=context.title.in_(lang),
        people=ending.people,
        ends=day_short(ending.first, lang),
        last_ends=day_short(ending.last, lang) if ending.last != ending.first else "",
        next_starts=day_short(following.starts, lang) if following else "",
        next_ends=day_short(following.ends, lang) if following and following.ends else "",
        total=following.total if following else 0,
        url=f"{context.links.person(person.id, person.link_version)}?next=/plans/{context.key}",
    )
    return SendMessage(
        entity=uuid.uuid5(ending.registration_id, str(person.id)),
        version=days,
        to=person.email,
        to_name=to.name,
        lang=lang,
        values=letter,
    )

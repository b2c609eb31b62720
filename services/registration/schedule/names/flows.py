"""Names to give: 7, 3 and 1 days before the last one, to the contact alone, while somebody has none."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts import SendMessage
from registration.letters.flows import letter_context
from registration.letters.view_names import names_due
from registration.registrations.queries import attendees_of, bought, registration_by_id
from registration.schedule.actions import Wanted
from registration.schedule.flows import Rule
from registration.schedule.names import queries, rules

if TYPE_CHECKING:
    from registration.service import RegistrationService


def _wanted(
    _here: "RegistrationService", session: Session, registration_id: uuid.UUID | None, now: datetime
) -> list[Wanted]:
    return queries.wanted(session, registration_id, now)


def _useless(_here: "RegistrationService", session: Session, registration_id: uuid.UUID, now: datetime) -> str:
    return rules.useless(queries.unnamed(session, registration_id), now)


def _letters(
    here: "RegistrationService", session: Session, registration_id: uuid.UUID, occurrence: str
) -> Sequence[SendMessage]:
    registration = registration_by_id(session, registration_id)
    context = letter_context(here, here.offer(session, registration.activity_id))
    taken, people = bought(session, registration_id), attendees_of(session, registration_id)
    return [names_due(context, registration, taken, people, int(occurrence))]


NAMES_DUE = Rule("names_due", _wanted, _useless, _letters)

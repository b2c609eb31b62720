"""Answers sealed before the transaction that writes them: a signup costs one short read more, and rarely a write."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registration.catalog.offers.rules import Offer
from registration.privacy.actions import make_keys, seal, sealer_of
from registration.privacy.queries import keys_of_activity
from registration.registrations.rules_answers import AnswerRow

if TYPE_CHECKING:
    from registration.service import RegistrationService


def sealed_answers(here: "RegistrationService", offer: Offer, rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    """The answers as they may be written. A key that is missing is made and committed here."""
    sealer = sealer_of(offer, here.vault)
    days = sealer.days_of(rows)
    if not days:
        return list(rows)
    with here.db.read() as session:
        keys = keys_of_activity(session, offer.activity.id, here.vault)
    if not days <= set(keys):
        with here.db.write() as session:
            keys = make_keys(session, sealer, days, here.clock())
    return seal(sealer, keys, rows)

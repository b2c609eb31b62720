"""What a sponsorship is owed, as frozen rows, and how late it is."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from kit.contracts import Bilingual
from kit.errors import Refusal


class SponsorshipEnded(Refusal):
    """The sponsorship was cancelled, or not confirmed yet: nothing of it is owed."""


@dataclass(frozen=True, kw_only=True)
class BenefitRow:
    """One benefit as it stands in its table: as it was promised when it was sold."""

    id: uuid.UUID
    registration_id: uuid.UUID
    line_id: uuid.UUID
    position: int
    label_fr: str
    label_en: str
    due_on: date | None
    delivered_at: datetime | None = None
    delivered_by: str = ""

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)

    def is_late(self, today: date) -> bool:
        """Whether it should have been delivered before today."""
        return self.delivered_at is None and self.due_on is not None and self.due_on < today

    def rank(self, today: date) -> tuple[bool, bool, date, int]:
        """Late ones first, then by their days; what is delivered last."""
        return self.delivered_at is not None, not self.is_late(today), self.due_on or date.max, self.position

"""A code that a visitor writes: a company's own, an invitation, a rebate. The one look-up, whichever page asks."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request

from registration.catalog.queries import code_effect
from registration.catalog.rules import NO_CODE, CodeEffect, Visitor
from registration.members import queries
from registration.members.models import Company
from registration.staff.flows import Guesses

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class VisitorCode:
    """What a code opens: a company's prices, or those of an invitation or a rebate. `unknown`: it was written, and
    opens nothing here (no such code, used up, over, or of another activity)."""

    company: Company | None = None
    id: uuid.UUID | None = None
    effect: CodeEffect = NO_CODE
    unknown: bool = False

    @property
    def visitor(self) -> Visitor | None:
        """Whom the company's code recognises."""
        return queries.visitor_of(self.company) if self.company else None


NO_VISITOR_CODE = VisitorCode()


def visitor_code(
    here: "RegistrationService", request: Request, word: str, activity_id: uuid.UUID | None = None
) -> VisitorCode:
    """Look a code up for an activity, or for a company alone. Only wrong ones are counted, per network address and per
    activity; above the limit none is looked at any more in that minute, right or wrong. Raises TooMany."""
    if not word.strip():
        return NO_VISITOR_CODE
    guesses = Guesses.of(here, request, "code", str(activity_id or ""))
    guesses.check()
    with here.db.read() as session:
        company = queries.by_code(session, word)
        code_id, effect = (
            code_effect(session, activity_id, word, here.clock()) if activity_id is not None else (None, NO_CODE)
        )
    unknown = company is None and code_id is None
    if unknown:
        guesses.count()
    return VisitorCode(company, code_id, effect, unknown)

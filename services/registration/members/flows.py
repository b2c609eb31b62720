"""A code that a visitor writes: a company's own, an invitation, a rebate. The one look-up, whichever page asks."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request

from registration.catalog.allotments.rules import Beneficiary
from registration.catalog.codes.queries import NO_SUCH_CODE, CodeWritten, written
from registration.catalog.rules import CodeEffect, Visitor
from registration.members import queries
from registration.members.models import Company
from registration.staff.flows import Guesses

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class VisitorCode:
    """What a code opens: a company's prices (`visitor`: whom it recognises), or those of an invitation or a rebate.
    `unknown`: it was written, and opens nothing here (no such code, or of another activity). One that serves nobody now
    has its refusal."""

    company: Company | None = None
    visitor: Visitor | None = None
    written: CodeWritten = NO_SUCH_CODE
    unknown: bool = False

    @property
    def id(self) -> uuid.UUID | None:
        return self.written.id

    @property
    def effect(self) -> CodeEffect:
        return self.written.effect


NO_VISITOR_CODE = VisitorCode()


def beneficiary(visitor: Visitor, code: VisitorCode) -> Beneficiary:
    """Whose reserved places this visitor may take: those of the code, and of the company that we know."""
    return Beneficiary(code.id, uuid.UUID(visitor.company_id) if visitor.company_id else None)


def visitor_code(
    here: "RegistrationService", request: Request, word: str, activity_id: uuid.UUID | None = None
) -> VisitorCode:
    """Look a code up for an activity, or for a company alone. Only wrong ones are counted, per network address and per
    activity; above the limit none is looked at any more in that minute, right or wrong. Raises TooMany."""
    if not word.strip():
        return NO_VISITOR_CODE
    guesses = Guesses.of(here, request, "code", str(activity_id or ""))
    guesses.check()
    terms = here.member_terms()
    with here.db.read() as session:
        standing = queries.by_code(session, word, terms)
        found = written(session, activity_id, word, here.clock()) if activity_id is not None else NO_SUCH_CODE
    unknown = standing is None and found.id is None
    if unknown:
        guesses.count()
    if standing is None:
        return VisitorCode(written=found, unknown=unknown)
    return VisitorCode(standing.company, standing.visitor(terms), found)

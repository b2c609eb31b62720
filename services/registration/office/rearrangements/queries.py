"""A rearrangement as it is shown before it is done, and while it is worked off."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from kit.clock import local
from kit.db import new_id
from registration.catalog.authoring.queries import neighbours
from registration.catalog.authoring.rules_calendar import warnings
from registration.catalog.moves.queries import Standing, standing
from registration.catalog.moves.rules import Move, Stand, as_moved
from registration.catalog.offers.rules_activity import END_OF_DAY
from registration.catalog.sections.rules import span
from registration.mailings.queries import candidates, progress
from registration.mailings.rules import Readers, reach, recipients
from registration.office.authoring.schemas import WarningView
from registration.office.rearrangements.schemas import (
    ChoiceLineView,
    DateChange,
    RearrangementIn,
    RearrangementPreview,
    RearrangementRequest,
    RearrangementView,
)
from registration.rearrangements import queries, rules
from registration.rearrangements.actions import outcome
from registration.rearrangements.rules import NewRearrangement, RearrangementRow
from registration.service import RegistrationService

# How many registrations are listed; the filter finds the others.
LISTED = 200


def new_rearrangement(activity_id: uuid.UUID, asked: RearrangementIn) -> NewRearrangement:
    """What is asked for, as the room takes it."""
    named = asked if isinstance(asked, RearrangementRequest) else None
    return NewRearrangement(
        id=(named.id if named else None) or new_id(),
        activity_id=activity_id,
        kind=asked.kind,
        move=Move(asked.starts, asked.move_sale, asked.move_early_bird),
        default=asked.default,
        decide_by=asked.decide_by,
        reason=asked.reason,
        subject=asked.subject.said,
        text=asked.text.said,
        version=named.version if named else None,
    )


def preview(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, asked: RearrangementIn
) -> RearrangementPreview:
    """What would be done, in a fixed number of statements. Raises what doing it raises."""
    now, new = standing(session, activity_id), new_rearrangement(activity_id, asked)
    then = outcome(now, new, here.clock()).then
    stakes = queries.stakes(session, activity_id)
    letters = reach(recipients(candidates(session, activity_id, Readers()), new.asks))
    return RearrangementPreview(
        version=now.version,
        letters=letters.total,
        english=letters.english,
        sessions=max(1, len(then.dates.sessions)),
        dates=list(_dates(now.stand, then)),
        warnings=_warnings(here, session, activity_id, now, then),
        **vars(stakes),
    )


def _dates(before: Stand, after: Stand) -> Iterator[DateChange]:
    if before.dates == after.dates and before.steps == after.steps and before.until == after.until:
        return
    first, last = span(before.dates), span(after.dates)
    yield DateChange(what="starts", label="", before=first[0], after=last[0])
    yield DateChange(what="ends", label="", before=first[1], after=last[1])
    old = {one.number: one for one in before.dates.sessions}
    for one in after.dates.sessions:
        yield DateChange(what="session", label=str(one.number), before=old[one.number].span[0], after=one.span[0])
    for what in ("sale_opens", "sale_closes", "names_due"):
        if getattr(before.dates, what):
            yield DateChange(what=what, label="", before=getattr(before.dates, what), after=getattr(after.dates, what))
    if before.dates.decides_on and after.dates.decides_on:
        decided, then = (datetime.combine(day, END_OF_DAY) for day in (before.dates.decides_on, after.dates.decides_on))
        yield DateChange(what="decides_on", label="", before=decided, after=then)
    for step, moved in zip(before.steps, after.steps, strict=True):
        if step.until:
            yield DateChange(what="refund", label=str(100 - step.keep_percent), before=step.until, after=moved.until)
    for early in sorted({(was, after.until[key]) for key, was in before.until.items() if was}, key=str):
        yield DateChange(what="early_bird", label="", before=early[0], after=early[1])


def _warnings(
    here: RegistrationService, session: Session, activity_id: uuid.UUID, now: Standing, then: Stand
) -> list[WarningView]:
    """What is worth a look about the new date. Never forbidden."""
    if then.starts == now.stand.starts:
        return []
    wall = local(here.clock(), now.draft.timezone).replace(tzinfo=None)
    others = neighbours(session, here.clock(), activity_id)
    found = warnings(as_moved(now.draft, then), wall, now.draft, others)
    return [WarningView(what=one.what, day=one.day, name=one.name) for one in found]


def rearrangement_view(
    here: RegistrationService, session: Session, rearrangement_id: uuid.UUID, show: str = ""
) -> RearrangementView:
    """How far it is, in a fixed number of statements. Raises NotFound."""
    row = queries.rearrangement_of(session, rearrangement_id)
    letters = progress(session, row.mailing_id) if row.mailing_id else None
    return RearrangementView(
        id=row.id,
        activity_id=row.activity_id,
        kind=row.kind,
        default=row.default,
        decide_by=row.decide_by,
        reason=row.reason,
        by=row.by,
        created_at=row.created_at,
        undone_at=row.undone_at,
        undo_until=_undo_until(session, row, here.clock()),
        letters=letters.total if letters else 0,
        letters_sent=letters.sent if letters else 0,
        letters_left_out=letters.skipped + letters.failed if letters else 0,
        choices=[_line(one) for one in queries.choices(session, row.id, show, LISTED)],
        **vars(queries.tally(session, row.id)),
    )


def _undo_until(session: Session, row: RearrangementRow, now: datetime) -> datetime | None:
    last = queries.last_of(session, row.activity_id)
    newest = last is not None and last.id == row.id
    return row.created_at + rules.UNDO if newest and row.may_be_undone(now) else None


def _line(line: queries.ChoiceLine) -> ChoiceLineView:
    choice = line.choice
    return ChoiceLineView(
        registration_id=choice.registration_id,
        code=line.code,
        contact=line.contact,
        company=line.company,
        people=line.people,
        status=line.status.value,
        state=choice.state,
        answer=choice.answer,
        answered_at=choice.answered_at,
        answered_by=choice.answered_by,
        why=choice.why,
    )

"""One registration edited by staff: checked and sealed first, then written in one transaction if nobody was faster."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import Session

from kit.contracts.callers import Caller
from kit.contracts.problems import Where
from kit.errors import InvalidInput, NotFound
from registration.changes.actions_answers import AnswersChange, change_answers
from registration.changes.edits import actions as corrections
from registration.changes.edits.rules import Edit, edit_problems, refuse_if_edited
from registration.changes.edits.view import versions_of
from registration.changes.flows import answers_change
from registration.changes.view import answers_by_key, questions_of_place
from registration.letters.flows import letter_context
from registration.notes.actions import write
from registration.notes.queries import note_of
from registration.privacy.queries import opened
from registration.registrations.actions import lock_registration
from registration.registrations.queries import Whole, whole_registration
from registration.registrations.rules import NotInThisState, RegistrationStatus
from registration.registrations.rules_answers import AnswerValue, answer_problem
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow

if TYPE_CHECKING:
    from registration.service import RegistrationService


@dataclass(frozen=True)
class CheckedEdit:
    """An edit that may be written: its answers are checked and sealed."""

    registration_id: uuid.UUID
    edit: Edit
    answers: tuple[AnswersChange, ...]


def checked(here: "RegistrationService", whole: Whole, edit: Edit) -> CheckedEdit:
    """What is wanted, checked as the form checks it. Raises NotFound for a place that does not stand, InvalidInput.

    Sealed answers are opened in here, so that what is not sent stays, and nobody sees them.
    """
    places = {place.id: place for place in whole.active}
    if not {*edit.people, *(place for place in edit.answers if place)} <= set(places):
        raise NotFound()
    with here.db.read() as session:
        readable = opened(session, whole, here.vault)
    problems = edit_problems(edit, here.settings.reach)
    changes = []
    for attendee, given in edit.answers.items():
        place = places[attendee] if attendee else None
        found, answers = _answers(readable, place, given)
        problems |= found
        changes.append((place, answers))
    if problems:
        raise InvalidInput(problems)
    sealed = tuple(answers_change(here, readable, place, answers) for place, answers in changes)
    return CheckedEdit(whole.registration.id, edit, sealed)


def _answers(
    whole: Whole, place: AttendeeRow | None, given: Mapping[str, AnswerValue]
) -> tuple[dict[Where, str], dict[uuid.UUID, AnswerValue]]:
    """The problems of what is given, or asked for the first time because of it; and every answer as it shall be. What
    was asked before and is not given stays, whatever it is."""
    standing = answers_by_key(whole, place)
    wanted = {**standing, **given}
    known = {question.key for question in questions_of_place(whole, place, standing)}
    shown = questions_of_place(whole, place, wanted)
    problems: dict[Where, str] = {}
    for question in shown:
        wrong = answer_problem(question, wanted.get(question.key))
        if wrong and (question.key in given or question.key not in known):
            problems[(str(place.id), "answers", question.key) if place else ("answers", question.key)] = wrong
    return problems, {question.id: wanted.get(question.key, "") for question in shown}


def apply_edit(here: "RegistrationService", session: Session, checked: CheckedEdit, by: Caller) -> int:
    """Write it in this transaction; whoever has a new address is written to there. Answers how many letters.

    Raises NotFound, EditedMeanwhile, NotInThisState.
    """
    edit, now = checked.edit, here.clock()
    registration = lock_registration(session, checked.registration_id)
    whole, note = whole_registration(session, registration.id, here.offers), note_of(session, registration.id)
    refuse_if_edited(edit.seen, versions_of(whole, note))
    if edit.note is not None:
        if not may_be_noted(registration):
            raise NotInThisState()
        write(session, registration.id, edit.note, by, now)
    if edit.is_note_alone:
        return 0
    corrected = corrections.correct(session, registration.id, edit, by, now)
    for change in checked.answers:
        change_answers(session, change, by, now)
    if not (corrected.to_contact or corrected.moved):
        return 0
    return corrections.send_to_corrected(session, corrected, letter_context(here, whole.offer), now)


def may_be_noted(registration: RegistrationRow) -> bool:
    """A note may say why it was cancelled; of a signup that nobody finished, everything is forgotten."""
    return registration.status is not RegistrationStatus.EXPIRED

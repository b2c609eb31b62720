"""One part of a registration opened to be changed in its place: its fields, what is wrong with them, and, when somebody
else was faster, what stands now beside what was typed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kit.contracts.addresses import clean
from kit.contracts.problems import Where, spelled
from registration.catalog.offers.rules_questions import QuestionOffer
from registration.changes.edits.actions import is_correctable
from registration.changes.edits.flows import may_be_noted
from registration.changes.edits.rules import ANSWERS, BILLING, CONTACT, NOTE, Billed, Edit
from registration.changes.edits.view import versions_of
from registration.changes.rules import ContactNamed, PersonNamed
from registration.changes.view import answers_by_key, answers_to_begin_from, questions_of_place
from registration.forms import FormValues
from registration.notes.rules import NoteRow
from registration.office.registrations.schemas import CorrectionRequest
from registration.office.registrations.view_answers import value_of
from registration.registrations.queries import Whole
from registration.registrations.rules_answers import AnswerValue
from registration.registrations.rules_rows import AttendeeRow
from registration.registrations.view import QuestionField, question_field
from registration.service import RegistrationService

CONTACT_FIELDS = {
    "contact.first_name": "contact_first",
    "contact.last_name": "contact_last",
    "contact.email": "contact_email",
    "contact.phone": "contact_phone",
}
PLACE_FIELDS = {
    "place.first_name": "first_name",
    "place.last_name": "last_name",
    "place.email": "email",
    "place.company": "company_name",
}


@dataclass(frozen=True)
class Part:
    """A part of the page by its name there (`contact`, `place-2`); `of` is its place, if it is one."""

    name: str
    of: AttendeeRow | None = None

    @property
    def key(self) -> str:
        """What its version goes by."""
        return str(self.of.id) if self.of else self.name

    @property
    def answered(self) -> str | None:
        """What the names of its questions' fields begin with; None: it has no questions."""
        return "place.answers." if self.of else "answers." if self.name == ANSWERS else None


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed: what stands now, and what was typed."""

    label: str
    standing: str
    typed: str


@dataclass(frozen=True)
class Editing:
    """The part that is open: what its fields hold, and the version it was read in. `confidential` when it has questions
    that are not shown because they were answered in confidence; `stale` when somebody else changed it meanwhile."""

    part: Part
    values: FormValues
    seen: str
    questions: tuple[QuestionField, ...] = ()
    confidential: bool = False
    errors: Mapping[str, str] | None = None
    labels: Mapping[str, str] | None = None
    differences: tuple[Difference, ...] = ()
    stale: bool = False

    @property
    def name(self) -> str:
        return self.part.name

    def asked(self, question: QuestionField) -> str:
        """The key of a question, as its form sends it back: a box that is not ticked sends nothing."""
        return question.name.removeprefix(self.part.answered or "")


def part_named(whole: Whole, name: str) -> Part | None:
    """The part of that name, if it is one that may be changed now."""
    if name == NOTE:
        return Part(name) if may_be_noted(whole.registration) else None
    if not is_correctable(whole.registration):
        return None
    if name in (CONTACT, BILLING, ANSWERS):
        return Part(name)
    return next((Part(name, place) for place in whole.active if name == f"place-{place.position}"), None)


@dataclass(frozen=True)
class Page:
    """What a part is shown from: the registration, its note, and the language of whoever reads it."""

    here: RegistrationService
    whole: Whole
    note: NoteRow
    lang: str

    def say(self, key: str) -> str:
        return self.here.pages.catalogue.say(self.lang, key)


def opened_part(page: Page, part: Part, revealed: Whole | None = None) -> Editing:
    """The part as it stands; with what was told in confidence when that is `revealed`."""
    whole = revealed or page.whole
    answers = answers_to_begin_from(whole, part.of) if part.answered else {}
    asked = [] if part.answered is None else questions_of_place(whole, part.of, answers)
    shown = [question for question in asked if revealed or question.kept_days is None]
    return replace(_editing(page, part, _standing(page, part), shown, answers), confidential=len(shown) < len(asked))


def typed_part(page: Page, part: Part, form: FormValues, problems: Mapping[Where, str]) -> Editing:
    """The part as it was typed, with its problems. A question that a problem is about is shown, if it was or not."""
    places = {name_on_page(where): key for where, key in problems.items()}
    start = part.answered or ""
    asked = {*form.all("asked"), *(name.removeprefix(start) for name in places if start and name.startswith(start))}
    shown = [question for question in page.whole.offer.questions if question.key in asked]
    editing = _editing(page, part, form, shown, _typed_answers(part, form, shown))
    confidential = part.answered is not None and any(
        question.key not in asked and question.kept_days is not None
        for question in questions_of_place(page.whole, part.of, answers_by_key(page.whole, part.of))
    )
    return replace(editing, confidential=confidential, errors={name: page.say(key) for name, key in places.items()})


def faced_with(page: Page, editing: Editing) -> Editing:
    """The same, beside what somebody else made of it meanwhile. What was told in confidence is not shown for it."""
    labels, standing, typed = editing.labels or {}, _standing(page, editing.part), editing.values
    pairs = [(labels[name], standing.one(name), typed.one(name)) for name in standing.fields if name in labels]
    start = editing.part.answered or ""
    answers = answers_by_key(page.whole, editing.part.of)
    for question in page.whole.offer.questions:
        if start + question.key in labels and question.kept_days is None:
            given = typed.answer(start + question.key, several=question.takes_several)
            words = [_in_words(page, question, value) for value in (answers.get(question.key), given)]
            pairs.append((question.label.in_(page.lang), words[0], words[1]))
    differences = tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
    return replace(editing, differences=differences, stale=True)


def _in_words(page: Page, question: QuestionOffer, value: AnswerValue | None) -> str:
    return value_of(page.here, question, value, page.lang) if value else ""


def _editing(
    page: Page,
    part: Part,
    values: FormValues,
    shown: Sequence[QuestionOffer],
    answers: Mapping[str, AnswerValue],
) -> Editing:
    start = part.answered or ""
    questions = tuple(question_field(one, start + one.key, answers.get(one.key), page.lang) for one in shown)
    labels = {name: page.say(f"office.edit.{name}") for name in _standing(page, part).fields}
    labels |= {question.name: question.label for question in questions}
    seen = versions_of(page.whole, page.note)[part.key]
    return Editing(part, values, seen, questions, errors={}, labels=labels)


def _standing(page: Page, part: Part) -> FormValues:
    row = page.whole.registration
    if part.of:
        place = part.of
        return FormValues({name: [getattr(place, column)] for name, column in PLACE_FIELDS.items()})
    if part.name == CONTACT:
        return FormValues({name: [getattr(row, column)] for name, column in CONTACT_FIELDS.items()})
    if part.name == BILLING:
        return FormValues({"company": [row.company_name], "po_number": [row.bill_to.po_number]})
    return FormValues({"note": [page.note.body]} if part.name == NOTE else {})


def edit_from(whole: Whole, part: Part, form: FormValues) -> Edit:
    """What the form of one part asks for."""
    seen = {part.key: form.one("seen")}
    asked = [question for question in whole.offer.questions if question.key in form.all("asked")]
    answers = _typed_answers(part, form, asked)
    if part.of:
        first, last, email, company = (form.one(name) for name in PLACE_FIELDS)
        people = {part.of.id: PersonNamed(first, last, clean(email), company)}
        return Edit(people=people, answers={part.of.id: answers} if answers else {}, seen=seen)
    if part.name == CONTACT:
        first, last, email, phone = (form.one(name) for name in CONTACT_FIELDS)
        return Edit(contact=ContactNamed(first, last, clean(email), phone), seen=seen)
    if part.name == BILLING:
        return Edit(billed=Billed(form.one("company"), form.one("po_number")), seen=seen)
    return Edit(note=form.one("note"), seen=seen) if part.name == NOTE else Edit(answers={None: answers}, seen=seen)


def _typed_answers(part: Part, form: FormValues, asked: Sequence[QuestionOffer]) -> dict[str, AnswerValue]:
    start = part.answered or ""
    return {one.key: form.answer(start + one.key, several=one.takes_several) for one in asked} if start else {}


def edit_of(whole: Whole, request: CorrectionRequest) -> Edit:
    """What a program asks for."""
    row, contact = whole.registration, request.contact
    named = ContactNamed(contact.first_name, contact.last_name, contact.email, contact.phone) if contact else None
    company = row.company_name if request.company is None else request.company
    po_number = row.bill_to.po_number if request.po_number is None else request.po_number
    billed = Billed(company, po_number) if {"company", "po_number"} & request.model_fields_set else None
    people = {
        one.id: PersonNamed(one.first_name, one.last_name, one.email, one.company)
        for one in request.attendees
        if one.names_somebody or not one.answers
    }
    answers: dict[uuid.UUID | None, Mapping[str, AnswerValue]] = {
        one.id: one.answers for one in request.attendees if one.answers
    }
    if request.answers:
        answers[None] = request.answers
    return Edit(named, billed, request.note, people, answers, request.versions)


def as_sent(request: CorrectionRequest, places: Mapping[Where, str]) -> dict[Where, str]:
    """The problems, people named by where they are in the request."""
    numbers = {str(one.id): number for number, one in enumerate(request.attendees)}
    named: dict[Where, str] = {}
    for where, key in places.items():
        person = numbers.get(str(where[0])) if isinstance(where, tuple) else None
        named[("attendees", person, *where[1:]) if person is not None else where] = key
    return named


def name_on_page(where: Where) -> str:
    """The field of the page that a problem is about: only one place is open at a time."""
    if isinstance(where, tuple) and where[0] not in (CONTACT, ANSWERS):
        return spelled(("place", *where[1:]))
    return spelled(where)


@dataclass(frozen=True)
class Closed:
    """Why nothing may be changed: the key of its sentence, and when it ended."""

    key: str
    at: datetime | None


def closed_because(whole: Whole) -> Closed | None:
    """Why the registration is not changed; None: it may be."""
    row = whole.registration
    return None if is_correctable(row) else Closed(f"office.not_edited_{row.status}", row.ended_at)

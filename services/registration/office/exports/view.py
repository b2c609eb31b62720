"""Staff's lists as sheets: which columns, and what stands in each."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kit.contracts.texts import day, number
from kit.sheets import Cell, Column, Kind, Row, Sheet
from kit.text import Catalogue, fold
from registration.catalog.offers.rules_questions import QuestionOffer, QuestionType
from registration.checkin.view import point_label
from registration.office.exports.queries import AttendeeTold, CheckInTold, RegistrationTold
from registration.registrations.rules_answers import AnswerValue

T = TypeVar("T")


@dataclass(frozen=True)
class Words:
    """Sentences in the language of a sheet."""

    catalogue: Catalogue
    lang: str

    def __call__(self, key: str) -> str:
        return self.catalogue.say(self.lang, key)

    def point(self, key: str) -> str:
        return point_label(self.catalogue, self.lang, key)


@dataclass(frozen=True)
class Told(Generic[T]):
    """One column of a list of `T`: its title, what it holds, and how a cell is read off a row."""

    title: str
    kind: Kind
    cell: Callable[[T], Cell]


@dataclass(frozen=True)
class Listed(Generic[T]):
    """A row with what was answered to the questions that are told, by their ids."""

    row: T
    answers: Mapping[uuid.UUID, AnswerValue]


def registration_columns(say: Words) -> list[Told[RegistrationTold]]:
    """A registration: who, what, how much, how paid."""
    text, money, moment = Kind.TEXT, Kind.MONEY, Kind.MOMENT
    return [
        Told(say("exports.registration_code"), text, lambda one: one.row.code),
        Told(say("exports.status"), text, lambda one: say(f"office.status_{one.row.status}")),
        Told(say("exports.made_at"), moment, lambda one: one.row.created_at),
        Told(say("exports.contact_last"), text, lambda one: one.row.contact_last),
        Told(say("exports.contact_first"), text, lambda one: one.row.contact_first),
        Told(say("exports.email"), text, lambda one: one.row.contact_email),
        Told(say("exports.phone"), text, lambda one: one.row.contact_phone),
        Told(say("exports.company"), text, lambda one: one.row.company_name),
        Told(say("exports.member"), Kind.YES_NO, lambda one: one.row.member),
        Told(say("exports.taken"), text, lambda one: _taken(one, say.lang)),
        Told(say("exports.people"), Kind.WHOLE, lambda one: one.people),
        Told(say("exports.unnamed"), Kind.WHOLE, lambda one: one.unnamed),
        Told(say("exports.subtotal"), money, lambda one: one.row.subtotal),
        Told(say("exports.tps"), money, lambda one: one.row.tps),
        Told(say("exports.tvq"), money, lambda one: one.row.tvq),
        Told(say("exports.total"), money, lambda one: one.row.total),
        Told(say("exports.credited"), money, lambda one: one.row.credited),
        Told(say("exports.left"), money, lambda one: one.row.total - one.row.credited),
        Told(say("exports.received"), money, lambda one: one.row.received),
        Told(say("exports.refunded"), money, lambda one: one.row.refunded),
        Told(say("exports.method"), text, lambda one: say(f"method.{one.row.method}")),
        Told(say("exports.invoice"), text, lambda one: one.row.invoice_number),
        Told(say("exports.due_on"), Kind.DATE, lambda one: one.row.due_on),
        Told(say("exports.paid_at"), moment, lambda one: one.row.paid_at),
    ]


def _taken(one: RegistrationTold, lang: str) -> str:
    return ", ".join(f"{line.quantity} × {line.label.in_(lang)}" for line in one.taken)


def attendee_columns(say: Words) -> list[Told[AttendeeTold]]:
    """A place: who, what they take, whether they came, who signed them up."""
    text = Kind.TEXT
    return [
        Told(say("exports.last_name"), text, lambda one: one.row.last_name),
        Told(say("exports.first_name"), text, lambda one: one.row.first_name),
        Told(say("exports.company"), text, lambda one: one.row.company_name),
        Told(say("exports.email"), text, lambda one: one.row.email),
        Told(say("exports.taken"), text, lambda one: place_in_words(one, say.lang)),
        Told(say("exports.status"), text, lambda one: say(f"office.status_{one.status}")),
        Told(say("exports.arrived"), text, lambda one: ", ".join(map(say.point, one.points))),
        Told(say("exports.ticket_code"), text, lambda one: one.row.code),
        Told(say("exports.registration_code"), text, lambda one: one.registration_code),
        Told(say("exports.contact"), text, lambda one: one.contact),
    ]


def place_in_words(one: AttendeeTold, lang: str) -> str:
    """What one person takes: « Place, cocktail, 2 × Tirage »."""
    return ", ".join(f"{units} × {label.in_(lang)}" if units > 1 else label.in_(lang) for label, units in one.taken)


def check_in_columns(say: Words) -> list[Told[CheckInTold]]:
    """An arrival: who, where, when, who welcomed them, and whether it was taken back."""
    text, moment = Kind.TEXT, Kind.MOMENT
    return [
        Told(say("exports.last_name"), text, lambda one: one.last_name),
        Told(say("exports.first_name"), text, lambda one: one.first_name),
        Told(say("exports.company"), text, lambda one: one.company_name),
        Told(say("exports.ticket_code"), text, lambda one: one.code),
        Told(say("exports.point"), text, lambda one: say.point(one.point)),
        Told(say("exports.arrived_at"), moment, lambda one: one.at),
        Told(say("exports.welcomed_by"), text, lambda one: one.by),
        Told(say("exports.undone_at"), moment, lambda one: one.undone_at),
        Told(say("exports.undone_by"), text, lambda one: one.undone_by),
    ]


KINDS = {QuestionType.YES_NO: Kind.YES_NO, QuestionType.NUMBER: Kind.NUMBER, QuestionType.DATE: Kind.DATE}


def question_column(question: QuestionOffer, lang: str) -> Column:
    """Its words; those of an earlier version with its number, so that two columns are told apart."""
    version = f" (v{question.version})" if question.replaced_by else ""
    return Column(f"{question.label.in_(lang)}{version}", KINDS.get(question.type, Kind.TEXT))


def answer_cell(question: QuestionOffer, value: AnswerValue | None, lang: str) -> Cell:
    """An answer as its column holds it; options by their labels."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        match question.type:
            case QuestionType.YES_NO:
                return value == "yes"
            case QuestionType.NUMBER:
                return number(value)
            case QuestionType.DATE:
                return day(value)
    options = {option.id: option.label.in_(lang) for option in question.options}
    return ", ".join(options.get(one, one) for one in ([value] if isinstance(value, str) else value))


def row_of(columns: Sequence[Told[T]], questions: Sequence[QuestionOffer], one: Listed[T], lang: str) -> Row:
    """The cells of one row: what is known of it, then what was answered."""
    told: list[Cell] = [column.cell(one.row) for column in columns]
    return [*told, *(answer_cell(question, one.answers.get(question.id), lang) for question in questions)]


@dataclass(frozen=True)
class Titled:
    """What a sheet is called, and where its moments are shown."""

    title: str
    zone: str


def sheet_of(
    titled: Titled,
    say: Words,
    columns: Sequence[Told[T]],
    questions: Sequence[QuestionOffer],
    batches: Iterable[Iterable[Listed[T]]],
) -> Sheet:
    """A list as a sheet; the batches are read when they are written."""

    def rows() -> Iterator[list[Row]]:
        for batch in batches:
            yield [row_of(columns, questions, one, say.lang) for one in batch]

    return Sheet(
        title=titled.title,
        lang=say.lang,
        zone=titled.zone,
        columns=[Column(one.title, one.kind) for one in columns]
        + [question_column(question, say.lang) for question in questions],
        batches=rows(),
        yes=say("form.yes"),
        no=say("form.no"),
    )


def file_name(*parts: str) -> str:
    """A name in plain letters: `inscriptions-golf-2027-2026-11-27`."""
    return re.sub(r"\W+", "-", fold(" ".join(parts))).strip("-")

"""A question that was answered and is worded otherwise: answers stay with what was asked, and stay readable."""

import csv
import io
import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.contracts.callers import Caller
from kit.sql import column, table
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions_offer import is_another_question
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.models import Question
from registration.catalog.offers.rules_questions import Per, QuestionType
from registration.catalog.sections import rules
from registration.catalog.sections.queries import draft
from registration.catalog.sections.schemas import OptionText, Questions, QuestionText, SectionName, Title
from registration.registrations.held.queries import held_of
from registration.registrations.models import Answer
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser

AUTHOR = Author(Caller(id="u2", name="Coordonnatrice fictive", roles=frozenset({"coordinator"})), datetime.now(UTC))
CHICKEN, FISH = OptionText(id="a", label=Title(fr="Poulet")), OptionText(id="b", label=Title(fr="Poisson"))
VEGETABLES = OptionText(id="c", label=Title(fr="Légumes"))
MEAL = QuestionText(key="plat", type="choice", label=Title(fr="Votre plat"), options=(CHICKEN, FISH))


def ask(service: Any, activity: uuid.UUID, *questions: QuestionText) -> None:
    """Leave these questions in place of what was asked."""
    with service.db.write() as session:
        held = held_of(session, activity, SectionName.QUESTIONS)
        actions.save(session, activity, Questions(questions=questions), "", held, AUTHOR)


def rows(service: Any, activity: uuid.UUID) -> dict[str, Question]:
    with service.db.read() as session:
        found = session.exec(select(Question).where(Question.activity_id == activity)).all()
        return {row.key: row.model_copy() for row in found}


def answer(service: Any, question: Question, count: int, value: str, clock: FakeClock) -> list[uuid.UUID]:
    """So many people who gave this answer."""
    made = []
    for _number in range(count):
        registration = make.registered(service.db, COCKTAIL, "car", ["Zoé Roy"], clock())
        made.append(registration)
        with service.db.write() as session:
            session.add(Answer(registration_id=registration, question_id=question.id, value=value))
    return made


def answers(service: Any) -> list[tuple[uuid.UUID, Any]]:
    with service.db.read() as session:
        query = sa.select(column(Answer.question_id), column(Answer.value)).select_from(table(Answer))
        return [(row[0], row[1]) for row in session.execute(query)]


@pytest.fixture
def meal(service: Any, cocktail: uuid.UUID) -> Question:
    """The question, asked once for the registration."""
    ask(service, cocktail, MEAL.model_copy(update={"per": Per.REGISTRATION}))
    return rows(service, cocktail)["plat"]


NOW_ASKED = MEAL.model_copy(update={"per": Per.REGISTRATION, "options": (CHICKEN, VEGETABLES)})


def test_question_with_forty_answers_taken_away_is_retired_and_they_are_read(
    service: Any, browser: Browser, cocktail: uuid.UUID, meal: Question, clock: FakeClock
) -> None:
    made = answer(service, meal, 40, "b", clock)
    ask(service, cocktail)
    assert rows(service, cocktail)["plat"].retired and len(answers(service)) == 40
    page = browser("coordinator").get(f"/staff/registrations/{made[-1]}").text
    assert "Votre plat" in page and "Poisson" in page
    sheet = browser("coordinator").get(f"/api/staff/activities/{cocktail}/registrations/export?format=csv").content
    assert sum("Poisson" in line for line in sheet.decode("utf-8-sig").splitlines()) == 40


def test_question_worded_otherwise_keeps_what_was_answered_as_it_was_asked(
    service: Any, browser: Browser, cocktail: uuid.UUID, meal: Question, clock: FakeClock
) -> None:
    first = answer(service, meal, 1, "b", clock)[0]
    ask(service, cocktail, NOW_ASKED)
    versions = rows(service, cocktail)
    before, after = versions["plat~1"], versions["plat"]
    assert (before.id, before.version, before.retired, before.replaced_by) == (meal.id, 1, True, "plat")
    assert (after.version, after.retired) == (2, False) and after.id != meal.id
    second = answer(service, after, 1, "c", clock)[0]
    client = browser("coordinator")
    assert "Poisson" in client.get(f"/staff/registrations/{first}").text
    assert "Légumes" in client.get(f"/staff/registrations/{second}").text
    exported = client.get(f"/api/staff/activities/{cocktail}/registrations/export?format=csv").content
    told = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig")), delimiter=";"))
    assert sorted((row["Votre plat"], row["Votre plat (v1)"]) for row in told) == [("", "Poisson"), ("Légumes", "")]
    with service.db.read() as session:
        standing = draft(session, cocktail)
        assert standing and [one.key for one in standing.questions.questions] == ["plat"]


def test_question_is_versioned_as_often_as_it_is_answered_and_changed(
    service: Any, cocktail: uuid.UUID, meal: Question, clock: FakeClock
) -> None:
    ask(service, cocktail, NOW_ASKED)
    assert rows(service, cocktail)["plat"].id == meal.id, "nobody had answered: it is put right where it stands"
    for version in (1, 2, 3):
        answer(service, rows(service, cocktail)["plat"], 1, "a", clock)
        label = Title(fr=f"Votre plat, dit autrement {version} fois")
        ask(service, cocktail, NOW_ASKED.model_copy(update={"label": label}))
    assert set(rows(service, cocktail)) == {"plat", "plat~1", "plat~2", "plat~3"} and len(answers(service)) == 3
    ask(service, cocktail)
    assert set(rows(service, cocktail)) == {"plat~1", "plat~2", "plat~3"}, "what nobody answered is gone"


def test_answered_question_is_not_asked_of_others_nor_told_to_others(
    service: Any, cocktail: uuid.UUID, meal: Question, clock: FakeClock
) -> None:
    answer(service, meal, 1, "a", clock)
    for change in ({"per": Per.ATTENDEE}, {"sensitive": True}):
        with pytest.raises(rules.AnsweredAlready):
            ask(service, cocktail, MEAL.model_copy(update={"per": Per.REGISTRATION, **change}))
    assert set(rows(service, cocktail)) == {"plat"}


def test_english_that_comes_later_is_no_other_question(meal: Question) -> None:
    asked = MEAL.model_copy(update={"label": Title(fr="Votre plat", en="Your dish")})
    assert not is_another_question(meal, asked)
    more = (CHICKEN, FISH, VEGETABLES)
    for change in (
        {"label": Title(fr="Plat")},
        {"options": more},
        {"options": (FISH, CHICKEN)},
        {"type": QuestionType.CHOICES},
    ):
        assert is_another_question(meal, MEAL.model_copy(update=change))


def test_answer_to_the_earlier_words_begins_the_form_and_is_replaced_when_sent(
    service: Any, browser: Browser, cocktail: uuid.UUID, meal: Question, clock: FakeClock
) -> None:
    """One answer stands in place of the other; what was answered to a question that is asked no more stays."""
    note = QuestionText(key="note", per=Per.REGISTRATION, label=Title(fr="Une note"))
    ask(service, cocktail, MEAL.model_copy(update={"per": Per.REGISTRATION}), note)
    standing = rows(service, cocktail)
    of = answer(service, standing["plat"], 1, "a", clock)[0]
    with service.db.write() as session:
        session.add(Answer(registration_id=of, question_id=standing["note"].id, value="Merci"))
    ask(service, cocktail, NOW_ASKED)
    link = urlsplit(service.links.registration(of, 1)).path
    page = browser().get(link).text
    assert re.search(r'value="a"[^>]*(checked|selected)', page)
    sent = browser().post(f"{link}/answers", data={"answers.plat": "c"})
    assert sent.status_code == 303, sent.text
    now = rows(service, cocktail)
    assert set(answers(service)) == {(now["plat"].id, "c"), (now["note"].id, "Merci")}

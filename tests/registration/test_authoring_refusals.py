"""What authors may not do, and what is taken away when nothing holds it."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from kit.contracts import Bilingual, OrderMethod
from kit.errors import InvalidInput, NotFound, Refusal
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions import NewSeries
from registration.catalog.models import Activity, Resource
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections import rules
from registration.catalog.sections.rules import AddressTaken, Held
from registration.catalog.sections.schemas import (
    Essentials,
    OptionText,
    PlaceText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    Resources,
    ResourceText,
    Terms,
    Text,
    Title,
)
from tests.registration.test_authoring import AUTHOR, COORDINATOR, NOW, cocktail_alone, keys, read

READY = Essentials(title=Title(fr="Soirée"), summary=Text(fr="Une soirée."), place=PlaceText(city="Alma"))
BY_CARD = Terms(methods=(OrderMethod.CARD,))


@pytest.fixture
def begun(service: Any) -> uuid.UUID:
    with service.db.write() as session:
        return actions.begin(session, replace(cocktail_alone(), essentials=READY, terms=BY_CARD), AUTHOR)


def test_draft_without_a_title_is_not_begun(service: Any) -> None:
    with service.db.write() as session, pytest.raises(InvalidInput):
        actions.begin(session, replace(cocktail_alone(), essentials=Essentials()), AUTHOR)


def test_activity_that_is_not_there_is_not_written(service: Any) -> None:
    for act in (
        lambda session: actions.save(session, uuid.uuid4(), READY, "", Held(), AUTHOR),
        lambda session: actions.publish(session, uuid.uuid4(), None, AUTHOR),
        lambda session: actions.withdraw(session, uuid.uuid4(), Held(), AUTHOR),
        lambda session: actions.delete(session, uuid.uuid4(), AUTHOR),
    ):
        with service.db.write() as session, pytest.raises(NotFound):
            act(session)


def test_activity_is_published_once_and_withdrawn_while_nobody_comes(service: Any, begun: uuid.UUID) -> None:
    with service.db.write() as session:
        actions.publish(session, begun, None, AUTHOR)
    with service.db.write() as session, pytest.raises(rules.NotADraft):
        actions.publish(session, begun, None, AUTHOR)
    with service.db.write() as session, pytest.raises(rules.NotADraft):
        actions.delete(session, begun, AUTHOR)
    with service.db.write() as session, pytest.raises(rules.PeopleRegistered):
        actions.withdraw(session, begun, Held(registrations=2), AUTHOR)
    with service.db.write() as session:
        actions.withdraw(session, begun, Held(), AUTHOR)
        assert session.get_one(Activity, begun).status is ActivityStatus.DRAFT


def test_scheduled_draft_that_lacks_something_by_then_stays_a_draft(service: Any, begun: uuid.UUID) -> None:
    with service.db.write() as session:
        actions.publish(session, begun, NOW.replace(year=2028), AUTHOR)
        actions.save(session, begun, Terms(), "", Held(), AUTHOR)
    with service.db.write() as session:
        assert actions.publish_due(session, COORDINATOR, NOW.replace(year=2029)) == 1
    with service.db.read() as session:
        row = session.get_one(Activity, begun)
        assert (row.status, row.publish_at) == (ActivityStatus.DRAFT, None)


def test_series_needs_a_title_and_a_key_and_addresses_of_its_own(service: Any) -> None:
    own = NewSeries("bals", Bilingual(fr="bals", en="balls"), Bilingual(fr="Bals"), Bilingual(fr=""))
    golf = Bilingual(fr="tournoi-golf-2027", en="x")
    with service.db.write() as session:
        actions.add_series(session, own, AUTHOR)
    for wrong in (
        replace(own, title=Bilingual(fr="")),
        replace(own, key="autre", slug=golf),
        replace(own, slug=Bilingual(fr="autres", en="others")),
    ):
        with service.db.write() as session, pytest.raises(InvalidInput):
            actions.add_series(session, wrong, AUTHOR)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"slug": Title(fr="tournoi-golf-2027")}, AddressTaken), ({"series": "rien"}, InvalidInput)],
)
def test_address_of_another_page_and_a_series_that_is_none_are_refused(
    service: Any, begun: uuid.UUID, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with service.db.write() as session, pytest.raises(refusal):
        actions.save(session, begun, READY.model_copy(update=changes), "", Held(), AUTHOR)


def test_key_that_is_taken_gets_a_number(service: Any, begun: uuid.UUID) -> None:
    with service.db.write() as session:
        twice = replace(read(session, begun), key="golf-2027")
        assert read(session, actions.begin(session, twice, AUTHOR)).key == "golf-2027-2"


def test_sessions_and_products_nobody_holds_are_taken_away(service: Any) -> None:
    with service.db.write() as session:
        cohort = keys(session)["ef2-chicoutimi-2027"]
        whole = read(session, cohort)
        fewer = whole.dates.model_copy(update={"sessions": whole.dates.sessions[:4]})
        assert len(actions.save(session, cohort, fewer, "", Held(), AUTHOR).dates.sessions) == 4
        assert actions.save(session, cohort, Prices(), "", Held(), AUTHOR).prices.products == ()
        assert actions.save(session, cohort, Questions(), "", Held(), AUTHOR).questions.questions == ()


def test_things_without_a_key_get_one_from_their_labels(service: Any, begun: uuid.UUID) -> None:
    same = ProductText(label=Title(fr="Souper"), prices=(PriceText(amount=100), PriceText(amount=90, min_quantity=2)))
    option = OptionText(label=Title(fr="Oui"))
    asked = QuestionText(label=Title(fr="Un choix"), type="choice", options=(option, option))
    with service.db.write() as session:
        prices = actions.save(session, begun, Prices(products=(same, same)), "", Held(), AUTHOR).prices
        questions = actions.save(session, begun, Questions(questions=(asked, asked)), "", Held(), AUTHOR).questions
    assert [product.key for product in prices.products] == ["souper", "souper-2"]
    assert prices.products[0].prices[0].label.fr == "Souper"
    assert [question.key for question in questions.questions] == ["un-choix", "un-choix-2"]
    assert [one.id for one in questions.questions[0].options] == ["oui", "oui-2"]


def test_resource_is_taken_away_unless_something_is_taken_of_it(service: Any, begun: uuid.UUID) -> None:
    more = Resources(
        resources=(ResourceText(key="places", capacity=5), ResourceText(label=Title(fr="Autocar"), capacity=5))
    )
    with service.db.write() as session:
        saved = actions.save(session, begun, more, "", Held(), AUTHOR)
        assert [one.key for one in saved.resources.resources] == ["places", "autocar"]
        only = Resources(resources=more.resources[:1])
        assert len(actions.save(session, begun, only, "", Held(), AUTHOR).resources.resources) == 1
        session.exec(select(Resource).where(Resource.activity_id == begun)).one().taken = 1
    with service.db.write() as session, pytest.raises(rules.StillHeld):
        actions.save(session, begun, Resources(), "", Held(), AUTHOR)

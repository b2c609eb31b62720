"""Authors: an activity written section by section, copied with its dates, published when it is ready."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from kit.contracts.callers import Caller
from kit.errors import InvalidInput
from registration.catalog.authoring import actions
from registration.catalog.authoring.actions_writing import Author
from registration.catalog.copies.rules import copied, texts_to_read
from registration.catalog.models import Activity, Resource
from registration.catalog.queries import offer
from registration.catalog.rules import ActivityStatus
from registration.catalog.sections import rules
from registration.catalog.sections.queries import draft, mark
from registration.catalog.sections.rules import Draft, Held
from registration.catalog.sections.schemas import (
    Dates,
    Essentials,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    Resources,
    ResourceText,
    Section,
    SectionName,
    Text,
    Title,
)

wall = datetime.fromisoformat
NOW = datetime(2027, 1, 26, 15, 0, tzinfo=UTC)
COORDINATOR = Caller(id="u2", name="Coordonnatrice fictive", roles=frozenset({"coordinator"}))
AUTHOR = Author(COORDINATOR, NOW)


def read(session: Session, activity_id: uuid.UUID) -> Draft:
    found = draft(session, activity_id)
    assert found is not None
    return found


def keys(session: Session) -> dict[str, uuid.UUID]:
    return {row.key: row.id for row in session.exec(select(Activity)).all()}


def test_sample_activity_written_anew_reads_the_same(service: Any) -> None:
    """What authors can write is all that the file can say."""
    with service.db.write() as session:
        for key, activity_id in keys(session).items():
            before = read(session, activity_id)
            anew = actions.begin(session, replace(before, key=f"{key}-anew"), AUTHOR)
            after = read(session, anew)
            for name in SectionName:
                if name is not SectionName.ESSENTIALS:
                    assert after.section(name) == before.section(name), (key, name)
            slug = {"slug": after.essentials.slug}
            assert after.essentials == before.essentials.model_copy(update=slug), key
            assert after.essentials.slug.fr == f"{before.essentials.slug.fr}-2"


def without_id(part: Any) -> Any:
    """What is offered, whichever row it is of; the prices of a product in the order of their keys."""
    prices = {"prices": tuple(sorted(part.prices, key=lambda one: str(one.key)))} if hasattr(part, "prices") else {}
    return replace(part, id=uuid.UUID(int=0), **prices)


def test_activity_written_anew_is_offered_as_the_first(service: Any) -> None:
    with service.db.write() as session:
        for key, activity_id in keys(session).items():
            anew = actions.begin(session, replace(read(session, activity_id), key=f"{key}-anew"), AUTHOR)
            first, second = offer(session, activity_id), offer(session, anew)
            assert first and second
            for part in ("products", "sessions", "questions"):
                assert [without_id(one) for one in getattr(first, part)] == [
                    without_id(one) for one in getattr(second, part)
                ], (key, part)
            same = ("sale_opens_at", "sale_closes_at", "names_due_at", "starts_at", "ends_at", "agenda", "notes")
            rows = [session.get_one(Activity, one) for one in (activity_id, anew)]
            assert [getattr(rows[0], name) for name in same] == [getattr(rows[1], name) for name in same]


def test_golf_copied_to_its_ninth_edition_moves_by_whole_weeks(service: Any) -> None:
    with service.db.write() as session:
        golf = read(session, keys(session)["golf-2027"])
        copy = read(session, actions.begin(session, copied(golf, date(2028, 6, 8)), AUTHOR))
    dates = copy.dates
    assert (copy.key, copy.essentials.slug.fr, copy.essentials.edition) == ("golf-2028", "tournoi-golf-2028", 9)
    assert "9e édition" in copy.essentials.title.fr and "9th edition" in copy.essentials.title.en
    assert rules.span(dates)[0] == wall("2028-06-08T09:00")
    assert dates.sale_opens == wall("2028-03-13T09:00")
    assert dates.sale_closes == wall("2028-06-01T17:00")
    assert dates.names_due == wall("2028-06-05T12:00")
    assert copy.terms.cancellation[0].until == wall("2028-05-25T23:59")
    early = {price.until for product in copy.prices.products for price in product.prices if price.until}
    assert early == {wall("2028-05-12T23:59")}
    sold = [price for product in copy.prices.products for price in product.prices if not product.level]
    assert sum(len(product.level.spots) for product in copy.prices.products if product.level) == 18
    assert len(sold) == 12 and len(copy.questions.questions) == 5 and len(copy.dates.agenda) == 5
    counted = {resource.key: resource.capacity for resource in copy.resources.resources}
    assert {counted[key] for key in ("tee_spots", "dinner_seats", "carts")} == {144, 200, 72}
    assert list(texts_to_read(copy)) == []


def test_copy_to_another_weekday_moves_linked_dates_by_whole_weeks_rounded_down(service: Any) -> None:
    with service.db.read() as session:
        golf = read(session, keys(session)["golf-2027"])
    copy = copied(golf, date(2028, 6, 24))
    assert rules.span(copy.dates)[0] == wall("2028-06-24T09:00")
    assert copy.dates.sale_opens == wall("2028-03-27T09:00")
    assert copy.dates.sale_opens.weekday() == wall("2027-03-15").weekday()


def cocktail_alone() -> Draft:
    place = ProductText(
        key="place",
        label=Title(fr="Place"),
        prices=(PriceText(key="membre", amount=6500, gl_account="4110"),),
    )
    return Draft(
        key="",
        kind="cocktail_5a7",
        timezone="America/Toronto",
        essentials=Essentials(title=Title(fr="5 à 7 du printemps"), summary=Text(fr="Retrouvons-nous.")),
        dates=Dates(starts=wall("2027-05-06T17:00"), ends=wall("2027-05-06T19:00")),
        prices=Prices(products=(place,)),
        resources=Resources(resources=(ResourceText(key="places", capacity=10),), uses={"place": {"places": 1}}),
    )


@pytest.fixture
def begun(service: Any) -> uuid.UUID:
    with service.db.write() as session:
        return actions.begin(session, cocktail_alone(), AUTHOR)


def test_draft_gets_a_key_and_addresses_from_its_title(service: Any, begun: uuid.UUID) -> None:
    with service.db.read() as session:
        row = session.get_one(Activity, begun)
        assert (row.key, row.slug_fr, row.slug_en) == ("5-a-7-du-printemps",) * 3
        assert row.status is ActivityStatus.DRAFT


def test_section_saved_since_it_was_opened_is_not_overwritten(service: Any, begun: uuid.UUID) -> None:
    with service.db.read() as session:
        opened = read(session, begun).dates
    mine = opened.model_copy(update={"sale_closes": wall("2027-05-06T12:00")})
    hers = opened.model_copy(update={"sale_closes": wall("2027-05-05T12:00")})
    with service.db.write() as session:
        actions.save(session, begun, hers, mark(opened), Held(), AUTHOR)
    with service.db.write() as session, pytest.raises(rules.SectionChanged):
        actions.save(session, begun, mine, mark(opened), Held(), AUTHOR)
    with service.db.read() as session:
        assert read(session, begun).dates.sale_closes == wall("2027-05-05T12:00")


def test_capacity_below_what_is_taken_is_refused_with_the_number(service: Any, begun: uuid.UUID) -> None:
    with service.db.write() as session:
        resource = session.exec(select(Resource).where(Resource.activity_id == begun)).one()
        resource.taken = 7
    with service.db.write() as session:
        resources = read(session, begun).resources
        fewer = resources.model_copy(update={"resources": (ResourceText(key="places", capacity=6),)})
        with pytest.raises(rules.CapacityBelowTaken) as refused:
            actions.save(session, begun, fewer, "", Held(), AUTHOR)
    assert refused.value.values == {"taken": 7}


def test_price_that_registrations_hold_is_never_taken_away(service: Any, begun: uuid.UUID) -> None:
    held = Held(registrations=1, products=frozenset({"place"}), prices=frozenset({"membre"}))
    with service.db.write() as session:
        with pytest.raises(rules.StillHeld):
            actions.save(session, begun, Prices(), "", held, AUTHOR)
    with service.db.write() as session:
        place = read(session, begun).prices.products[0]
        dearer = place.model_copy(update={"prices": (place.prices[0].model_copy(update={"amount": 7000}),)})
        saved = actions.save(session, begun, Prices(products=(dearer,)), "", held, AUTHOR)
    assert saved.prices.products[0].prices[0].amount == 7000


def test_date_of_an_activity_with_registrations_is_moved_by_postponing_only(service: Any, begun: uuid.UUID) -> None:
    later = Dates(starts=wall("2027-05-13T17:00"), ends=wall("2027-05-13T19:00"))
    with service.db.write() as session, pytest.raises(rules.MovedWithoutTelling):
        actions.save(session, begun, later, "", Held(registrations=3), AUTHOR)


@pytest.mark.parametrize(
    ("section", "place"),
    [
        (Essentials(), "title.fr"),
        (Essentials(title=Title(fr="Titre"), slug=Title(fr="Pas une adresse")), "slug.fr"),
        (Essentials(title=Title(fr="t" * 300)), "title.fr"),
        (Dates(starts=wall("2027-05-06T17:00"), ends=wall("2027-05-06T16:00")), "ends"),
        (Dates(starts=wall("2027-05-06T17:00")), "ends"),
        (
            Resources(resources=(ResourceText(key="places", capacity=3),), uses={"place": {"places": 4}}),
            "uses.place.places",
        ),
        (
            Prices(
                products=(
                    ProductText(
                        label=Title(fr="Quatuor"),
                        prices=(PriceText(amount=70000, components={"golf": 40000, "meals": 20000}),),
                    ),
                )
            ),
            "products[0].prices[0].components",
        ),
        (
            Prices(products=(ProductText(label=Title(fr="Place"), prices=(PriceText(amount=1), PriceText(amount=2))),)),
            "products[0].prices[1].who",
        ),
        (Questions(questions=(QuestionText(label=Title(fr="Repas"), type="choice"),)), "questions[0].options"),
    ],
)
def test_section_with_something_wrong_names_its_place(
    service: Any, begun: uuid.UUID, section: Section, place: str
) -> None:
    with service.db.write() as session, pytest.raises(InvalidInput) as refused:
        actions.save(session, begun, section, "", Held(), AUTHOR)
    assert place in refused.value.problems


def test_draft_that_lacks_something_is_not_published(service: Any, begun: uuid.UUID) -> None:
    with service.db.write() as session, pytest.raises(rules.NotReady):
        actions.publish(session, begun, None, AUTHOR)

"""What an author may write, case by case, without a database."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from kit.contracts.problems import spelled
from registration.catalog.authoring.rules_calendar import Neighbour, construction_weeks, holidays, warnings
from registration.catalog.authoring.rules_publishing import gaps
from registration.catalog.copies.rules import copied, texts_to_read
from registration.catalog.offers.rules_activity import last_moment
from registration.catalog.sections.rules import Draft, is_as_generous, problems, slug_of, wall_of
from registration.catalog.sections.rules_offer import offer_problems
from registration.catalog.sections.schemas import (
    AgendaLine,
    Dates,
    Essentials,
    NoteText,
    OptionText,
    PlaceText,
    PointText,
    Prices,
    PriceText,
    ProductText,
    Questions,
    QuestionText,
    RefundStep,
    Resources,
    ResourceText,
    Section,
    SessionDates,
    Terms,
    Text,
    Title,
    Welcome,
)

wall = datetime.fromisoformat
NAMED = Title(fr="Nom")
ZONE = "America/Toronto"
EVENING = Dates(starts=wall("2027-05-06T17:00"), ends=wall("2027-05-06T19:00"))
PLACE = ProductText(key="place", label=NAMED, prices=(PriceText(key="p", amount=100),))
MEAL = QuestionText(
    key="repas",
    type="choice",
    label=NAMED,
    options=(OptionText(id="a", label=NAMED), OptionText(id="b", label=NAMED)),
)


def draft(**sections: Section) -> Draft:
    start = Draft(key="k-2027", kind="cocktail_5a7", timezone=ZONE, dates=EVENING, prices=Prices(products=(PLACE,)))
    return replace(start, **sections)  # type: ignore[arg-type]


def product(**changes: object) -> Prices:
    return Prices(products=(PLACE.model_copy(update=changes),))


def session(number: int, starts: str, ends: str) -> SessionDates:
    return SessionDates(
        number=number, day=date(2027, 5, 6), starts=time.fromisoformat(starts), ends=time.fromisoformat(ends)
    )


@pytest.mark.parametrize(
    ("section", "place"),
    [
        (
            EVENING.model_copy(
                update={"sale_opens": wall("2027-05-02T09:00"), "sale_closes": wall("2027-05-01T09:00")}
            ),
            "sale_closes",
        ),
        (EVENING.model_copy(update={"sale_closes": wall("2027-05-07T09:00")}), "sale_closes"),
        (EVENING.model_copy(update={"names_due": wall("2027-05-07T09:00")}), "names_due"),
        (Dates(sessions=(session(1, "10:00", "09:00"),)), "sessions[0].ends"),
        (Dates(sessions=(session(1, "09:00", "10:00"), session(1, "11:00", "12:00"))), "sessions[1].number"),
        (EVENING.model_copy(update={"agenda": (AgendaLine(at=wall("2027-05-09T17:00"), text=NAMED),)}), "agenda[0].at"),
        (
            EVENING.model_copy(update={"agenda": (AgendaLine(at=wall("2027-05-06T17:00"), text=Title()),)}),
            "agenda[0].text.fr",
        ),
        (Essentials(title=NAMED, summary=Text(fr="x" * 5000)), "summary.fr"),
        (Resources(resources=(ResourceText(key="p", capacity=3),), uses={"place": {"autre": 1}}), "uses.place.autre"),
        (
            Terms(
                cancellation=(RefundStep(keep_percent=0), RefundStep(until=wall("2027-05-01T09:00"), keep_percent=50))
            ),
            "cancellation[0].until",
        ),
        (
            Terms(
                cancellation=(
                    RefundStep(until=wall("2027-05-02T09:00"), keep_percent=0),
                    RefundStep(until=wall("2027-05-01T09:00"), keep_percent=50),
                )
            ),
            "cancellation[1].until",
        ),
        (Welcome(points=(PointText(key=""),)), "points[0].key"),
        (Welcome(points=(PointText(key="a", serves="rien"),)), "points[0].serves"),
        (product(label=Title()), "products[0].label.fr"),
        (product(attendees=0), "products[0].attendees"),
        (product(add_on=True), "products[0].attendees"),
        (product(prices=(PriceText(amount=5, components={"a": 10, "b": -5}),)), "products[0].prices[0].components"),
        (product(prices=(PriceText(amount=5, until=wall("2027-06-01T09:00")),)), "products[0].prices[0].until"),
        (Questions(questions=(MEAL.model_copy(update={"label": Title()}),)), "questions[0].label.fr"),
        (
            Questions(questions=(MEAL.model_copy(update={"options": (MEAL.options[0], OptionText(label=Title()))}),)),
            "questions[0].options[1].label.fr",
        ),
        (Questions(questions=(MEAL.model_copy(update={"for_products": ("rien",)}),)), "questions[0].for_products"),
        (
            Questions(questions=(MEAL.model_copy(update={"if_question": "repas", "if_answers": ("a",)}),)),
            "questions[0].if_question",
        ),
    ],
)
def test_section_with_one_fault_names_where_it_is(section: Section, place: str) -> None:
    found = problems(section, draft()) | offer_problems(section, draft())
    assert place in {spelled(where) for where in found}


def test_question_asked_on_condition_of_another_is_fine() -> None:
    after = QuestionText(label=NAMED, if_question="repas", if_answers=("a",), for_products=("place",))
    assert offer_problems(Questions(questions=(MEAL, after)), draft()) == {}
    assert offer_problems(Welcome(), draft()) == {} and problems(Questions(), draft()) == {}


def test_address_is_made_of_the_words_of_a_title_within_its_length() -> None:
    assert slug_of("Tournoi de golf, 9e édition") == "tournoi-de-golf-9e-edition"
    assert slug_of("« … »") == "" and len(slug_of("x" * 200)) == 80
    assert len(slug_of("mot " * 60)) <= 80


def test_deadline_at_the_end_of_a_day_includes_its_last_minute() -> None:
    end = last_moment(wall("2027-05-06T23:59"), ZONE)
    assert end and end.second == 59 and wall_of(end, ZONE) == wall("2027-05-06T23:59")
    assert last_moment(None, ZONE) is None and wall_of(None, ZONE) is None


def test_terms_are_as_generous_when_nobody_gets_less_back() -> None:
    old = Terms(cancellation=(RefundStep(until=wall("2027-05-01T09:00"), keep_percent=0),))
    longer = Terms(cancellation=(RefundStep(until=wall("2027-05-03T09:00"), keep_percent=0),))
    always = Terms(cancellation=(RefundStep(keep_percent=0),))
    assert is_as_generous(longer, old) and is_as_generous(always, old) and is_as_generous(old, old)
    assert not is_as_generous(old, longer) and not is_as_generous(Terms(), old)


def test_copy_moves_notes_and_sessions_and_names_the_next_edition() -> None:
    notes = (
        NoteText(kind="record_date", values={"day": "2027-04-28"}),
        NoteText(kind="leg_aller", values={"departs": "2027-05-06T12:00:00+00:00", "arrives": "", "stops": ["Alma"]}),
        NoteText(kind="text", text=Text(fr="Rendez-vous le 5 mai.")),
    )
    title = Title(fr="Bal, 1re édition de 2027", en="Ball, 1st edition")
    first = SessionDates(number=1, day=date(2027, 5, 6), starts=time(9), ends_day=date(2027, 5, 7), ends=time(9))
    old = draft(
        essentials=Essentials(title=title, summary=Text(fr="Le 6 mai"), edition=1, notes=notes),
        dates=Dates(sessions=(first,), min_people=6, decides_on=date(2027, 4, 28)),
    )
    new = copied(old, date(2028, 5, 4))
    assert new.key == "k-2028" and new.essentials.title.fr.startswith("Bal, 2e édition")
    assert new.essentials.title.en == "Ball, 2nd edition"
    assert new.essentials.notes[0].values["day"] == "2028-04-26"
    assert new.essentials.notes[1].values["departs"] == "2028-05-04T12:00:00+00:00"
    assert new.dates.sessions[0].ends_day == date(2028, 5, 5)
    assert (new.dates.min_people, new.dates.decides_on) == (6, date(2028, 4, 26))
    assert {spelled(where) for where in texts_to_read(new)} == {"title.fr", "summary.fr", "notes[2].text.fr"}
    alone = copied(draft(dates=Dates()), None)
    assert alone.key == "k-2027" and alone.essentials.title == Title()


def test_holidays_and_construction_weeks_are_those_of_quebec() -> None:
    days = {name: day for day, name in holidays(2027).items()}
    assert days["good_friday"] == date(2027, 3, 26) and days["patriotes"] == date(2027, 5, 24)
    assert days["labour"] == date(2027, 9, 6) and days["thanksgiving"] == date(2027, 10, 11)
    assert construction_weeks(2027) == (date(2027, 7, 18), date(2027, 7, 31))


def test_dates_worth_a_look_are_told_and_forbid_nothing() -> None:
    feast = wall("2028-06-24T17:00")
    dates = Dates(starts=feast, ends=feast + timedelta(hours=2), sale_closes=wall("2028-06-01T17:00"))
    others = [
        Neighbour("Autre", date(2028, 6, 24)),
        Neighbour("Proche", date(2028, 6, 20)),
        Neighbour("Loin", date(2028, 1, 1)),
    ]
    now = wall("2028-06-20T09:00")
    told = {one.what for one in warnings(draft(dates=dates), now, draft(), others)}
    assert told == {"holiday", "weekday", "past_sale_closes", "same_day", "same_week"}
    july = wall("2028-07-20T17:00")
    meeting = replace(draft(dates=Dates(starts=july, ends=july + timedelta(hours=2))), kind="agm")
    assert {one.what for one in warnings(meeting, july - timedelta(days=3), None, [])} == {
        "construction",
        "short_notice",
    }
    assert warnings(draft(dates=Dates()), now, None, []) == []


def test_gap_that_keeps_from_publishing_is_told_by_section() -> None:
    bare = Draft(key="k", kind="cocktail_5a7", timezone=ZONE)
    assert {gap.what for gap in gaps(bare)} == {"french_text", "english_text", "place", "dates", "prices", "points"}
    both = Title(fr="Titre", en="Title")
    review = PriceText(amount=100, tax_review={"status": "to_confirm"})
    sold = draft(
        essentials=Essentials(title=both, summary=Text(fr="a", en="a"), place=PlaceText(online=True)),
        prices=Prices(products=(PLACE.model_copy(update={"prices": (review,)}),)),
        welcome=Welcome(points=(PointText(key="accueil"),)),
    )
    missing = {gap.what for gap in gaps(sold)}
    assert missing == {"accounts", "taxes_to_confirm", "unlimited", "methods", "cancellation"}
    form = Draft(key="k", kind="survey", timezone=ZONE, essentials=sold.essentials)
    assert gaps(form) == []

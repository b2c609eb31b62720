"""What registration can check of its own rows: quiet after an edit of the catalogue, loud when something is wrong."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from kit.contracts import Envelope, OrderPaid
from kit.contracts.callers import ANYONE
from kit.mailbox import receive
from kit.sql import column, table
from registration.catalog.actions import changed
from registration.catalog.codes.models import Code
from registration.catalog.models import Price, Product, Resource
from registration.catalog.rules import Who
from registration.changes import actions as changes
from registration.history.actions import record
from registration.invariants import invariants
from registration.letters.flows import letter_context
from registration.registrations.actions import release
from registration.registrations.queries import attendees_of
from registration.registrations.rules_rows import code_units
from registration.signup.flows import confirm_by_contact
from tests import make
from tests.fakes.clock import FakeClock
from tests.registration.conftest import COCKTAIL, Browser
from tests.tables import codes, registrations


def test_counters_after_a_product_is_edited_stay_as_its_lines_made_them(service: Any, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.write() as session:
        doubled = sa.update(table(Product)).where(column(Product.key) == "car")
        session.execute(doubled.values({column(Product.uses): {"places": 2}}))
    assert invariants(service.db) == []
    make.registered(service.db, COCKTAIL, "car", ["Karl Roy"], clock())
    assert make.offer_of(service.db, COCKTAIL).resources["places"].taken == 3
    assert invariants(service.db) == []


def test_counter_that_is_wrong_breaks_an_invariant(service: Any, clock: FakeClock) -> None:
    make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock())
    with service.db.write() as session:
        session.execute(sa.update(table(Resource)).where(column(Resource.key) == "tee_spots").values(taken=5))
        session.execute(sa.update(table(Code)).values(used=1))
    [resource, code] = invariants(service.db)
    assert "taken is 5, its lines say 0" in resource and "used is 1, its registrations say 0" in code


@pytest.mark.parametrize(
    ("lines", "served"),
    [
        ([("code", 2, 0), ("non_member", 1, 0)], 2),
        ([("non_member", 2, 500), ("anyone", 1, 0)], 2),
        # Lines of before what is lowered was kept.
        ([("non_member", 2, 0), ("anyone", 1, 0)], 3),
        # The units of the price it opened went back: what is left was never the code's.
        ([("code", 0, 0), ("non_member", 1, 0)], 0),
        ([], 0),
    ],
)
def test_code_serves_what_it_opened_or_everything(lines: list[tuple[str, int, int]], served: int) -> None:
    assert code_units(lines) == served


def used(service: Any, word: str) -> int:
    with service.db.read() as session:
        return int(session.execute(sa.select(codes.c.used).where(codes.c.word == word)).scalar_one())


def sign_up(browser: Browser, *items: dict[str, Any], **more: str) -> uuid.UUID:
    """A signup by the API, with these items."""
    body = {
        "contact": {"first_name": "Maude", "last_name": "Contact", "email": "maude@example.org"},
        "company": "Usinage Valbrume inc.",
        "items": items,
        "terms_accepted": True,
        "contact_attends": False,
        **more,
    }
    answer = browser().post(f"/api/activities/{COCKTAIL}/registrations", json=body)
    assert answer.status_code == 201, answer.text
    return uuid.UUID(answer.json()["id"])


@pytest.fixture
def discount(service: Any, cocktail: uuid.UUID) -> None:
    """A code that lowers prices, and a package of ten that guests may take too."""
    with service.db.write() as session:
        session.add(Code(activity_id=cocktail, word="RABAIS", percent_off=10, max_units=40))
        package = session.exec(select(Product).where(Product.key == "car-10")).one()
        price = {"key": "car-10-n", "label_fr": "Non-membre", "who": Who.NON_MEMBER, "amount": 70000}
        session.add(Price(product_id=package.id, gl_account="4110", **price))
        changed(session, cocktail)


@pytest.mark.usefixtures("discount")
@pytest.mark.parametrize(("word", "who", "units"), [("HONNEUR", "code", 2), ("RABAIS", "non_member", 3)])
def test_code_units_go_back_with_the_places(
    service: Any, browser: Browser, clock: FakeClock, word: str, who: str, units: int
) -> None:
    """The invitation opens places beside a package of ten that it does not open; the discount lowers both."""
    places = {"product": "car", "who": who, "quantity": 2}
    package = {"product": "car-10", "who": "non_member", "quantity": 1}
    mine = sign_up(browser, places, package, code=word, method="invoice")
    confirm_by_contact(service, mine, ANYONE)
    assert used(service, word) == units and invariants(service.db) == []
    offer = make.offer_of(service.db, COCKTAIL)
    with service.db.write() as session:
        [first, *_] = attendees_of(session, mine)
        changes.cancel(session, mine, ANYONE, clock(), letter_context(service, offer), [first.id])
    assert used(service, word) == units - 1 and invariants(service.db) == []
    with service.db.write() as session:
        changes.cancel(session, mine, ANYONE, clock(), letter_context(service, offer))
    assert used(service, word) == 0 and invariants(service.db) == []


@pytest.mark.usefixtures("discount")
def test_code_units_go_back_when_a_hold_ends(service: Any, browser: Browser, clock: FakeClock) -> None:
    places = {"product": "car", "who": "non_member", "quantity": 3}
    mine = sign_up(browser, places, code="RABAIS", method="card")
    assert used(service, "RABAIS") == 3
    with service.db.write() as session:
        release(session, mine, clock())
    assert used(service, "RABAIS") == 0 and invariants(service.db) == []


@pytest.fixture
def all_states(service: Any, clock: FakeClock) -> dict[str, uuid.UUID]:
    """A registration in each state: on invoice, held, paid by card, given up, cancelled."""
    invoice, paid, cancelled, expired = (
        make.registered(service.db, COCKTAIL, "car", ["Élise Côté"], clock(), method=method)
        for method in ("invoice", "card", "invoice", "card")
    )
    held = make.registered(service.db, COCKTAIL, "car", ["Karl Roy"], clock(), method="card")
    told = OrderPaid(order_id=paid, paid_at=clock(), amount=1, method="card")
    envelope = Envelope(id=uuid.uuid4(), type="OrderPaid", body=told.model_dump(mode="json"))
    assert [receipt.outcome for receipt in receive(service, service.reactions, [envelope], "billing")] == ["done"]
    with service.db.write() as session:
        release(session, expired, clock())
        changes.cancel(
            session, cancelled, ANYONE, clock(), letter_context(service, make.offer_of(service.db, COCKTAIL))
        )
    assert invariants(service.db) == []
    return {"invoice": invoice, "paid": paid, "cancelled": cancelled, "expired": expired, "held": held}


A_CARD, UNPAID = "a card confirms what it paid, and nothing else", "what nobody confirmed is not paid"
HAS_END, LOOKED_AT = "a hold has an end", "the end of a hold is looked at, and of nothing else"
SAYS_WHEN, TIMES = "what was confirmed says when", "its history says"


@pytest.mark.parametrize(
    ("which", "values", "rules"),
    [
        ("paid", {"status": "held"}, [A_CARD, UNPAID, SAYS_WHEN, LOOKED_AT, TIMES]),
        ("invoice", {"status": "held"}, [SAYS_WHEN, HAS_END, LOOKED_AT, TIMES]),
        ("held", {"status": "confirmed"}, [A_CARD, SAYS_WHEN, LOOKED_AT, TIMES]),
        ("held", {"status": "expired"}, [LOOKED_AT]),
        ("expired", {"status": "held"}, [LOOKED_AT]),
        ("paid", {"paid_at": None}, [A_CARD]),
        ("held", {"paid_at": datetime(2027, 2, 17, tzinfo=UTC)}, [A_CARD, UNPAID]),
        ("held", {"check_at": None}, [LOOKED_AT]),
        ("held", {"hold_until": None}, [HAS_END]),
        ("invoice", {"confirmed_at": None}, [SAYS_WHEN]),
        ("cancelled", {"status": "expired"}, [SAYS_WHEN, TIMES]),
    ],
)
def test_state_that_its_dates_contradict_breaks_an_invariant(
    service: Any, all_states: dict[str, uuid.UUID], which: str, values: dict[str, Any], rules: list[str]
) -> None:
    with service.db.write() as session:
        session.execute(sa.update(registrations).where(registrations.c.id == all_states[which]).values(**values))
    # What the counters and the tickets say of it is another check's matter.
    said = [line for line in invariants(service.db) if line.startswith(f"registration {all_states[which]}")]
    assert len(said) == len(rules), said
    assert all(rule in line for rule, line in zip(rules, said, strict=True)), said


def test_confirmation_that_history_says_twice_or_never_breaks_an_invariant(
    service: Any, all_states: dict[str, uuid.UUID], clock: FakeClock
) -> None:
    with service.db.write() as session:
        for which in ("invoice", "held"):
            record(session, "registration", all_states[which], "registration.confirmed", ANYONE, clock())
    said = sorted(invariants(service.db))
    assert len(said) == 2 and {line.split(" times")[0][-1] for line in said} == {"1", "2"}
    copied = sa.insert(registrations).from_select(
        list(registrations.c.keys()),
        sa.select(
            *(
                {"id": sa.literal(uuid.uuid4(), sa.Uuid), "code": sa.literal("COPY")}.get(name, column)
                for name, column in registrations.c.items()
            )
        ).where(registrations.c.id == all_states["invoice"]),
    )
    with service.db.write() as session:
        session.execute(copied)
    assert len(invariants(service.db)) == 4, "one that neither history nor its activity's tally tells of"

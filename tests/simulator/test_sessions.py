"""Checkout Sessions through the SDK: creation, reading, expiry, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.fakes.stripe_server import StripeServer, until
from tests.simulator.conftest import Create, Time, order


def refused(act: Any) -> Any:
    """The SDK's exception; its fields depend on its class."""
    with pytest.raises(stripe.StripeError) as caught:
        act()
    return caught.value


def dict_of(metadata: Any) -> dict[str, str]:
    found: dict[str, str] = metadata.to_dict()
    return found


def test_session_when_created_says_all_that_was_asked(create: Create, server: StripeServer, clock: Time) -> None:
    session = create()
    assert (session.object, session.livemode, session.status, session.payment_status) == (
        "checkout.session", False, "open", "unpaid",
    )  # fmt: skip
    assert (session.amount_total, session.amount_subtotal, session.currency) == (15000, 15000, "cad")
    assert (session.client_reference_id, dict_of(session.metadata), session.locale) == (
        "order-12", {"order_id": "order-12"}, "fr-CA",
    )  # fmt: skip
    assert session.url == f"{server.base}/c/pay/{session.id}"
    assert session.id.startswith("cs_test_")
    assert (session.created, session.expires_at) == (clock.now, clock.now + 24 * 3600)
    assert session.payment_intent is None, "Stripe makes the PaymentIntent at the first attempt to pay"


@pytest.mark.parametrize(
    ("kind", "item"),
    [(stripe.checkout.Session, "session"), (stripe.PaymentIntent, "intent"), (stripe.Charge, "charge"),
     (stripe.Refund, "refund"), (stripe.Event, "event"), (stripe.BalanceTransaction, "balance"),
     (stripe.LineItem, "line")],
)  # fmt: skip
def test_objects_carry_every_field_of_the_sdk_type(
    kind: Any, item: str, create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    session = create()
    server.pay(session.id)
    session = client.v1.checkout.sessions.retrieve(session.id)
    intent = client.v1.payment_intents.retrieve(str(session.payment_intent))
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    items: dict[str, Any] = {
        "session": session,
        "intent": intent,
        "charge": charge,
        "refund": client.v1.refunds.create({"payment_intent": intent.id}),
        "event": client.v1.events.list().data[0],
        "balance": client.v1.balance_transactions.retrieve(str(charge.balance_transaction)),
        "line": client.v1.checkout.sessions.line_items.list(session.id).data[0],
    }
    left_out = {  # Stripe gives these only when expanded, to some accounts, or (deleted) never.
        "session": {"line_items"}, "charge": {"refunds", "level3"}, "line": {"discounts", "taxes"},
        "intent": {"hooks", "payment_details", "payment_record"},
    }.get(item, set())  # fmt: skip
    declared = {name for name in kind.__annotations__ if name != "OBJECT_NAME" and not name.startswith("_")}
    assert declared - set(items[item].to_dict()) - left_out == set()


def test_line_items_are_listed_by_page(create: Create, client: stripe.StripeClient) -> None:
    session = create()
    first = client.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert [(line.description, line.quantity, line.amount_total) for line in first.auto_paging_iter()] == [
        ("5 à 7 du Cercle", 2, 13000), ("Stationnement", 1, 2000),
    ]  # fmt: skip
    assert first.has_more


def test_expansion_replaces_ids_by_objects(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    session = create()
    server.pay(session.id)
    read = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent", "payment_intent.latest_charge", "line_items"]}
    )
    assert isinstance(read.payment_intent, stripe.PaymentIntent)
    assert isinstance(read.payment_intent.latest_charge, stripe.Charge)
    assert read.payment_intent.metadata["order_id"] == "order-12"
    assert read.line_items is not None and len(read.line_items.data) == 2
    error = refused(lambda: client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer_name"]}))
    assert (error.http_status, "cannot be expanded" in str(error)) == (400, True)


def test_sessions_are_listed_by_intent_and_by_time(
    create: Create, server: StripeServer, client: stripe.StripeClient, clock: Time
) -> None:
    ids = []
    for _ in range(3):
        ids.append(create().id)
        clock.now += 10
    server.pay(ids[1])
    intent = str(client.v1.checkout.sessions.retrieve(ids[1]).payment_intent)
    sessions = client.v1.checkout.sessions
    assert [one.id for one in sessions.list({"payment_intent": intent}).data] == [ids[1]]
    assert [one.id for one in sessions.list({"created": {"gte": int(clock.now) - 20}}).data] == [ids[2], ids[1]]
    assert [one.id for one in sessions.list({"limit": 1}).auto_paging_iter()] == ids[::-1]
    assert [one.id for one in sessions.list({"limit": 1, "starting_after": ids[2]}).data] == [ids[1]]
    assert [one.id for one in sessions.list({"limit": 1, "ending_before": ids[0]}).data] == [ids[1]]
    assert [one.id for one in sessions.list({"status": "complete"}).data] == [ids[1]]


def test_session_is_expired_by_hand_only_while_open(
    create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    session = create()
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.payment_status, expired.url) == ("expired", "unpaid", None)
    paid = create()
    server.pay(paid.id)
    for one in (session, paid):
        error = refused(lambda one=one: client.v1.checkout.sessions.expire(one.id))
        assert (error.http_status, 'status in ["open"]' in str(error)) == (400, True)
    assert client.v1.checkout.sessions.retrieve(paid.id).status == "complete"


def test_session_expires_by_itself_at_its_time(
    create: Create, server: StripeServer, client: stripe.StripeClient, clock: Time
) -> None:
    session = create(expires_at=int(clock.now) + 1800)
    clock.now += 1799
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    clock.now += 1
    until(lambda: server.events("checkout.session.expired"), "the event comes without anybody asking")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_advance_switch_moves_time(create: Create, server: StripeServer, client: stripe.StripeClient) -> None:
    session = create()
    server.switch(advance=24 * 3600)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_intent_of_a_declined_attempt_ends_with_its_session(
    create: Create, server: StripeServer, client: stripe.StripeClient
) -> None:
    session = create()
    server.decline(session.id)
    expired = client.v1.checkout.sessions.expire(session.id)
    assert client.v1.payment_intents.retrieve(str(expired.payment_intent)).status == "canceled"


@pytest.mark.parametrize(("seconds", "word"), [(1799, "30 minutes"), (-5, "30 minutes"), (86401, "24 hours")])
def test_session_expiry_times_that_stripe_refuses_are_refused(
    create: Create, clock: Time, seconds: int, word: str
) -> None:
    error = refused(lambda: create(expires_at=int(clock.now) + seconds))
    assert (error.http_status, error.param, word in str(error)) == (400, "expires_at", True)


def line(**price: Any) -> list[dict[str, Any]]:
    data = {"currency": "cad", "unit_amount": 6500, "product_data": {"name": "Place"}} | price
    return [{"quantity": 1, "price_data": {name: value for name, value in data.items() if value is not None}}]


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"stripe_account": "acct_1"}, "parameter_unknown", "stripe_account"),
        ({"mode": "rent"}, "parameter_invalid_enum", "mode"),
        ({"locale": "fr-QC"}, "parameter_invalid_enum", "locale"),
        ({"mode": "subscription"}, "simulator_unsupported", "mode=subscription"),
        ({"ui_mode": "elements"}, "simulator_unsupported", "ui_mode=elements"),
        ({"discounts": [{"coupon": "x"}]}, "simulator_unsupported", "discounts"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"success_url": "paid"}, "url_invalid", "success_url"),
        ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({"customer_email": "personne"}, "email_invalid", "customer_email"),
        ({"metadata": {"order": {"id": "12"}}}, None, "metadata[order]"),
        ({"metadata": "order-12"}, "parameter_invalid_object", "metadata"),
        ({"client_reference_id": {"id": 1}}, "parameter_invalid_string", "client_reference_id"),
        ({"expand": "payment_intent"}, "parameter_invalid_array", "expand"),
        ({"line_items": line(unit_amount=65.5)}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": line(unit_amount=-1)}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"line_items": line(unit_amount=None)}, "parameter_missing", "line_items[0][price_data][unit_amount]"),
        ({"line_items": line(currency=None)}, "parameter_missing", "line_items[0][price_data][currency]"),
        ({"line_items": line(amount=5)}, "parameter_unknown", "line_items[0][price_data][amount]"),
        ({"line_items": line(currency="zzz")}, None, "line_items[0][price_data][currency]"),
        ({"line_items": line(product_data={"title": "x"})}, "parameter_unknown",
         "line_items[0][price_data][product_data][title]"),
        ({"line_items": line(product_data={"name": ""})}, "parameter_invalid_empty",
         "line_items[0][price_data][product_data][name]"),
        ({"line_items": line(unit_amount=49)}, "amount_too_small", "line_items"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "simulator_unsupported", "line_items[0][price]"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "simulator_unsupported",
         "payment_intent_data[capture_method]"),
        ({"payment_intent_data": {"setup_future_usage": "later"}}, "parameter_invalid_enum",
         "payment_intent_data[setup_future_usage]"),
    ],
)  # fmt: skip
def test_parameters_are_checked_against_the_sdk_types(
    client: stripe.StripeClient, change: dict[str, Any], code: str | None, param: str
) -> None:
    error = refused(lambda: client.v1.checkout.sessions.create(order(**change)))  # type: ignore[arg-type]
    assert (error.http_status, error.code, error.param) == (400, code, param)
    assert isinstance(error, stripe.InvalidRequestError)
    assert not client.v1.checkout.sessions.list().data


@pytest.mark.parametrize("name", ["mode", "line_items", "success_url"])
def test_session_without_what_it_needs_is_refused(client: stripe.StripeClient, name: str) -> None:
    params = {key: value for key, value in order().items() if key != name}
    error = refused(lambda: client.v1.checkout.sessions.create(params))  # type: ignore[arg-type]
    assert (error.http_status, error.code, error.param) == (400, "parameter_missing", name)


def test_metadata_other_than_strings_is_refused(create: Create) -> None:
    assert dict_of(create(metadata={"0": "a", "n": 12, "none": ""}).metadata) == {"0": "a", "n": "12"}
    assert refused(lambda: create(metadata={"k" * 41: "v"})).http_status == 400
    assert refused(lambda: create(metadata={"k": "v" * 501})).http_status == 400
    assert refused(lambda: create(metadata={f"k{n}": "v" for n in range(51)})).http_status == 400

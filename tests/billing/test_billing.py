"""The service as an operator meets it: settings, commands, health, and checks that see what is wrong."""

from typing import Any

import pytest
import sqlalchemy as sa

from billing.__main__ import COMMANDS, reconcile_now
from billing.checkout.flows_reconcile import reconcile
from billing.invariants import RULES
from billing.settings import BillingSettings
from kit.settings import MissingSetting
from tests.billing.conftest import Billing, Start
from tests.billing.make import credit, fee, line, order
from tests.fakes.stripe_server import StripeServer
from tests.keys import OPS_TOKEN, settings_of

GIVEN: dict[str, Any] = {**settings_of("billing"), "database_url": "sqlite://"}


def test_stripe_key_without_webhook_secret_outside_development_refuses_to_start() -> None:
    with pytest.raises(MissingSetting, match="STRIPE_WEBHOOK_SECRET"):
        BillingSettings(app_env="production", stripe_api_key="sk_live_x", **GIVEN).check()
    BillingSettings(app_env="production", **GIVEN).check()
    BillingSettings(app_env="production", stripe_api_key="sk_live_x", stripe_webhook_secret="whsec_x", **GIVEN).check()
    BillingSettings(app_env="development", stripe_api_key="sk_test_x").check()


def test_operator_routes_ask_for_the_token_and_answer(card: Billing) -> None:
    ops = {"Authorization": f"Bearer {OPS_TOKEN}"}
    assert card.client.get("/health/live").status_code == 200
    assert card.client.get("/health/ready").status_code == 200
    assert card.client.get("/ops/pending").status_code == 401
    assert set(card.client.get("/ops/pending", headers=ops).json()) == {
        "outbox", "inbox", "dead", "holds_overdue", "refunds_in_flight", "unreconciled",
    }  # fmt: skip
    assert card.client.get("/ops/invariants", headers=ops).json() == []
    assert "guichet_pending" in card.client.get("/metrics", headers=ops).text


def test_loops_without_a_stripe_key_never_need_stripe(billing: Billing, card: Billing) -> None:
    assert [loop.name for loop in billing.service.loops] == ["deliver", "housekeeping"]
    assert {"events", "refunds", "reconcile"} <= {loop.name for loop in card.service.loops}
    assert reconcile(billing.service) is False


def test_reconcile_command_asks_stripe_and_works(card: Billing, stripe: StripeServer) -> None:
    placed = order()
    stripe.pay(card.pay_page(card.place(placed).json()["pay_url"]), later=True)
    assert reconcile_now(card.service, None) == 0
    assert card.order(placed.order_id)["status"] == "paid"
    assert card.service.pending()["inbox"] == 0
    assert COMMANDS.extra["reconcile"] is reconcile_now


def test_pass_gone_stale_is_renewed_by_registration_or_ends(billing: Billing) -> None:
    billing.as_staff("accountant")
    renewal, billing.registration.caller = billing.registration.caller, None
    billing.clock.advance(minutes=6)
    assert billing.client.get("/api/orders").status_code == 401
    billing.registration.caller = renewal
    assert billing.client.get("/api/orders").status_code == 200


# Each rule of the invariants, and a change of the rows that only this rule or its twin would see.
BROKEN = {
    "an order's amounts are the sums of its lines": "UPDATE order_line SET tps = tps + 1 WHERE position = 0",
    "what is credited is the sum of its lines": "UPDATE order_line SET credited_tps = 1 WHERE credited_amount = 0",
    "what is credited is the sum of the credit notes": "UPDATE orders SET credited = credited + 1 WHERE credited > 0",
    "each tax credited is the sum of the credit notes": "UPDATE credit_note SET tps = tps - 1, tvq = tvq + 1",
    "what is paid is the sum of the allocations": "UPDATE allocation SET amount = amount + 1",
    "what goes back is the sum of the refunds": "UPDATE refund SET amount = amount + 1",
    "nothing goes back to an order that a payment did not bring it": (
        "UPDATE refund SET order_id = (SELECT id FROM orders WHERE status = 'open')"
    ),
    "a payment is allocated whole, kept for its company, or going back": "UPDATE payment SET amount = amount + 1",
    "what is kept is a company's": "UPDATE payment SET company_key = '', unallocated = 1",
    "a credit pays what its payment pays": (
        "INSERT INTO credit_use (id, payment_id, order_id, amount, used_on, recorded_at, by) SELECT a.id, a.payment_id,"
        " a.order_id, a.amount + 1, p.received_on, p.recorded_at, '' FROM payment p JOIN allocation a"
        " ON a.payment_id = p.id"
    ),
    "a reversed payment has its reversal, and nothing else has": "UPDATE payment SET state = 'reversed'",
    "nothing goes back of a reversed payment": "UPDATE payment SET state = 'reversed' WHERE refunded > 0",
    "a reversal is in the ledger once": (
        "INSERT INTO reversal (id, payment_id, reason, reversed_on, recorded_at, by)"
        " SELECT id, id, 'bounced', received_on, recorded_at, '' FROM payment"
    ),
    "a credit that was used is in the ledger once": (
        "INSERT INTO credit_use (id, payment_id, order_id, amount, used_on, recorded_at, by) SELECT a.id, a.payment_id,"
        " a.order_id, 1, p.received_on, p.recorded_at, '' FROM payment p JOIN allocation a ON a.payment_id = p.id"
    ),
    "a credit that went back is in the ledger once": (
        "INSERT INTO credit_return (id, payment_id, amount, rounding, status, requested_at, returned_on, reference, by)"
        " SELECT id, id, 1, 0, 'done', recorded_at, received_on, '', '' FROM payment"
    ),
    "what a payment gave back is the sum of its refunds": "UPDATE payment SET refunded = 0",
    "what is disputed is the sum of what disputes took": "UPDATE orders SET disputed = 1 WHERE paid > 0",
    "what a bank took of a payment is the sum of its disputes": "UPDATE payment SET disputed = 1",
    "a dispute is in the ledger": (
        "INSERT INTO dispute (id, order_id, payment_id, stripe_dispute, status, amount, withdrawn, fees, movements,"
        " reason, opened_at) SELECT p.id, a.order_id, p.id, 'du_1', 'lost', 1, 1, 0, 1, '', p.recorded_at"
        " FROM payment p JOIN allocation a ON a.payment_id = p.id LIMIT 1"
    ),
    "an invoice says what its orders say": (
        "UPDATE orders SET subtotal = subtotal + 1, total = total + 1 WHERE total > 0"
    ),
    "an invoice is the sum of its orders": "UPDATE invoice_order SET tps = tps + 1, total = total + 1",
    "an order does not wait for its invoice for ever": (
        "INSERT INTO grouped_order (order_id, group_id, since)"
        " SELECT id, id, '2020-01-01' FROM orders WHERE status = 'open'"
    ),
    "a credit note corrects the invoice of its order": (
        "UPDATE credit_note SET invoice_id = (SELECT id FROM invoice i WHERE i.id <> credit_note.invoice_id LIMIT 1)"
    ),
    "what is invoiced or paid has an invoice, and nothing else has": (
        "UPDATE orders SET status = 'invoiced' WHERE status = 'open'"
    ),
    "a paid order is paid exactly": "UPDATE orders SET paid = paid - 1 WHERE status = 'paid' AND paid > 0",
    "an invoiced order still owes something": (
        "UPDATE orders SET status = 'invoiced' WHERE status = 'paid' AND total > 0"
    ),
    "a void order keeps nothing": "UPDATE orders SET status = 'void' WHERE status = 'paid' AND total > 0",
    "a void order's invoice was taken back whole": "UPDATE orders SET status = 'void' WHERE status = 'invoiced'",
    "a payment page asks no more than was invoiced": (
        "INSERT INTO checkout (id, order_id, n, amount, status, url, problem, created_at, expires_at)"
        " SELECT id, id, 1, total + 1, 'abandoned', '', '', placed_at, placed_at FROM orders WHERE status = 'open'"
    ),
    "what is on notice has its notice, and nothing else has": (
        "UPDATE orders SET on_notice = true WHERE status = 'open'"
    ),
    "a notice says what its order says": "UPDATE notice SET subtotal = subtotal + 1, total = total + 1",
    "a notice that came to nothing says so": "UPDATE notice SET discarded_at = NULL",
    "debits equal credits": "UPDATE ledger_entry SET debit = debit + 1 WHERE debit > 0 AND memo = 'refund'",
    "an invoice is in the ledger once": "DELETE FROM ledger_entry WHERE memo = 'invoice'",
    "a credit note is in the ledger once": "UPDATE ledger_entry SET document = 'x' WHERE memo = 'credit_note'",
    "a payment is in the ledger once": "DELETE FROM ledger_entry WHERE memo = 'payment'",
    "a refund is in the ledger once": "UPDATE ledger_entry SET debit = debit + 1 WHERE debit > 0 AND memo = 'refund'",
    "what the ledger says has its document": (
        "UPDATE ledger_entry SET order_id = (SELECT id FROM orders WHERE status = 'open')"
    ),
    "a file is of a document": (
        "INSERT INTO document_file (kind, document_id, file_name, sha256, size, pdf, made_at)"
        " SELECT 'invoice', id, '', '', 0, CAST('' AS bytea), recorded_at FROM payment"
    ),
    "the numbers of a series have no gap": "UPDATE series SET last = last + 1",
}


NEVER_CHANGED = ("ledger_entry", "invoice", "invoice_order", "credit_note", "notice", "document_file")


@pytest.fixture
def lived_in(start: Start) -> Billing:
    """An open order, an invoice half paid and half credited, coins that went back, a notice that came to nothing."""
    billing = start()
    invoiced, walk_in = order(method="invoice"), order(line("car-porte", "95.00"), method="cash")
    for placed in (invoiced, walk_in, order(), asked := fee()):
        billing.place(placed)
    assert billing.close(asked.order_id) == "void"
    billing.tell(credit(invoiced, ("car-n", 1)), credit(walk_in, ("car-porte", 1), keep=20))
    billing.as_staff("accountant")
    [refund] = billing.order(walk_in.order_id)["refunds"]
    assert billing.client.post(f"/api/refunds/{refund['id']}/done", json={"how": "cash"}).status_code == 200
    assert billing.invariants() == []
    return billing


def test_invariants_are_all_tried_by_this_file() -> None:
    assert BROKEN.keys() == RULES.keys()


@pytest.mark.parametrize("rule", BROKEN)
def test_invariant_on_contradictory_rows_reports_them(lived_in: Billing, rule: str) -> None:
    with lived_in.service.db.write() as session:
        if lived_in.service.db.is_sqlite:
            for table in NEVER_CHANGED:
                for verb in ("update", "delete"):
                    session.execute(sa.text(f"DROP TRIGGER {table}_no_{verb}"))
            session.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        else:
            for table in NEVER_CHANGED:
                session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for table in ("orders", "payment", "order_line", "invoice_order", "notice"):
                names = session.execute(
                    sa.text(
                        "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(:t AS regclass)"
                    ),
                    {"t": table},
                )
                for (name,) in names.all():
                    session.execute(sa.text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
        session.execute(sa.text(BROKEN[rule]))
    assert any(found.startswith(rule) for found in lived_in.invariants())

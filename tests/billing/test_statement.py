"""What billing tells registration of an order, in the shape both agreed on."""

import sqlalchemy as sa

from kit.contracts import PlaceOrder
from kit.contracts.statement import OrderStatement
from tests.billing.conftest import Billing
from tests.billing.make import credit, order
from tests.billing.test_disputes import contest, read
from tests.billing.test_refunds_at_stripe import PAID, by_hand, look
from tests.fakes.stripe_gateway import RecordedGateway


def statement(billing: Billing, placed: PlaceOrder) -> OrderStatement:
    return OrderStatement.model_validate(billing.order(placed.order_id))


def test_statement_of_an_invoice_credited_in_part_tells_what_is_left_to_pay(recorded: Billing) -> None:
    """247.20 for two members and a guest; the guest's 97.73 is credited (o4 of the sample)."""
    placed = order(method="invoice")
    recorded.tell(placed)
    assert statement(recorded, placed).balance == PAID
    recorded.tell(credit(placed, ("car-n", 1)))
    told = statement(recorded, placed)
    assert (told.balance, told.owed, told.credited, told.refunded) == (14_947, 14_947, 9773, 0)


def test_statement_of_a_paid_order_asks_for_nothing_whatever_went_back(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    by_hand(recorded, gateway, paid, 2000)
    look(recorded, paid)
    told = statement(recorded, paid)
    assert (told.balance, told.owed, told.credited, told.refunded) == (0, 2000, 0, 2000)
    read(recorded, gateway, contest(recorded, paid, amount=5000))
    told = statement(recorded, paid)
    assert (told.balance, told.owed) == (0, 7000)
    assert [(one.status, one.withdrawn) for one in told.disputes] == [("needs_response", 5000)]


def test_view_of_orders_adds_up_with_what_banks_took(
    recorded: Billing, gateway: RecordedGateway, paid: PlaceOrder
) -> None:
    read(recorded, gateway, contest(recorded, paid))
    with recorded.service.db.read() as session:
        rows = session.execute(sa.text("SELECT owed, disputed FROM contract_orders")).all()
        taken = session.execute(sa.text("SELECT withdrawn, fees, status FROM contract_disputes")).all()
    assert [tuple(row) for row in rows] == [(PAID, PAID)]
    assert [tuple(row) for row in taken] == [(PAID, 1500, "needs_response")]

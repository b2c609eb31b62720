"""Money as companies send it: one cheque on several invoices, credits, cheques that bounce, typing errors."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest

from billing.collecting import actions_credits, queries
from billing.collecting.actions import collect
from billing.collecting.actions_reversals import Undone, correct, reverse
from billing.collecting.rules import (
    Cheque,
    CreditTooSmall,
    EnteredBefore,
    ReturnAnswered,
    Wanted,
    WhyReversed,
)
from billing.payments.models import Payment
from kit.contracts import PaidBack, PaymentMethod, PlaceOrder
from tests.billing.conftest import Billing
from tests.billing.make import BUYER, credit, line, order

TODAY = date(2027, 2, 17)
C15 = BUYER.model_copy(update={"company": "Aluminium Kénogami inc.", "company_key": "c15"})


def invoiced(billing: Billing, *amounts: str, **changes: Any) -> list[PlaceOrder]:
    """Invoices of one company, one after the other: `780.00` is 896.81 with taxes, `740.00` is 850.82."""
    placed = [
        order(line("pae", amount), method="invoice", **({"buyer": C15} | changes)) for amount in amounts or ("780.00",)
    ]
    for each in placed:
        assert billing.place(each).status_code == 200
        billing.clock.advance(minutes=1)
    return placed


def cheque(amount: int, reference: str = "000123", **changes: Any) -> Cheque:
    given: dict[str, Any] = {"method": PaymentMethod.CHEQUE, "received_on": TODAY, "by": "Élise Côté"}
    return Cheque(amount=amount, reference=reference, **(given | changes))


def took(billing: Billing, of: PlaceOrder, money: Cheque, wanted: Wanted | None = None) -> uuid.UUID:
    """The id of the payment."""
    with billing.service.db.write() as session:
        who = queries.payer(session, of.order_id)
        return collect(session, who, money, wanted or Wanted(), billing.clock()).id


def undo(billing: Billing, payment_id: uuid.UUID, on: date = TODAY, why: WhyReversed = WhyReversed.BOUNCED) -> None:
    with billing.service.db.write() as session:
        reverse(session, payment_id, Undone(why, on, "Élise Côté"), billing.clock())


def use(billing: Billing, of: PlaceOrder, amount: int) -> None:
    """The credit pays the invoice of this order."""
    with billing.service.db.write() as session:
        who = queries.payer(session, of.order_id)
        invoices = queries.open_invoices(session, who)
        mine = [one.id for one in invoices if any(owing.id == of.order_id for owing in one.orders)]
        actions_credits.use(session, who, mine[0] if mine else uuid.uuid4(), amount, "Élise Côté", billing.clock())


def give_back(billing: Billing, of: PlaceOrder, amount: int) -> None:
    with billing.service.db.write() as session:
        actions_credits.give_back(session, queries.payer(session, of.order_id), amount, "Élise Côté", billing.clock())


def given_back(billing: Billing, how: PaidBack = PaidBack.CHEQUE) -> uuid.UUID:
    """The first credit that waits to be returned, returned."""
    with billing.service.db.write() as session:
        waits, _ = queries.to_return(session)[0]
        actions_credits.given_back(session, waits.id, how, "000900", "Élise Côté", billing.clock())
        return waits.id


def owed(billing: Billing, *placed: PlaceOrder) -> list[int]:
    return [billing.order(each.order_id)["owed"] for each in placed]


def kept(billing: Billing) -> int:
    """All credits of companies."""
    [(total,)] = billing.rows("SELECT COALESCE(SUM(unallocated), 0) FROM payment WHERE state = 'settled'")
    return int(total)


def account(billing: Billing, number: str) -> int:
    """What the books say of an account: debits less credits."""
    [(total,)] = billing.rows(f"SELECT COALESCE(SUM(debit - credit), 0) FROM ledger_entry WHERE account = '{number}'")
    return int(total)


def sound(billing: Billing) -> None:
    assert billing.invariants() == []
    assert account(billing, "2150") == -kept(billing)


def test_cheque_over_two_invoices_settles_the_oldest_first(billing: Billing) -> None:
    """1,500.00 over 896.81 and 603.19 of 850.82: 247.63 is left."""
    first, second = invoiced(billing, "780.00", "740.00")
    assert owed(billing, first, second) == [89681, 85082]
    took(billing, first, cheque(150000))
    assert owed(billing, first, second) == [0, 24763]
    assert [billing.order(each.order_id)["status"] for each in (first, second)] == ["paid", "invoiced"]
    sound(billing)


def test_cheque_on_a_ticked_invoice_leaves_the_older_one(billing: Billing) -> None:
    first, second = invoiced(billing, "780.00", "740.00")
    with billing.service.db.read() as session:
        [_, ticked] = queries.open_invoices(session, queries.payer(session, first.order_id))
    took(billing, first, cheque(85082), Wanted([ticked.id]))
    assert owed(billing, first, second) == [89681, 0]
    sound(billing)


def test_several_payments_on_one_invoice_settle_it(billing: Billing) -> None:
    [placed] = invoiced(billing)
    took(billing, placed, cheque(50000, "1"))
    took(billing, placed, cheque(39681, "2", method=PaymentMethod.TRANSFER))
    assert billing.order(placed.order_id)["status"] == "paid"
    sound(billing)


def test_cheque_after_the_invoice_was_paid_is_all_credit_that_pays_another(billing: Billing) -> None:
    [paid] = invoiced(billing)
    took(billing, paid, cheque(89681, "card", method=PaymentMethod.READER))
    took(billing, paid, cheque(89681))
    assert (kept(billing), account(billing, "2150")) == (89681, -89681)
    [other] = invoiced(billing, "740.00")
    use(billing, other, 85082)
    assert (owed(billing, other), kept(billing)) == ([0], 4599)
    assert billing.order(other.order_id)["status"] == "paid"
    sound(billing)


def test_credit_is_returned_by_hand_once(billing: Billing) -> None:
    [placed] = invoiced(billing)
    took(billing, placed, cheque(100000))
    give_back(billing, placed, 10319)
    with pytest.raises(CreditTooSmall):
        give_back(billing, placed, 1)
    sound_but_promised = account(billing, "2150")
    assert (kept(billing), sound_but_promised) == (0, -10319)
    returned = given_back(billing, PaidBack.CASH)
    with pytest.raises(ReturnAnswered), billing.service.db.write() as session:
        actions_credits.given_back(session, returned, PaidBack.CASH, "", "Élise Côté", billing.clock())
    assert account(billing, "1010") == 100000 - 10320
    assert account(billing, "5990") == 1
    sound(billing)


def test_cheque_that_bounces_is_owed_again_from_its_first_day(billing: Billing) -> None:
    """domain.md t10: o1 paid by cheque 000123, returned; the rest is as it was."""
    [placed] = invoiced(billing)
    due_on = billing.order(placed.order_id)["due_on"]
    paid = took(billing, placed, cheque(89681))
    sound(billing)
    billing.clock.advance(days=3)
    undo(billing, paid, date(2027, 2, 19))
    after = billing.order(placed.order_id)
    assert (after["status"], after["owed"], after["balance"], after["due_on"]) == ("invoiced", 89681, 89681, due_on)
    [(day,)] = billing.rows("SELECT DISTINCT day FROM ledger_entry WHERE memo = 'payment_reversed'")
    assert str(day) == "2027-02-19"
    assert (account(billing, "1010"), account(billing, "1200")) == (0, 89681)
    sound(billing)
    billing.service.postman.deliver()
    [told] = billing.registration.told("PaymentReversed")
    assert (told["amount"], told["reason"], told["sums"]["balance"]) == (89681, "bounced", 89681)
    took(billing, placed, cheque(89681, "000130"))
    assert billing.order(placed.order_id)["status"] == "paid"
    sound(billing)


def test_reversal_of_what_left_a_credit_takes_all_of_it_back(billing: Billing) -> None:
    first, second = invoiced(billing, "780.00", "740.00")
    with billing.service.db.read() as session:
        oldest = queries.open_invoices(session, queries.payer(session, first.order_id))[0]
    paid = took(billing, first, cheque(150000), Wanted([oldest.id]))
    use(billing, second, 50000)
    give_back(billing, first, 10000)
    undo(billing, paid)
    assert owed(billing, first, second) == [89681, 85082]
    assert (kept(billing), account(billing, "2150"), account(billing, "1010")) == (0, 0, 0)
    assert billing.rows("SELECT status FROM credit_return") == [("withdrawn",)]
    sound(billing)


def test_payment_typed_wrong_is_reversed_and_entered_anew(billing: Billing) -> None:
    [placed] = invoiced(billing)
    wrong = took(billing, placed, cheque(89618))
    with billing.service.db.write() as session:
        right = correct(session, wrong, cheque(89681), billing.clock()).id
    states = {each.id: (each.state, each.replaces_id) for each in payments(billing)}
    assert states == {wrong: ("reversed", None), right: ("settled", wrong)}
    assert owed(billing, placed) == [0]
    sound(billing)


def payments(billing: Billing) -> list[Payment]:
    with billing.service.db.read() as session:
        return [session.get_one(Payment, uuid.UUID(str(one))) for (one,) in billing.rows("SELECT id FROM payment")]


def test_promise_of_a_refund_gives_way_to_a_cheque_that_bounces(billing: Billing) -> None:
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89681))
    billing.tell(credit(placed, ("pae", 1)))
    assert billing.order(placed.order_id)["refunding"] == 89681
    undo(billing, paid)
    after = billing.order(placed.order_id)
    assert (after["refunding"], after["paid"], after["owed"]) == (0, 0, 0)
    sound(billing)


def test_cash_that_settles_is_rounded_and_reversed_whole(billing: Billing) -> None:
    first, second = invoiced(billing, "95.00", "740.00")  # 109.23 and 850.82: 960.05.
    [third] = invoiced(billing, "95.00", buyer=C15.model_copy(update={"company_key": "c16"}))
    took(billing, first, cheque(96005, "", method=PaymentMethod.CASH))
    paid = took(billing, third, cheque(10925, "", method=PaymentMethod.CASH))
    assert (owed(billing, first, second, third), account(billing, "5990")) == ([0, 0, 0], -2)
    undo(billing, paid)
    assert (owed(billing, third), account(billing, "5990")) == ([10923], 0)
    sound(billing)


def test_same_cheque_entered_twice_is_noticed_and_may_be_confirmed(billing: Billing) -> None:
    first, second = invoiced(billing, "780.00", "780.00")
    took(billing, first, cheque(89681))
    billing.clock.advance(days=9)
    again = cheque(89681, received_on=date(2027, 2, 26))
    with pytest.raises(EnteredBefore):
        took(billing, second, again)
    assert owed(billing, second) == [89681]
    took(billing, second, again, Wanted(again=True))
    assert owed(billing, second) == [0]
    sound(billing)


def test_day_in_the_past_of_a_payment_is_no_day_before_its_entry(billing: Billing) -> None:
    """A cheque received on the 10th, entered on the 17th and said to have bounced on the 12th: the books say the 17th,
    since nothing is taken back before it is there."""
    [placed] = invoiced(billing)
    paid = took(billing, placed, cheque(89681, received_on=date(2027, 2, 10)))
    undo(billing, paid, date(2027, 2, 12))
    [(day,)] = billing.rows("SELECT DISTINCT day FROM ledger_entry WHERE memo = 'payment_reversed'")
    assert str(day) == "2027-02-17"
    assert billing.clock() > datetime(2027, 2, 17, tzinfo=UTC)

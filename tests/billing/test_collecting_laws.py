"""Whatever companies send, in whatever order: the books and the accounts say the same to the cent."""

import random
import uuid
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.collecting import queries
from billing.collecting.actions_reversals import correct
from billing.collecting.rules import WhyReversed, moves
from billing.payments.models import Payment
from billing.payments.rules import PaymentState
from kit.contracts import BuyerCorrected, OwnerChanged, PaymentMethod, PlaceOrder
from kit.errors import Refusal
from tests.billing.conftest import Billing
from tests.billing.make import at_once, credit
from tests.billing.test_collecting import (
    account,
    cheque,
    give_back,
    given_back,
    invoiced,
    kept,
    owed,
    payments,
    sound,
    took,
    undo,
    use,
)

AMOUNTS = ("50.00", "95.00", "140.00", "740.00", "780.00")


def one(billing: Billing, query: str) -> int:
    [(total,)] = billing.rows(query)
    return int(total or 0)


def law(billing: Billing) -> None:
    """Σ invoices − Σ credit notes − Σ payments + Σ refunds = Σ balances − Σ credits, and every account of the books."""
    assert billing.invariants() == []
    invoices = one(billing, "SELECT SUM(total) FROM invoice")
    notes = one(billing, "SELECT SUM(-total) FROM credit_note")
    came = one(billing, "SELECT SUM(amount - rounding) FROM payment WHERE state = 'settled'")
    orders = one(billing, "SELECT SUM(amount) FROM refund WHERE status IN ('succeeded', 'done')")
    returned = one(billing, "SELECT SUM(amount) FROM credit_return WHERE status = 'done'")
    promised = one(billing, "SELECT SUM(amount) FROM credit_return WHERE status = 'to_pay_by_hand'")
    balances = one(billing, "SELECT SUM(total - credited - paid + refunded + disputed) FROM orders")
    credits = kept(billing) + promised
    assert invoices - notes - came + orders + returned == balances - credits
    assert account(billing, "1200") == balances
    assert account(billing, "2150") == -credits
    coins = one(billing, "SELECT SUM(rounding) FROM payment WHERE state = 'settled'")
    coins -= one(billing, "SELECT SUM(rounding) FROM credit_return WHERE status = 'done'")
    coins -= one(billing, "SELECT SUM(rounding) FROM refund WHERE status = 'done'")
    assert account(billing, "5990") == -coins
    assert account(billing, "1010") == came + coins - orders - returned
    sold = one(
        billing,
        "SELECT SUM(debit - credit) FROM ledger_entry WHERE memo IN ('invoice', 'credit_note') AND account <> '1200'",
    )
    assert sold == notes - invoices
    assert one(billing, "SELECT SUM(debit - credit) FROM ledger_entry") == 0


class Walk:
    """One sequence of whatever may happen to a company's account."""

    def __init__(self, billing: Billing, seed: int) -> None:
        self.billing, self.chance, self.placed = billing, random.Random(seed), list[PlaceOrder]()
        self.bill()

    def bill(self) -> None:
        self.placed += invoiced(self.billing, self.chance.choice(AMOUNTS))

    def pay(self) -> None:
        method = self.chance.choice([PaymentMethod.CHEQUE, PaymentMethod.CASH, PaymentMethod.TRANSFER])
        amount = self.chance.choice([5000, 10925, 49681, 89680, 150000, sum(max(0, one) for one in self.owes())])
        took(self.billing, self.placed[0], cheque(amount, uuid.uuid4().hex[:8], method=method))

    def owes(self) -> list[int]:
        return owed(self.billing, *self.placed)

    def undo(self) -> None:
        undo(self.billing, self.any().id, why=self.chance.choice(list(WhyReversed)))

    def correct(self) -> None:
        with self.billing.service.db.write() as session:
            correct(session, self.any().id, cheque(self.chance.choice([4000, 89681])), self.billing.clock())

    def use(self) -> None:
        use(self.billing, self.chance.choice(self.placed), self.chance.choice([1, 500, 5749, kept(self.billing)]))

    def promise(self) -> None:
        give_back(self.billing, self.placed[0], self.chance.choice([100, 5000, kept(self.billing)]))

    def give(self) -> None:
        if one(self.billing, "SELECT COUNT(*) FROM credit_return WHERE status = 'to_pay_by_hand'"):
            given_back(self.billing)

    def credit(self) -> None:
        self.billing.tell(credit(self.chance.choice(self.placed), ("pae", 1), keep=self.chance.choice([0, 50])))

    def any(self) -> Payment:
        return self.chance.choice(payments(self.billing))

    def step(self) -> None:
        steps: tuple[Callable[[], None], ...] = (
            *(self.bill, self.pay, self.pay, self.pay, self.undo, self.correct),
            *(self.use, self.use, self.promise, self.give, self.credit),
        )
        try:
            self.chance.choice(steps)()
        except (Refusal, IndexError):
            pass  # What is refused changes nothing: the law is looked at all the same.


@pytest.mark.parametrize("seed", range(6))
def test_account_after_any_sequence_obeys_the_law(billing: Billing, seed: int) -> None:
    walk = Walk(billing, seed)
    for _ in range(12):
        walk.step()
        law(billing)


@given(st.lists(st.integers(0, 900)), st.lists(st.integers(0, 900)), st.integers(0, 5000))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_moves_of_credits_take_no_more_than_there_is(credits: list[int], wanted: list[int], amount: int) -> None:
    done = moves(credits, wanted, amount)
    assert sum(part for _, _, part in done) == min(amount, sum(credits), sum(wanted))
    assert all(part > 0 for _, _, part in done)
    assert sums(((at, part) for at, _, part in done), len(credits), credits)
    assert sums(((at, part) for _, at, part in done), len(wanted), wanted)


def sums(parts: Iterable[tuple[int, int]], count: int, most: list[int]) -> bool:
    each = [0] * count
    for at, part in parts:
        each[at] += part
    return all(mine <= limit for mine, limit in zip(each, most, strict=True))


def test_credit_used_and_returned_at_once_is_spent_once(billing: Billing) -> None:
    [placed] = invoiced(billing)
    took(billing, placed, cheque(100000))
    [other] = invoiced(billing, "740.00")

    def tried(act: Callable[[], None]) -> str:
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        return "done"

    answers = at_once(
        lambda: tried(lambda: use(billing, other, 10319)),
        lambda: tried(lambda: give_back(billing, placed, 10319)),
        lambda: tried(lambda: give_back(billing, other, 10319)),
    )
    assert sorted(answers) == ["CreditTooSmall", "CreditTooSmall", "done"]
    law(billing)


def test_same_cheque_entered_at_once_is_entered_once(billing: Billing) -> None:
    [placed, other] = invoiced(billing, "780.00", "740.00")

    def entered(of: PlaceOrder) -> str:
        try:
            took(billing, of, cheque(50000))
        except Refusal as refusal:
            return refusal.code
        return "done"

    assert sorted(at_once(lambda: entered(placed), lambda: entered(other))) == ["EnteredBefore", "done"]
    law(billing)


def test_credit_of_a_merged_company_is_the_other_ones(billing: Billing) -> None:
    placed = invoiced(billing, "780.00", "95.00")
    took(billing, placed[0], cheque(150000))
    billing.tell(OwnerChanged(orders=tuple(each.order_id for each in placed[:1]), company_key="c99"))
    assert {each.company_key for each in payments(billing)} == {"c15"}
    billing.tell(OwnerChanged(orders=tuple(each.order_id for each in placed), company_key="c99"))
    assert {each.company_key for each in payments(billing)} == {"c99"}
    with billing.service.db.read() as session:
        assert queries.payer(session, placed[0].order_id).company_key == "c99"
        [paid] = queries.credits_of(session, queries.payer(session, placed[1].order_id))
        assert (paid.unallocated, paid.state) == (kept(billing), PaymentState.SETTLED)
    sound(billing)


def test_payer_renamed_is_found_under_the_new_name(billing: Billing) -> None:
    [placed] = invoiced(billing)
    billing.tell(BuyerCorrected(order_id=placed.order_id, name="Personne Exemple", email="", company="Nouveau nom"))
    with billing.service.db.read() as session:
        assert queries.payer(session, placed.order_id).name == "Nouveau nom"

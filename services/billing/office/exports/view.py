"""Orders as a sheet: which columns, and what stands in each."""

from collections.abc import Callable, Iterable

from billing.office.exports.queries import OrderTold
from billing.orders.rules import OrderStatus
from kit.contracts import OrderMethod
from kit.sheets import Cell, Column, Kind, Sheet

Say = Callable[[str], str]


def order_sheet(batches: Iterable[Iterable[OrderTold]], say: Say, lang: str, zone: str) -> Sheet:
    """Orders as a sheet; the batches are read when they are written."""
    return Sheet(
        title=say("desk.orders"),
        lang=lang,
        zone=zone,
        columns=_columns(say),
        batches=([_row(one, say, lang) for one in batch] for batch in batches),
        yes=say("form.yes"),
        no=say("form.no"),
    )


def _columns(say: Say) -> list[Column]:
    about = [Column(say(f"exports.{key}")) for key in ("code", "activity", "company", "buyer", "email")]
    how = [Column(say("exports.placed_at"), Kind.MOMENT), Column(say("desk.status")), Column(say("exports.method"))]
    bill = [Column(say("desk.invoice")), Column(say("desk.due"), Kind.DATE)]
    amounts = ("subtotal", "tps", "tvq", "total", "credited", "paid", "refunding", "refunded", "owed")
    return [*about, *how, *bill, *(Column(say(f"exports.{key}"), Kind.MONEY) for key in amounts)]


def _row(one: OrderTold, say: Say, lang: str) -> list[Cell]:
    about: list[Cell] = [one.code, one.title(lang), one.company, one.name, one.email]
    awaited = one.status is OrderStatus.OPEN and one.method == OrderMethod.INVOICE
    state = "awaited" if awaited else one.status
    how: list[Cell] = [one.placed_at, say(f"desk.status.{state}"), say(f"method.{one.method}")]
    taxed: list[Cell] = [one.subtotal, one.tps, one.tvq, one.total, one.credited]
    # As on the page: nothing is owed of what came to nothing.
    owed = 0 if one.status is OrderStatus.VOID else one.owed
    return [*about, *how, one.number, one.due_on, *taxed, one.paid, one.refunding, one.refunded, owed]

"""Placing an order and ending it. Every action locks the order's row first, so that one thing happens at a time."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, select

from billing.association.queries import Books, books, profile_on
from billing.orders import rules
from billing.orders.models import Buyer, Order, OrderLine
from billing.orders.rules import OrderStatus
from kit import contracts
from kit.clock import utc_now
from kit.contracts import BuyerCorrected, OrderMethod, OrderSums, OwnerChanged, PlaceOrder
from kit.contracts.texts import glued
from kit.errors import NotFound
from kit.money import Amounts
from kit.sql import add_once, column, table
from kit.text import fold

# How many buyers are forgotten in one transaction.
BATCH = 500


def locked(session: Session, order_id: uuid.UUID) -> Order | None:
    """The order as it is now, and nobody else's until this transaction ends."""
    query = select(Order).where(Order.id == order_id).with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def existing(session: Session, order_id: uuid.UUID) -> Order:
    """The locked order. Raises NotFound."""
    order = locked(session, order_id)
    if order is None:
        raise NotFound()
    return order


def place(session: Session, message: PlaceOrder, now: datetime) -> tuple[Order, bool]:
    """The order and whether it is new. The same message again changes nothing but the hold's end.

    Raises OrderDiffers, OrderClosed, TotalDiffers, NothingToPay, NotFree, InvalidInput, ProfileUnknown.
    """
    known = locked(session, message.order_id)
    if known is None:
        terms = profile_on(session, message.ordered_on)
        amounts = rules.priced(message, terms.tax_registered)
        order = _new_order(message, amounts, books(session, now), now)
        if add_once(session, Order, order.model_dump(), column(Order.id)):
            _add_details(session, message, amounts)
            return existing(session, order.id), True
        # Somebody else placed or closed it between our look and our insert.
        known = existing(session, message.order_id)
    rules.same_again(known.status, known.closing, known.fingerprint, rules.fingerprint(message))
    known.hold_until = message.hold_until or known.hold_until
    return known, False


def _new_order(message: PlaceOrder, amounts: Amounts, today: Books, now: datetime) -> Order:
    method = message.method
    return Order(
        id=message.order_id,
        status=OrderStatus.PAID if method is OrderMethod.FREE else OrderStatus.OPEN,
        method=method,
        code=message.code,
        lang=message.lang,
        activity_key=message.activity_key,
        activity_title_fr=message.activity_title.fr,
        activity_title_en=message.activity_title.en,
        timezone=message.timezone,
        ordered_on=message.ordered_on,
        due_on=rules.due_on(today.day, method, today.profile.invoice_days),
        online=message.online,
        on_notice=message.on_notice,
        tax_review=rules.needs_tax_review(message, amounts.total, today.profile.province),
        return_url=message.return_url,
        by=message.by,
        fingerprint=rules.fingerprint(message),
        placed_at=now,
        hold_until=message.hold_until,
        amends=message.amends,
        subtotal=amounts.subtotal,
        taxable=amounts.taxable,
        tps=amounts.tps,
        tvq=amounts.tvq,
        total=amounts.total,
    )


def _add_details(session: Session, message: PlaceOrder, amounts: Amounts) -> None:
    for position, (line, share) in enumerate(zip(message.lines, amounts.shares, strict=True)):
        session.add(
            OrderLine(
                order_id=message.order_id,
                position=position,
                key=line.key,
                label_fr=line.label.fr,
                label_en=line.label.en,
                quantity=line.quantity,
                unit_amount=line.unit_amount,
                amount=line.unit_amount * line.quantity,
                tax_class=line.tax_class,
                tps=share.tps,
                tvq=share.tvq,
                gl_account=line.gl_account,
                components=line.components,
            )
        )
    session.add(_buyer(message))


def _buyer(message: PlaceOrder) -> Buyer:
    buyer = message.buyer
    return Buyer(
        order_id=message.order_id,
        company=buyer.company,
        company_key=buyer.company_key,
        name=buyer.name,
        email=buyer.email,
        address=buyer.address,
        city=buyer.city,
        province=buyer.province,
        postal_code=buyer.postal_code,
        po_number=buyer.po_number,
        search=_search(message.code, buyer),
    )


def correct_buyer(session: Session, message: BuyerCorrected) -> None:
    """Whom the order is made out to, from now on; what was issued stays as it is. An order that is void and was never
    placed is made out to nobody. Raises NotFound."""
    order = existing(session, message.order_id)
    buyer = session.get(Buyer, order.id)
    if buyer is not None:
        buyer.name, buyer.email = message.name, message.email
        buyer.company = buyer.company if message.company is None else message.company
        buyer.po_number = buyer.po_number if message.po_number is None else message.po_number
        buyer.search = _search(order.code, buyer)


def change_owner(session: Session, message: OwnerChanged) -> None:
    """Whose the orders are, from now on; their documents stay as they are."""
    mine = sa.update(table(Buyer)).where(column(Buyer.order_id).in_(message.orders))
    session.execute(mine.values({column(Buyer.company_key): message.company_key}))


def _search(code: str, buyer: Buyer | contracts.Buyer) -> str:
    names = f"{buyer.company} {buyer.name}"
    return fold(f"{code} {names} {buyer.po_number} {glued(names)}")


def begin_close(session: Session, order_id: uuid.UUID, now: datetime) -> Order:
    """From here on no payment page opens. An order never heard of is void at once: a late placing is refused."""
    tombstone = Order(
        id=order_id,
        status=OrderStatus.VOID,
        closing=True,
        method=OrderMethod.CARD,
        ordered_on=now.date(),
        placed_at=now,
    )
    add_once(session, Order, tombstone.model_dump(), column(Order.id))
    order = existing(session, order_id)
    order.closing = order.closing or order.status is OrderStatus.OPEN
    return order


def forget_buyers(session: Session, now: datetime) -> int:
    """Forget a batch of those whose order came to nothing, and of those whose invoice is older than it must be kept.
    How many."""
    # An invoice that was taken back whole is credited: what is void without any credit never had one.
    nothing = (column(Order.status) == OrderStatus.VOID, column(Order.credited) == 0, column(Order.paid) == 0)
    given_up = sa.and_(*nothing, column(Order.placed_at) < now - rules.AFTER_VOID)
    # A clock that runs ahead destroys no books.
    over = column(Order.placed_at) < min(now, utc_now()) - rules.BOOKS
    orders = sa.select(column(Order.id)).where(sa.or_(given_up, over))
    mine = sa.select(column(Buyer.order_id)).where(column(Buyer.name) != "", column(Buyer.order_id).in_(orders))
    blank = dict.fromkeys((name for name in Buyer.model_fields if name not in ("order_id", "province")), "")
    forgotten = sa.update(table(Buyer)).where(column(Buyer.order_id).in_(mine.limit(BATCH))).values(blank)
    return len(session.execute(forgotten.returning(column(Buyer.order_id))).all())


def next_sums(order: Order) -> OrderSums:
    """The sums of a locked order after a change, with the number under which registration is told of them."""
    order.revision += 1
    now = order.balance
    return OrderSums(
        revision=order.revision,
        credited=now.credited,
        received=now.paid,
        refunded=now.refunded,
        balance=rules.amount_due(order.status, now),
    )


def settle_status(order: Order) -> bool:
    """Move the order on after its sums changed; True when it has just become paid."""
    before = order.status
    order.status = rules.settled_status(before, order.balance)
    return order.status is OrderStatus.PAID and before is not OrderStatus.PAID


def reopen(order: Order, due_on: date) -> None:
    """Money of a locked order came to nothing: what it paid is owed again, since the day that its invoice was due."""
    if order.status is OrderStatus.PAID and order.balance.owed > 0:
        order.status, order.due_on = OrderStatus.INVOICED, order.due_on or due_on

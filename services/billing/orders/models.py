"""An order, its lines and its buyer."""

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from billing.orders.rules import Balance, OrderStatus
from billing.tables import Table
from kit import contracts
from kit.contracts import Bilingual, OrderMethod
from kit.db import enum_type, new_id, personal
from kit.money import TaxClass

# What the books say of an order that was invoiced comes to something: it is owed, or held too much. What is promised
# back is held until it has left. In words of SQL: an index of these rows alone is used for these very words only.
UNSETTLED = "total - credited - paid + refunded + disputed <> 0 AND (status IN ('invoiced', 'paid') OR credited > 0)"
# All that is asked of these rows: they are read from the index alone.
SETTLING = ("id", "due_on", "ordered_on", "status", "total", "credited", "paid", "refunded", "disputed")


class Order(Table, table=True):
    """What one registration owes; its id is the registration's. Amounts are cents.

    `on_notice`: nobody agreed to owe it before it is paid or accepted.
    `hold_until`: when registration gives the places back. `amends`: the order of the registration that this one
    adds to. `closing`: the hold is ending, no payment page may open any
    more. `refunding` is promised and on its way, `refunded` has left, `disputed` was taken by the bank of
    a card holder. `version` is that of its payment link: raising it revokes the link. `revision` numbers what
    registration was told of its sums.
    """

    __tablename__ = "orders"  # ORDER is a word of SQL.
    id: uuid.UUID = Field(primary_key=True)
    status: OrderStatus = Field(sa_type=enum_type(OrderStatus), index=True)
    closing: bool = False
    method: OrderMethod = Field(sa_type=enum_type(OrderMethod))
    code: str = Field(default="", index=True)
    lang: str = "fr"
    activity_key: str = ""
    activity_title_fr: str = ""
    activity_title_en: str = ""
    timezone: str = "America/Toronto"
    ordered_on: date
    due_on: date | None = None
    online: bool = False
    on_notice: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    tax_review: bool = False
    return_url: str = ""
    by: str = Field(default="", sa_column_kwargs=personal("explain an order", "7 years"))
    fingerprint: str = ""
    version: int = 1
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    placed_at: datetime
    hold_until: datetime | None = None
    amends: uuid.UUID | None = Field(default=None, index=True)
    subtotal: int = Field(default=0, sa_type=sa.BigInteger)
    taxable: int = Field(default=0, sa_type=sa.BigInteger)
    tps: int = Field(default=0, sa_type=sa.BigInteger)
    tvq: int = Field(default=0, sa_type=sa.BigInteger)
    total: int = Field(default=0, sa_type=sa.BigInteger)
    paid: int = Field(default=0, sa_type=sa.BigInteger)
    credited: int = Field(default=0, sa_type=sa.BigInteger)
    refunding: int = Field(default=0, sa_type=sa.BigInteger)
    refunded: int = Field(default=0, sa_type=sa.BigInteger)
    disputed: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    __table_args__ = (
        sa.CheckConstraint("total = subtotal + tps + tvq AND subtotal >= 0 AND tps >= 0 AND tvq >= 0", name="amounts"),
        sa.CheckConstraint("credited >= 0 AND credited <= total", name="credited"),
        sa.CheckConstraint("refunding >= 0 AND refunded >= 0 AND refunding + refunded <= paid", name="refunded"),
        sa.Index(
            "ix_orders_unsettled",
            *SETTLING,
            sqlite_where=sa.text(UNSETTLED),
            postgresql_where=sa.text(UNSETTLED),
        ),
        sa.CheckConstraint("paid = 0 OR status IN ('invoiced', 'paid', 'void')", name="paid"),
    )

    @property
    def balance(self) -> Balance:
        return Balance(self.total, self.credited, self.paid, self.refunding, self.refunded, self.disputed)

    @property
    def by_card(self) -> bool:
        """Whether it may be paid by card: what is on notice may be paid in any way."""
        return self.method is OrderMethod.CARD or self.on_notice

    @property
    def title(self) -> Bilingual:
        return Bilingual(fr=self.activity_title_fr, en=self.activity_title_en)


class OrderLine(Table, table=True):
    """One line. `tps` and `tvq` are its share of the order's taxes; the `credited_*` are what was taken back of it."""

    __tablename__ = "order_line"
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    order_id: uuid.UUID = Field(foreign_key="orders.id", index=True)
    position: int
    key: str
    label_fr: str
    label_en: str = ""
    quantity: int
    unit_amount: int = Field(sa_type=sa.BigInteger)
    amount: int = Field(sa_type=sa.BigInteger)
    tax_class: TaxClass = Field(sa_type=enum_type(TaxClass))
    tps: int = Field(sa_type=sa.BigInteger)
    tvq: int = Field(sa_type=sa.BigInteger)
    gl_account: str
    components: dict[str, int] = Field(default_factory=dict, sa_type=sa.JSON)
    credited_quantity: int = 0
    credited_amount: int = Field(default=0, sa_type=sa.BigInteger)
    credited_tps: int = Field(default=0, sa_type=sa.BigInteger)
    credited_tvq: int = Field(default=0, sa_type=sa.BigInteger)
    __table_args__ = (
        sa.UniqueConstraint("order_id", "key"),
        sa.CheckConstraint("quantity > 0 AND amount = quantity * unit_amount AND amount >= 0", name="amount"),
        sa.CheckConstraint("credited_quantity >= 0 AND credited_quantity <= quantity", name="credited_quantity"),
        sa.CheckConstraint(
            "credited_amount >= 0 AND credited_amount <= amount AND credited_tps >= 0 AND credited_tps <= tps"
            " AND credited_tvq >= 0 AND credited_tvq <= tvq",
            name="credited",
        ),
    )

    @property
    def label(self) -> Bilingual:
        return Bilingual(fr=self.label_fr, en=self.label_en)


INVOICED = personal("make out an invoice", "30 days when nothing was invoiced, else 7 years")


class Buyer(Table, table=True):
    """Who owes: name and address on the order. Personal data (design.md §4.13), hence a table of its own."""

    order_id: uuid.UUID = Field(primary_key=True, foreign_key="orders.id")
    company: str = ""
    company_key: str = ""
    name: str = Field(sa_column_kwargs=INVOICED)
    email: str = Field(sa_column_kwargs=INVOICED)
    address: str = Field(default="", sa_column_kwargs=INVOICED)
    city: str = ""
    province: str = "QC"
    postal_code: str = ""
    po_number: str = ""
    search: str = Field(default="", sa_column_kwargs=INVOICED)

    @property
    def contract(self) -> contracts.Buyer:
        return contracts.Buyer(
            company=self.company,
            company_key=self.company_key,
            name=self.name,
            email=self.email,
            address=self.address,
            city=self.city,
            province=self.province,
            postal_code=self.postal_code,
            po_number=self.po_number,
        )

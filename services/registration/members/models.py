"""Companies, their membership periods, and the people who act for them."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.members.rules import GroupingKind, MemberStatus, Role, StandingDecision
from registration.tables import Table


class Company(Table, table=True):
    """A company. `access_code` gives the member price to whoever types it; staff see, send and renew it.

    Where it stands follows from its periods (`queries_standing`). `status` is what staff decided instead: it counts
    while `status_reason` says why, up to and with the day `status_until`. `unpaid_due_on` is the day on which its
    oldest unpaid invoice was due, kept by the room of registrations. A merged company stays, with `merged_into_id`.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    name: str
    badge_name: str = ""
    search: str = Field(index=True)
    status: MemberStatus = Field(default=MemberStatus.PROSPECT, sa_type=enum_type(MemberStatus))
    status_reason: str = ""
    status_until: date | None = None
    unpaid_due_on: date | None = None
    category: str = ""
    sector: str = ""
    territory: str = ""
    mrc: str = ""
    employees: int | None = None
    neq: str = ""
    address: str = ""
    city: str = ""
    province: str = "QC"
    postal_code: str = ""
    phone: str = ""
    lang: str = "fr"
    billing_email: str = Field(default="", sa_column_kwargs=personal("send invoices", "while the company is known"))
    po_required: bool = False
    usual_payment: str = ""
    legacy_org: str | None = None
    access_code: str = Field(unique=True)
    merged_into_id: uuid.UUID | None = Field(default=None, foreign_key="company.id", index=True)
    version: int = 1

    @property
    def decision(self) -> StandingDecision | None:
        """What staff decided of its standing, over or not."""
        if not self.status_reason:
            return None
        return StandingDecision(self.status, self.status_reason, self.status_until)


class Membership(Table, table=True):
    """A period of membership; a company has one for each year, never a boolean. Days are the association's.

    `fee` is in cents, before taxes; it is owed from `fee_due_on` on, unless it was paid. The order of a fee has the
    period's id (design.md §3). `reason_left`: the company said that it leaves at the end, so that no grace follows.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    starts: date
    ends: date | None = None
    category: str = ""
    fee: int = 0
    fee_due_on: date | None = None
    fee_paid_on: date | None = None
    reason_left: str = ""


class Person(Table, table=True):
    """Someone who acts for companies; `company_id` is the one that their personal link opens first. `link_version`
    revokes that link. Whoever was there twice stays with `merged_into_id`: that link opens the other's companies."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    first_name: str = Field(sa_column_kwargs=personal("act for a company", "while they act for it"))
    last_name: str = Field(sa_column_kwargs=personal("act for a company", "while they act for it"))
    email: str = Field(index=True, sa_column_kwargs=personal("act for a company", "while they act for it"))
    search: str = Field(
        default="", sa_column_kwargs=personal("find a person", "while they act for it") | {"server_default": ""}
    )
    lang: str = "fr"
    link_version: int = 1
    merged_into_id: uuid.UUID | None = Field(default=None, foreign_key="person.id", index=True)
    version: int = 1


class CompanyRole(Table, table=True):
    """What a person does for a company, from a day to another; without an end while it lasts."""

    __tablename__ = "company_role"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "company_id", "role", "starts"),
        sa.Index("ix_company_role_company_id_ends", "company_id", "ends"),
    )
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    company_id: uuid.UUID = Field(foreign_key="company.id")
    role: Role = Field(sa_type=enum_type(Role))
    starts: date
    ends: date | None = None


class Grouping(Table, table=True):
    """One entry of a list by which companies are told apart: a sector, a territory, a category. It is offered from a
    day to another; `replaced_by` is the key that stands for it from the day after `ends` on, so that companies which
    carry the old one are counted with the new.

    What a category gives: `votes` at an assembly, the member price, a place in the directory. `target_percent`: the
    part of all members that the association wants in a sector.
    """

    __table_args__ = (sa.UniqueConstraint("kind", "key"),)
    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: GroupingKind = Field(sa_type=enum_type(GroupingKind))
    key: str
    label_fr: str
    label_en: str = ""
    position: int = 0
    starts: date | None = None
    ends: date | None = None
    replaced_by: str = ""
    target_percent: int | None = None
    votes: int = 1
    member_price: bool = True
    in_directory: bool = True

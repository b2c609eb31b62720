"""Companies, their membership periods, and the people who act for them."""

import uuid
from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from kit.db import enum_type, new_id, personal
from registration.members.rules import MemberStatus
from registration.tables import Table


class Company(Table, table=True):
    """A company. `access_code` gives the member price to whoever types it; staff see, send and renew it."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True)
    name: str
    search: str = Field(index=True)
    status: MemberStatus = Field(sa_type=enum_type(MemberStatus))
    category: str = ""
    sector: str = ""
    territory: str = ""
    employees: int | None = None
    city: str = ""
    province: str = "QC"
    lang: str = "fr"
    billing_email: str = Field(default="", sa_column_kwargs=personal("send invoices", "while the company is known"))
    po_required: bool = False
    usual_payment: str = ""
    legacy_org: str | None = None
    access_code: str = Field(unique=True)


class Membership(Table, table=True):
    """A period of membership; a company has one for each year, never a boolean."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    company_id: uuid.UUID = Field(foreign_key="company.id", index=True)
    starts: date
    ends: date | None = None


class Person(Table, table=True):
    """Someone who acts for a company. `link_version` revokes their personal link."""

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
    roles: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    link_version: int = 1

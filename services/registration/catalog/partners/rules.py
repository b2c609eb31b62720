"""Organisations that present an activity, work with us on it or hold it with us: what is said of them, and how."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kit.contracts.texts import LINE
from kit.errors import InvalidInput, Refusal
from kit.text import fold

ADDRESS = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)
MOST_PARTNERS = 40


class PartnerRole(StrEnum):
    """What an organisation is to an activity (domain.md §1, rows 29 and 35)."""

    PRESENTS = "presents"
    CO_ORGANISES = "co_organises"
    COLLABORATES = "collaborates"


class AlreadyPartner(Refusal):
    """The organisation is a partner of this activity already."""


class TooManyPartners(Refusal):
    """An activity has no more than `most` partners."""


class NoLogoToApprove(Refusal):
    """The organisation has no logo that waits for a yes."""


@dataclass(frozen=True)
class PartnerText:
    """What staff write of a partner: the organisation's name and web address, and its role in this activity."""

    name: str
    website: str
    role: PartnerRole


@dataclass(frozen=True)
class Logo:
    """A logo as pages show it (`path`) and as mail programs can (`picture`): paths of this service, sizes in pixels."""

    path: str
    picture: str
    width: int
    height: int


@dataclass(frozen=True)
class Partner:
    """One partner of an activity. `logo` is there once it was approved; `waiting` is one that waits for that."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    name: str
    website: str
    role: PartnerRole
    logo: Logo | None = None
    waiting: Logo | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Billing:
    """The partners of one role, in order, as a page or a letter names them together."""

    role: PartnerRole
    partners: tuple[Partner, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(partner.name for partner in self.partners)


def billings(partners: Iterable[Partner]) -> tuple[Billing, ...]:
    """Who presents it first, then who holds it with us, then who works with us; each role in its own order."""
    every = tuple(partners)
    rows = (Billing(role, tuple(one for one in every if one.role is role)) for role in PartnerRole)
    return tuple(row for row in rows if row.partners)


def check(text: PartnerText) -> None:
    """Raises InvalidInput for a name without a letter or a figure, or no line, for a web address that is none."""
    wrong: dict[str, str] = {}
    if not fold(text.name):
        wrong["name"] = "problem.partner_name"
    elif len(text.name) > LINE:
        wrong["name"] = "problem.line_too_long"
    if text.website and (len(text.website) > LINE or not ADDRESS.fullmatch(text.website)):
        wrong["website"] = "problem.web_address"
    if wrong:
        raise InvalidInput(wrong)

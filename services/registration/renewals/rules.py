"""A company is asked to renew before its period ends: what becomes of that, and why it is not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.errors import Refusal
from registration.members.rules import MemberStatus, StandingDecision

# A company of which nobody came for so long is silent.
SILENT_MONTHS = 12


class RenewalState(StrEnum):
    """*proposed* until it is agreed to (accepted or paid: a period of membership then begins with its id), declined, or
    lapsed when the grace after the old period is over."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class NoticeState(StrEnum):
    """Where the asking of one company stands, as staff see it."""

    WAITING = "waiting"  # Its day has not come.
    PREPARING = "preparing"  # Billing has not numbered it.
    SENT = "sent"
    ACCEPTED = "accepted"
    PAID = "paid"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LEFT = "left"  # It said before that it leaves.
    RENEWED = "renewed"  # It has a period already that it was not asked for, or not by this notice.


class RenewalReason(StrEnum):
    """Why a company is not asked, or not reminded."""

    AGREED = "agreed"
    DECLINED = "declined"
    RENEWED = "renewed"
    LEFT = "left"
    OUT = "out"  # The grace after its period is over.
    DECIDED = "decided"  # Staff say that it is no member.
    MERGED = "merged"
    NO_SIZE = "no_size"  # Nobody said how many people it employs.
    NO_ADDRESS = "no_address"  # It has neither a delegate nor an address for invoices.
    NO_FEES = "no_fees"  # Nobody said what a membership costs, or notices do not leave by themselves.
    NOT_NUMBERED = "not_numbered"  # The notice itself has not left: it will.


# What staff must mend first: nothing leaves for such a company, and nobody else would notice.
TO_MEND = (RenewalReason.NO_SIZE, RenewalReason.NO_ADDRESS)


class RenewalAnswered(Refusal):
    """The company has agreed, declined, or let it lapse already."""


class RenewalNotSent(Refusal):
    """The notice is still being prepared: it has no number yet."""


class RenewedOtherwise(Refusal):
    """The company has another period for these days: there is nothing to agree to."""


class NotAsked(Refusal):
    """The company cannot be asked to renew now; `why` says what stands in the way."""


@dataclass(frozen=True)
class Asking:
    """A company and its last period, as it is judged whether it is asked to renew. `reachable`: there is somebody to
    write to. `renewal`: what became of it,
    when it was asked before; `closing`: it declined, and billing has not said yet that nothing was paid."""

    ends: date
    merged: bool
    left: bool
    has_next: bool
    employees: int | None
    reachable: bool
    decision: StandingDecision | None
    renewal: RenewalState | None
    closing: bool
    numbered: bool


def useless(asking: Asking, today: date, grace_days: int) -> str:
    """Why the company is neither asked nor reminded; empty: it is."""
    found: Mapping[RenewalReason, bool] = {
        RenewalReason.MERGED: asking.merged,
        RenewalReason.AGREED: asking.renewal is RenewalState.ACCEPTED,
        RenewalReason.DECLINED: asking.renewal is RenewalState.DECLINED or asking.closing,
        RenewalReason.OUT: asking.renewal is RenewalState.LAPSED or (today - asking.ends).days > grace_days,
        RenewalReason.RENEWED: asking.has_next,
        RenewalReason.LEFT: asking.left,
        RenewalReason.DECIDED: _decided(asking.decision, today),
        RenewalReason.NO_SIZE: asking.employees is None and asking.renewal is None,
        RenewalReason.NO_ADDRESS: not asking.reachable,
        RenewalReason.NOT_NUMBERED: asking.renewal is RenewalState.PROPOSED and not asking.numbered,
    }
    return next((reason.value for reason, holds in found.items() if holds), "")


def _decided(decision: StandingDecision | None, today: date) -> bool:
    """Whether staff say that it is no member, or no longer."""
    gone = (MemberStatus.LAPSED, MemberStatus.PROSPECT)
    return decision is not None and decision.status in gone and decision.holds(today)


def answerable(state: RenewalState, closing: bool, numbered: bool) -> None:
    """Whether it may be agreed to. Raises RenewalAnswered, RenewalNotSent."""
    if state is not RenewalState.PROPOSED or closing:
        raise RenewalAnswered()
    if not numbered:
        raise RenewalNotSent()

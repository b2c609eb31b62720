"""What the public form says about prices, and a registration as the API says it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from kit.text import money
from registration.catalog.offers.rules import Offer
from registration.catalog.rules import NotOffered, Visitor, Who
from registration.public.form.schemas import RegistrationState
from registration.registrations.rules_rows import RegistrationRow
from registration.service import RegistrationService
from registration.signup.rules import Circumstances
from registration.signup.rules_choices import Choice
from registration.signup.rules_plan import choose, total
from registration.signup.typed.view import Say


class Offered(Protocol):
    """What is offered, and to whom."""

    @property
    def offer(self) -> Offer: ...

    @property
    def circumstances(self) -> Circumstances: ...


def code_problem(say: Say, lang: str, choices: Sequence[Choice], offered: Offered) -> str:
    """A code that opens nothing, with what is to pay without one and, where members pay less, what they pay."""
    owed, member = _owed(choices, offered)
    if not owed:
        return say("problem.code")
    if member < owed:
        return say("signup.code_unknown_member", total=money(owed, lang), member=money(member, lang))
    return say("signup.code_unknown", total=money(owed, lang))


def member_line(say: Say, lang: str, choices: Sequence[Choice], offered: Offered) -> str:
    """What a member would pay for the same choice, to whoever is not known as one; else that a code may be given."""
    owed, member = _owed(choices, offered)
    if offered.circumstances.visitor.company_id or member >= owed:
        return say("signup.code_fold")
    return say("signup.member_line", total=money(owed, lang), member=money(member, lang))


def _owed(choices: Sequence[Choice], offered: Offered) -> tuple[int, int]:
    """What the choice comes to, and what it would for a member, in cents with taxes."""
    circumstances = offered.circumstances
    owed = total(choices, circumstances).total
    as_member = replace(circumstances, visitor=Visitor(member=True), code_unknown=False)
    items = tuple(choice.item.model_copy(update={"who": Who.MEMBER}) for choice in choices)
    try:
        return owed, total(choose(offered.offer, items, as_member), as_member).total
    except NotOffered:
        return owed, owed


def registration_state(here: RegistrationService, registration: RegistrationRow) -> RegistrationState:
    """A registration's row as the API says it, to whoever holds its link or has just made it."""
    link = here.links.registration(registration.id, registration.link_version)
    return state_without_link(registration).model_copy(update={"personal_url": link})


def state_without_link(registration: RegistrationRow) -> RegistrationState:
    """The same without the personal link: the answer that is stored for whoever asks again with its key."""
    until = registration.hold_until
    return RegistrationState(
        id=registration.id,
        code=registration.code,
        status=registration.status.value,
        method=registration.method,
        subtotal=registration.subtotal,
        tps=registration.tps,
        tvq=registration.tvq,
        total=registration.total,
        hold_until=until.isoformat() if until else None,
        paid=registration.paid_at is not None,
        credited=registration.credited,
        refunded=registration.refunded,
        balance=registration.balance,
    )

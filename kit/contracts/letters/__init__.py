"""One contract for each kind of letter. A kind belongs to a family (a module here), whose union lists it."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter

from kit.contracts.letters.base import Letter, Ticket
from kit.contracts.letters.links import LinkLetter
from kit.contracts.letters.mailings import ActivityMessage
from kit.contracts.letters.memberships import RenewalLetter
from kit.contracts.letters.payments import PaymentLetter
from kit.contracts.letters.plans import PlanLetter
from kit.contracts.letters.registrations import RegistrationLetter
from kit.contracts.letters.reminders import ReminderLetter

AnyLetter = (
    RegistrationLetter | PaymentLetter | LinkLetter | ActivityMessage | PlanLetter | ReminderLetter | RenewalLetter
)
LetterByKind = Annotated[AnyLetter, Field(discriminator="kind")]
KINDS: dict[str, type[Letter]] = {letter.model_fields["kind"].default: letter for letter in get_args(AnyLetter)}
_letter: TypeAdapter[AnyLetter] = TypeAdapter(LetterByKind)


def received(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a letter that was sent or kept, with its kind; what a newer or older version says more is left out.

    A kind that nobody knows is handed on as it is, to be refused.
    """
    known = KINDS[kind].model_fields if kind in KINDS else values
    return {name: value for name, value in values.items() if name in known} | {"kind": kind}


def letter_of(kind: str, values: Mapping[str, Any]) -> AnyLetter:
    """The letter behind values that were kept. Raises pydantic's ValidationError."""
    return _letter.validate_python(received(kind, values))


__all__ = ["KINDS", "AnyLetter", "Letter", "LetterByKind", "Ticket", "letter_of", "received"]

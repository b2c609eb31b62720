"""Refusals: expected answers of "no". The class name is the code of the answer and the key of its sentence.

Raise a subclass named after the reason; the kit turns it into problem+json for the API and into a page for people.
The sentence lives in the catalogues under `refusal.<ClassName>`; `values` fill it in and must hold no personal data.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from kit.contracts.problems import Where, spelled

# How a refusal travels (RFC 9457).
PROBLEM = "application/problem+json"


class Refusal(Exception):
    """An expected no. `status` is the HTTP status; `retry_after` is in seconds."""

    status: ClassVar[int] = 409
    retry_after: int | None = None

    def __init__(self, field: str | None = None, **values: Any) -> None:
        super().__init__(type(self).__name__)
        self.field = field
        self.values = values

    @property
    def code(self) -> str:
        return type(self).__name__


class NotFound(Refusal):
    """Nothing at this address, or nothing that this caller may see."""

    status = 404


class SignInNeeded(Refusal):
    """Nobody is signed in, or the sign-in is over."""

    status = 401


class NotAllowed(Refusal):
    """Signed in, but this role may not do this."""

    status = 403


class BadToken(Refusal):
    """A token of a link, a service or an integrator is wrong, too old or meant for somebody else."""

    status = 401


class InvalidInput(Refusal):
    """One or more fields cannot be accepted. `places` maps where each is to the key of its sentence; each face names
    the field its own way, the API by `problems`, which spells the place."""

    status = 422

    def __init__(self, problems: Mapping[str, str] | Mapping[Where, str]) -> None:
        super().__init__()
        self.places: dict[Where, str] = dict(problems.items())
        self.problems = {spelled(where): key for where, key in problems.items()}


class Busy(Refusal):
    """The database or a sibling could not take the request now; nothing was done."""

    status = 503
    retry_after = 2


class SiblingDown(Busy):
    """Another service did not answer in time."""


class TooMany(Refusal):
    """Too many attempts from one place."""

    status = 429
    retry_after = 60


class TooLarge(Refusal):
    """The body is larger than anything we ask for."""

    status = 413


class NotUtf8(Refusal):
    """A text in another encoding than UTF-8, or half a character."""

    status = 415


class CrossSite(Refusal):
    """A form was posted from another site."""

    status = 403


class KeyReused(Refusal):
    """The same Idempotency-Key came with another body."""

    status = 422


class KeyInFlight(Refusal):
    """A request with the same Idempotency-Key is being worked on."""

    retry_after = 1


def refusals(*classes: type[Refusal]) -> dict[str, Any]:
    """What an operation refuses for reasons of its own, said at its route: `openapi_extra=refusals(SoldOut)`."""
    return {"x-refusals": [one.__name__ for one in classes]}

"""Stripe's errors: a type, often a code and the parameter at fault, under one HTTP status."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """Answered as ``{"error": {...}}``.

    ``executed`` says that the operation had begun when it was refused. Stripe keeps such an answer under the
    idempotency key and replays it; an answer given before (unknown parameter, wrong type) is not kept.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param
        self.executed = executed

    def body(self) -> dict[str, Any]:
        """The answer's JSON; like Stripe, a code or parameter that is not known is left out."""
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(kind: str, identifier: str, param: str) -> StripeError:
    """No object of this kind has this id."""
    return StripeError(f"No such {kind}: '{identifier}'", status=404, code="resource_missing", param=param)


def unknown_url(method: str, path: str) -> StripeError:
    """What Stripe answers to a path or a method that it does not have."""
    return StripeError(f"Unrecognized request URL ({method}: {path}).", status=404)


def not_simulated(param: str) -> StripeError:
    """Stripe would accept this; the simulator says that it does not do it rather than pretend."""
    return StripeError(
        f"The simulator does not do what '{param}' asks for, although Stripe may.",
        code="simulator_unsupported",
        param=param,
    )

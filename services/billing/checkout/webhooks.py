"""What Stripe tells us: verified, stored once, answered at once; the worker does the rest."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from billing.checkout import actions
from billing.gateway import BadSignature
from billing.service import BillingService, Here
from kit.auth import allow
from kit.errors import refusals

router = APIRouter(tags=["stripe"])


@router.post(
    "/webhooks/stripe", dependencies=[allow("stripe")], response_class=Response, openapi_extra=refusals(BadSignature)
)
async def hear_stripe(request: Request, here: Here) -> Response:
    """Stripe's webhook. 400 when the signature is not Stripe's; an event sent twice is kept once."""
    body = await request.body()
    await run_in_threadpool(_keep, here, body, request.headers.get("stripe-signature", ""))
    return Response(status_code=200)


def _keep(here: BillingService, body: bytes, signature: str) -> None:
    if here.gateway is None:
        raise BadSignature()
    event = here.gateway.verified(body, signature)
    with here.db.write() as session:
        actions.store_event(session, event, here.clock())
    here.new_events.set()

"""Messages as the API answers them. The values, the links and the tickets of a message are never among them."""

import uuid
from datetime import datetime

from pydantic import BaseModel

from kit.paging import ListPage
from notify.channels.rules import Outcome
from notify.delivery.models import Delivery
from notify.delivery.queries import Followed, Listed
from notify.messages.models import Message
from notify.messages.rules import Failure, Status


class MessageAnswer(BaseModel):
    """One message. `due_at` is its next attempt while it is queued; the address is empty once purged."""

    id: uuid.UUID
    kind: str
    entity: uuid.UUID
    version: int
    to_address: str
    to_name: str
    lang: str
    subject: str
    status: Status
    failure: Failure | None
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    purged_at: datetime | None


class DeliveryAnswer(BaseModel):
    """One attempt: SMTP's code and enhanced code, when the server gave them."""

    attempt: int
    at: datetime
    outcome: Outcome
    code: int | None
    detail: str


class ResendAnswer(BaseModel):
    at: datetime
    by: str


class ListedAnswer(ListPage):
    """A page of messages, newest first."""

    messages: list[MessageAnswer]


class FollowedAnswer(MessageAnswer):
    deliveries: list[DeliveryAnswer]
    resends: list[ResendAnswer]


def shown(message: Message) -> MessageAnswer:
    return MessageAnswer(
        id=message.id,
        kind=message.kind,
        entity=message.entity,
        version=message.version,
        to_address=message.to_address,
        to_name=message.to_name,
        lang=message.lang,
        subject=message.subject,
        status=message.status,
        failure=message.failure,
        attempts=message.attempts,
        created_at=message.created_at,
        due_at=message.due_at,
        sent_at=message.sent_at,
        purged_at=message.purged_at,
    )


def attempted(row: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(attempt=row.attempt, at=row.at, outcome=row.outcome, code=row.code, detail=row.detail)


def listed(page: Listed) -> ListedAnswer:
    rows = [shown(message) for message in page.messages]
    return ListedAnswer(messages=rows, previous=page.previous, next=page.next, total=page.total)


def followed(history: Followed) -> FollowedAnswer:
    return FollowedAnswer(
        **shown(history.message).model_dump(),
        deliveries=[attempted(row) for row in history.deliveries],
        resends=[ResendAnswer(at=row.at, by=row.by) for row in history.resends],
    )

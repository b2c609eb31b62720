"""Messages as the API answers them. The values, the links and the tickets of a message are never among them."""

import uuid
from datetime import datetime

from pydantic import BaseModel

from kit.paging import ListPage
from notify.channels.rules import Outcome
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
    return MessageAnswer.model_validate(message, from_attributes=True)


def listed(page: Listed) -> ListedAnswer:
    rows = [shown(message) for message in page.messages]
    return ListedAnswer(messages=rows, previous=page.previous, next=page.next, total=page.total)


def followed(found: Followed) -> FollowedAnswer:
    return FollowedAnswer(
        **shown(found.message).model_dump(),
        deliveries=[DeliveryAnswer.model_validate(row, from_attributes=True) for row in found.deliveries],
        resends=[ResendAnswer.model_validate(row, from_attributes=True) for row in found.resends],
    )

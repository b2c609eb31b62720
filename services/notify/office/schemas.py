"""Messages as the API answers them. The values, the links and the tickets of a message are never among them."""

import uuid

from pydantic import BaseModel, Field

from kit.contracts import Count, Instant
from kit.contracts.lists import ListPage
from notify.channels.rules import Outcome
from notify.delivery.models import Delivery
from notify.delivery.queries import Followed, Listed
from notify.messages.models import Message
from notify.messages.rules import Failure, Status


class MessageAnswer(BaseModel):
    """One message. `due_at` is its next attempt while it is queued; the address is empty once purged."""

    id: uuid.UUID = Field(description="Id of the message.")
    kind: str = Field(description="What it says: the name of its template.", examples=["registration_confirmed"])
    entity: uuid.UUID = Field(description="What it is about: a registration, an attendee, a login.")
    version: Count = Field(description="Which telling of it, from 1.", examples=[1])
    to_address: str = Field(description="E-mail address; empty once purged.", examples=["chloe@example.org"])
    to_name: str = Field(description="Name of the person; empty once purged.", examples=["Chloé Roy"])
    lang: str = Field(description="Language the person reads: `fr` or `en`.", examples=["fr"])
    subject: str = Field(
        description="Subject line; empty until it was first tried.", examples=["Inscription confirmée"]
    )
    status: Status = Field(description="Where it stands.")
    failure: Failure | None = Field(description="Why it was given up; null unless it failed.")
    attempts: Count = Field(description="How often it was tried.", examples=[1])
    created_at: Instant = Field(description="When it was asked for (UTC).")
    due_at: Instant = Field(description="When it is tried next, while it is queued (UTC).")
    sent_at: Instant | None = Field(description="When the mail server took it (UTC).")
    purged_at: Instant | None = Field(description="When its personal data was blanked (UTC).")


class DeliveryAnswer(BaseModel):
    """One attempt: SMTP's code and enhanced code, when the server gave them."""

    attempt: Count = Field(description="Number of the attempt, from 1.", examples=[1])
    at: Instant = Field(description="When it was tried (UTC).")
    outcome: Outcome = Field(description="What became of it.")
    code: Count | None = Field(description="SMTP's code, if the server gave one.", examples=[250])
    detail: str = Field(description="SMTP's enhanced code, or what went wrong.", examples=["2.0.0"])


class ResendAnswer(BaseModel):
    """Staff queued the message again."""

    at: Instant = Field(description="When staff queued it again (UTC).")
    by: str = Field(description="Who did it, by name; empty: by itself.", examples=["Élise Côté"])


class ListedAnswer(ListPage):
    """A page of messages, newest first."""

    messages: list[MessageAnswer] = Field(description="The messages of this page.")


class FollowedAnswer(MessageAnswer):
    """One message with all that was tried."""

    deliveries: list[DeliveryAnswer] = Field(description="Every attempt, oldest first.")
    resends: list[ResendAnswer] = Field(description="When and by whom it was queued again.")


class ContentAnswer(BaseModel):
    """What a message says."""

    text: str = Field(description="Its text; links stop at their site.", examples=["Bonjour Chloé,"])


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

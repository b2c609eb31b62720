"""What a message from a sibling causes, in order, in one transaction."""

from typing import Any

from sqlmodel import Session

from kit.contracts import AssociationChanged, SendMessage
from kit.mailbox import Reactions
from notify.association import actions as association
from notify.messages import actions as messages


def keep_profile(_here: Any, session: Session, told: AssociationChanged) -> None:
    association.keep(session, told)


def queue_message(here: Any, session: Session, asked: SendMessage) -> None:
    messages.queue(session, asked, here.pages.catalogue.say, here.clock())


REACTIONS: Reactions = {AssociationChanged: [keep_profile], SendMessage: [queue_message]}

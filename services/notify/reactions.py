"""What a message from a sibling causes, in order, in one transaction."""

from sqlmodel import Session

from kit.contracts import AssociationChanged, SendMessage
from kit.mailbox import Reactions
from notify.association import actions as association
from notify.messages import actions as messages
from notify.service import NotifyService


def keep_profile(_here: NotifyService, session: Session, changed: AssociationChanged) -> None:
    association.keep(session, changed)


def queue_message(here: NotifyService, session: Session, message: SendMessage) -> None:
    messages.queue(session, message, here.pages.catalogue.say, here.clock(), here.ceilings)


REACTIONS: Reactions[NotifyService] = {AssociationChanged: [keep_profile], SendMessage: [queue_message]}

"""What a route, a job or a reaction of notify may need."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from kit import app as kit_app
from kit.contracts import Association
from kit.lease import Patience
from notify.delivery.rules import REFUSALS_BEFORE_GIVING_UP
from notify.gateway import Gateway
from notify.letter import Writer
from notify.messages.rules import Ceilings
from notify.settings import NotifySettings


@dataclass(kw_only=True)
class NotifyService(kit_app.Service):
    """The kit's service, with the way out and the writer of what leaves by it.

    `profile` is who signs today: None until registration has sent a profile; no mail leaves before.
    """

    settings: NotifySettings
    gateway: Gateway
    writer: Writer
    profile: Callable[[], Association | None]

    @property
    def ceilings(self) -> Ceilings:
        """How many letters leave within a day, at most."""
        settings = self.settings
        return Ceilings(settings.mail_per_recipient, settings.mail_per_entity, settings.mail_per_day)

    @property
    def mail_patience(self) -> Patience:
        """How long one message is tried: a mail server may put it off more often than a sibling may refuse."""
        return replace(self.patience, most_refusals=REFUSALS_BEFORE_GIVING_UP)


Here = Annotated[NotifyService, kit_app.here]

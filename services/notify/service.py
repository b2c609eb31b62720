"""What a route, a job or a reaction of notify may need."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from kit import app as kit_app
from kit.contracts import Association
from notify.delivery.actions import Patience
from notify.gateway import Gateway
from notify.letter import Writer
from notify.settings import NotifySettings


@dataclass(kw_only=True)
class NotifyService(kit_app.Service):
    """The kit's service, with the way out and whoever writes what leaves by it.

    `profile` is who signs today: None until registration has told, and then no mail leaves.
    """

    settings: NotifySettings
    gateway: Gateway
    writer: Writer
    profile: Callable[[], Association | None]

    @property
    def patience(self) -> Patience:
        return Patience(self.settings.retry_base_seconds, self.settings.retry_max_seconds)


Here = Annotated[NotifyService, kit_app.here]

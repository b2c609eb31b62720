"""What a route, a job or a reaction of registration may need."""

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from kit import app as kit_app
from kit.auth import Allow, allow
from kit.contracts.callers import Caller
from kit.errors import InvalidInput, NotAllowed, NotFound, Refusal
from kit.print import Press
from registration.cache import BriefCache
from registration.catalog.offers.rules import Offer
from registration.catalog.queries import KnownOffers
from registration.clients import BillingClient
from registration.links import Links
from registration.members.rules import MemberTerms
from registration.passwords import Passwords
from registration.settings import RegistrationSettings
from registration.vault import Vault


@dataclass(kw_only=True)
class RegistrationService(kit_app.Service):
    """The kit's service, and registration's own client of billing."""

    settings: RegistrationSettings
    billing: BillingClient
    cache: BriefCache
    offers: KnownOffers = field(default_factory=KnownOffers)
    passwords: Passwords = field(default_factory=Passwords)
    press: Press = field(default_factory=Press)

    def close(self) -> None:
        self.press.close()
        super().close()

    @cached_property
    def links(self) -> Links:
        """What makes and checks personal links and tickets."""
        return Links(self.home, self.settings.ticket_key)

    @cached_property
    def vault(self) -> Vault:
        """What seals and opens answers told in confidence."""
        return Vault(self.settings.privacy_key)

    @property
    def home(self) -> str:
        """The public address of registration's pages, without a slash at the end."""
        return self.public_url

    def member_terms(self) -> MemberTerms:
        """By what companies are judged now; the profile may be read: no transaction is open."""
        return MemberTerms.of(self.association(), self.clock())

    def offer(self, session: Session, activity_id: uuid.UUID) -> Offer:
        """An activity as it is offered in this transaction, draft or not; not one that this transaction
        changed, for what is read is remembered. Raises NotFound."""
        found = self.offers.read(session, activity_id)
        if found is None:
            raise NotFound()
        return found

    def errors(self, refusal: Refusal | None, lang: str) -> dict[str, str]:
        """A refusal as a form shows it: field -> sentence; `` as field when it is about the whole."""
        if refusal is None:
            return {}
        say = self.pages.catalogue.say
        if isinstance(refusal, InvalidInput):
            return {field: say(lang, key) for field, key in refusal.problems.items()}
        return {refusal.field or "": say(lang, f"refusal.{refusal.code}", **refusal.values)}


async def language_of_address(request: Request) -> str:
    """The language of a page that has an address in each: `/fr/…` or `/en/…`."""
    return "en" if request.url.path.split("/")[1] == "en" else "fr"


class AtTheDoor(Allow):
    """Who may welcome; a door account, at the doors that were chosen for it."""

    async def __call__(self, request: Request) -> Caller:
        caller = await super().__call__(request)
        activity = request.path_params.get("activity_id", "")
        with suppress(ValueError):  # What is no id at all is refused as an address that leads nowhere.
            if activity and not caller.reaches(uuid.UUID(activity)):
                raise NotAllowed()
        return caller


Here = Annotated[RegistrationService, kit_app.here]
PageLang = Annotated[str, Depends(language_of_address)]
# Who may read staff's lists, who may change what is in them, and who welcomes at the door.
READERS = allow("director", "coordinator", "accountant")
COORDINATORS = allow("director", "coordinator")
WELCOMERS = Depends(AtTheDoor(("director", "coordinator", "door")))
# Who may hold the list of those who come: whoever reads it on a page or welcomes.
LISTED_FOR = Depends(AtTheDoor(("director", "coordinator", "accountant", "door")))
Reader = Annotated[Caller, READERS]
Coordinator = Annotated[Caller, COORDINATORS]
Door = Annotated[Caller, WELCOMERS]

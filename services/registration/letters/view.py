"""The letters that notify sends for registration, one builder for each kind. Amounts are cents."""

import uuid
from dataclasses import dataclass

from kit import text
from kit.contracts import Association, SendMessage
from kit.contracts.letters import AnyLetter
from kit.contracts.letters.base import LetterPartners, PartnerLogo
from registration.cache import BriefCache
from registration.catalog.offers.rules import Offer
from registration.catalog.partners.rules import Billing, billings
from registration.catalog.view import cancellation
from registration.links import Links
from registration.registrations.rules_rows import AttendeeRow, RegistrationRow


@dataclass(frozen=True)
class ActivityTexts:
    """An activity as a letter says it: its title, when and where it is, and the address of its cover with what the
    cover shows. The address stays good: it answers with the cover as it is when the letter is read."""

    title: str
    when: str
    place: str
    cover_url: str
    cover_alt: str
    partners: tuple[LetterPartners, ...]


@dataclass(frozen=True)
class LetterContext:
    """What every letter needs: the sentences, the links, the association and the activity."""

    catalogue: text.Catalogue
    links: Links
    association: Association
    offer: Offer
    cache: BriefCache

    def activity(self, lang: str) -> ActivityTexts:
        activity = self.offer.activity
        return ActivityTexts(
            title=title(self.offer, lang),
            when=when_text(self.offer, lang),
            place=place_text(self.offer),
            cover_url=f"{self.links.home}/covers/{activity.id}/{lang}-strip.png",
            cover_alt=activity.cover.alt.in_(lang) if activity.cover else title(self.offer, lang),
            partners=tuple(self._partners(one, lang) for one in billings(activity.partners)),
        )

    def _partners(self, one: Billing, lang: str) -> LetterPartners:
        """The partners of one role, by name, with the logos that may be shown."""
        logos = [(partner.name, partner.logo) for partner in one.partners if partner.logo]
        return LetterPartners(
            role=self.catalogue.say(lang, f"partner.role.{one.role}"),
            names=one.names,
            logos=tuple(
                PartnerLogo(picture_url=self.links.home + logo.picture, width=logo.width, height=logo.height, alt=name)
                for name, logo in logos
            ),
        )

    def page_of(self, registration: RegistrationRow) -> str:
        """The contact's page."""
        return self.links.registration(registration.id, registration.link_version)

    def terms_fr(self, lang: str) -> str:
        """The French terms, handed over to who reads English (domain.md L1)."""
        return self.association.terms.fr if lang == "en" else ""


def place_text(offer: Offer) -> str:
    """Where it is, on one line."""
    place = offer.activity.place
    return ", ".join(part for part in (place.name, place.address, place.city) if part)


def when_text(offer: Offer, lang: str) -> str:
    """When it is: from the first moment to the last."""
    activity = offer.activity
    if activity.starts_at is None or activity.ends_at is None:
        return ""
    return text.span(activity.starts_at, activity.ends_at, activity.timezone, lang)


def title(offer: Offer, lang: str) -> str:
    return offer.activity.title.in_(lang)


def cancel_rule(context: LetterContext, lang: str) -> str:
    """The activity's cancellation rule in words: one sentence for each of its steps."""
    return " ".join(cancellation(context.catalogue, context.offer, lang))


def _to_contact(registration: RegistrationRow, entity: uuid.UUID, letter: AnyLetter) -> SendMessage:
    return SendMessage(
        entity=entity,
        version=registration.message_version,
        to=registration.contact_email,
        to_name=registration.contact_name,
        lang="en" if registration.lang == "en" else "fr",
        values=letter,
    )


def _to_attendee(registration: RegistrationRow, attendee: AttendeeRow, letter: AnyLetter) -> SendMessage:
    return SendMessage(
        entity=attendee.id,
        version=attendee.ticket_version,
        to=attendee.email,
        to_name=attendee.full_name,
        lang="en" if registration.lang == "en" else "fr",
        values=letter,
    )

"""A mailing in words: who may be chosen, and what became of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kit import text
from kit.contracts.letters.mailings import Paragraph
from kit.text import NBSP, Catalogue
from registration.catalog.offers.rules import Offer
from registration.forms import FormValues
from registration.mailings.rules import Audience, Candidate, MailingRow
from registration.mailings.rules_text import NAMES, Variable, paragraphs, written
from registration.office.mailings.queries import CompanyChoice
from registration.office.mailings.schemas import MailingPreview

# How many people the preview may be chosen among: anybody's is as good as another's.
LISTED = 60


@dataclass(frozen=True)
class Option:
    """One choice of a field."""

    value: str
    label: str


@dataclass(frozen=True)
class MailingWords:
    """The words of mailings in one language."""

    catalogue: Catalogue
    lang: str

    def audiences(self) -> list[Option]:
        return [Option(one.value, self.audience(one)) for one in Audience]

    def audience(self, one: Audience) -> str:
        return self.catalogue.say(self.lang, f"mailing.audience_{one}")

    def products(self, offer: Offer) -> list[Option]:
        return [Option(str(one.id), one.label.in_(self.lang)) for one in offer.products]

    def sessions(self, offer: Offer) -> list[Option]:
        """None for an activity of one session, where there is nothing to choose."""
        if len(offer.sessions) < 2:
            return []
        zone = offer.activity.timezone
        return [Option(str(one.id), text.span(one.starts_at, one.ends_at, zone, self.lang)) for one in offer.sessions]

    def companies(self, rows: Sequence[CompanyChoice]) -> list[Option]:
        return [Option(str(one.id), one.name) for one in rows]

    def readers(self, people: Sequence[Candidate]) -> list[Option]:
        """The people whose letter may be looked at, with the language they read."""
        return [
            Option(
                str(one.attendee_id or one.registration_id),
                self.catalogue.say(self.lang, f"mailing.reader_{one.lang}", name=one.name or one.email),
            )
            for one in people[:LISTED]
        ]

    def narrowed(self, mailing: MailingRow, offer: Offer, companies: Sequence[CompanyChoice]) -> list[str]:
        """Whom it is for, in a few words each."""
        known = {
            option.value: option.label
            for option in (*self.products(offer), *self.sessions(offer), *self.companies(companies))
        }
        ids = (mailing.product_id, mailing.session_id, mailing.company_id)
        return [self.audience(mailing.audience), *(known.get(str(one), "–") for one in ids if one)]


@dataclass(frozen=True)
class Said:
    """A subject and a text in one language."""

    lang: str
    subject: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Around:
    """What stands around the text of a letter, in its reader's language; without a `note`, there is none."""

    greeting: str
    note: str
    reason: str


def around(catalogue: Catalogue, shown: MailingPreview) -> Around:
    """The words that the mail service puts around the text, for its preview."""
    message, lang = shown.message, shown.lang
    name = message.first_name
    return Around(
        catalogue.say(lang, "mailing.greeting", name=name) if name else catalogue.say(lang, "mailing.greeting_nobody"),
        catalogue.say(lang, "mailing.french_only") if message.french_only else "",
        catalogue.say(lang, f"mailing.reason_{message.whose}"),
    )


def variables() -> Mapping[str, list[str]]:
    """What a text may say of its reader, as it is typed, by language."""
    return {lang: [f"{{{{{NBSP}{name}{NBSP}}}}}" for name in names] for lang, names in NAMES.items()}


def as_written(mailing: MailingRow, page: str) -> list[Said]:
    """What was said in each language, its variables as they were typed; a reader's own page is shown as `page`."""
    shown = []
    for lang, subject, words in (
        ("fr", mailing.subject_fr, mailing.text_fr),
        ("en", mailing.subject_en, mailing.text_en),
    ):
        values = {one: page if one is Variable.LINK else written(one, lang) for one in Variable}
        if words:
            shown.append(Said(lang, subject, paragraphs(words, lang, values)))
    return shown


def typed(mailing: MailingRow) -> FormValues:
    """A mailing as its form shows it."""

    def named(one: uuid.UUID | None) -> list[str]:
        return [str(one) if one else ""]

    return FormValues(
        {
            "audience": [mailing.audience.value],
            "product_id": named(mailing.product_id),
            "session_id": named(mailing.session_id),
            "company_id": named(mailing.company_id),
            "subject.fr": [mailing.subject_fr],
            "subject.en": [mailing.subject_en],
            "text.fr": [mailing.text_fr],
            "text.en": [mailing.text_en],
        }
    )

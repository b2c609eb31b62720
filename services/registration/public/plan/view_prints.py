"""What HR prints: cards to hand over, the poster of the lunch room, the list of those covered. French first."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kit import text
from kit.contracts import Association
from kit.print import Card, CardsDocument, CardText, ListColumn, ListDocument, Paper, PosterDocument, PosterText
from kit.qr import qr
from kit.text import Catalogue
from kit.web.brand import brand
from registration.catalog.view_words import typeset
from registration.plans.rules import CoverageRow, PlanRow, Span
from registration.public.plan.queries import Hr
from registration.public.plan.view import Unsent, Words, period, person, title


@dataclass(frozen=True)
class Publisher:
    """Who publishes: the association, and its logo as a picture (nothing when none was uploaded)."""

    association: Association
    logo: bytes
    catalogue: Catalogue

    def words(self, plan: PlanRow) -> list[Words]:
        """French, and English beside it where the entitlement is said in English."""
        langs = ("fr", "en") if plan.entitlement.en else ("fr",)
        return [Words(self.catalogue, lang) for lang in langs]


def cards(hr: Hr, people: Sequence[CoverageRow], codes: Mapping[UUID, str], publisher: Publisher) -> CardsDocument:
    """A card for each of them who has a code, to fold and hand over; what is confidential is inside."""
    texts = publisher.words(hr.plan)
    french = texts[0]
    return CardsDocument(
        title=french.say("card.title"),
        lang="fr",
        paper=Paper.LETTER,
        association=publisher.association.legal_name,
        accent=brand(publisher.association.accent).light.accent,
        confidential=" · ".join(words.say("card.confidential") for words in texts),
        fold="\n".join(words.say("card.fold") for words in texts),
        phone=text.phone(hr.plan.provider_phone, "fr"),
        texts=[_card_text(hr.plan, publisher, words) for words in texts],
        cards=[_card(one, codes[one.id], texts) for one in people if one.id in codes],
        logo=publisher.logo,
    )


def _card_text(plan: PlanRow, publisher: Publisher, words: Words) -> CardText:
    association = publisher.association.short_name.in_(words.lang)
    return CardText(
        lang=words.lang,
        title=words.say("card.heading"),
        what=words.say("card.what"),
        code=words.say("card.code"),
        call=words.say("card.call", provider=plan.provider_name),
        lines=[
            typeset(plan.entitlement.in_(words.lang), words.lang),
            words.say("privacy", association=association),
            words.say("card.say_code"),
        ],
    )


def _card(one: CoverageRow, code: str, texts: Sequence[Words]) -> Card:
    french = texts[0]
    span = one.span
    dates = {words.lang: _valid(span, words) if span else "" for words in texts}
    number = french.say("card", number=one.card_number or 0) if one.card_number else ""
    return Card(to=one.name or french.say("card.nobody"), code=code, dates=dates, note=number)


def _valid(span: Span, words: Words) -> str:
    return words.say("card.valid", starts=words.day(span.starts), ends=words.day(span.ends))


def poster(hr: Hr, publisher: Publisher) -> PosterDocument:
    """For the lunch room: what it is, that it is confidential, whom to call. It names no company."""
    texts = publisher.words(hr.plan)
    picture, phone = io.BytesIO(), hr.plan.provider_phone
    qr(f"tel:+1{''.join(filter(str.isdecimal, phone))}").save(picture, kind="svg", border=0)
    return PosterDocument(
        text=_poster_text(hr.plan, publisher, texts[0]),
        beside=_poster_text(hr.plan, publisher, texts[1]) if len(texts) > 1 else None,
        association=publisher.association.legal_name,
        accent=brand(publisher.association.accent).light.accent,
        address=text.phone(phone, "fr"),
        qr=picture.getvalue().decode(),
        logo=publisher.logo,
    )


def _poster_text(plan: PlanRow, publisher: Publisher, words: Words) -> PosterText:
    association = publisher.association.short_name.in_(words.lang)
    facts = [
        typeset(plan.entitlement.in_(words.lang), words.lang),
        words.say("privacy", association=association),
        words.say("poster.code"),
    ]
    return PosterText(
        words.lang, words.say("card.heading"), facts, words.say("poster.call", provider=plan.provider_name)
    )


def roster(hr: Hr, people: Sequence[CoverageRow], today: date, words: Words) -> ListDocument:
    """Whom the company covers, last name first; no code stands on it."""
    say = words.say
    shown = [person(one, Unsent(), today, words) for one in people]
    shares = (("name", 2.6), ("state", 2.0), ("dates", 2.6))
    count = f"{say('people', n=len(people))}, {say('roster.as_of', day=words.day(today))}"
    return ListDocument(
        title=typeset(hr.company.name, words.lang),
        lines=[title(hr, words.lang), period(hr.plan, words), count],
        lang=words.lang,
        paper=Paper.LETTER,
        tick="",
        columns=[ListColumn(say(f"roster.{key}"), share) for key, share in shares],
        rows=[[_listed(row, one.name), one.word, one.dates] for row, one in zip(people, shown, strict=True)],
        empty=say("nobody"),
        # The setter knows how many pages there are.
        page_of=say("page_of", page="{page}", pages="{pages}"),
    )


def _listed(row: CoverageRow, name: str) -> str:
    return f"{row.last_name}, {row.first_name}" if row.last_name and row.first_name else name

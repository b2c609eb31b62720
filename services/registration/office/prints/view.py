"""What the printed pages of an activity say: the list of the door, the poster."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import text
from kit.contracts import Association
from kit.money import TaxClass
from kit.print import ListColumn, ListDocument, Paper, PosterDocument, PosterText
from kit.qr import qr
from kit.text import Catalogue
from kit.web.brand import brand
from registration.catalog import view_words
from registration.catalog.offers.rules import Offer
from registration.catalog.offers.rules_activity import ActivityOffer
from registration.catalog.rules import NO_CODE, Channel, PriceOption, Who, applies
from registration.catalog.view_words import typeset
from registration.office.exports.queries import AttendeeTold
from registration.office.exports.view import place_in_words

PAPERS = {"letter": Paper.LETTER, "a4": Paper.A4}


@dataclass(frozen=True)
class Words:
    """Sentences in the language of a page."""

    catalogue: Catalogue
    lang: str

    def say(self, key: str, /, **values: object) -> str:
        return self.catalogue.say(self.lang, f"prints.{key}", **values)


def door_list(offer: Offer, people: Sequence[AttendeeTold], paper: str, words: Words) -> ListDocument:
    """Whoever comes, last name first; places without a name come last, by who signed them up."""
    named = [one for one in people if one.row.sort_name]
    nameless = sorted((one for one in people if not one.row.sort_name), key=lambda one: one.contact)
    say = words.say
    shares = (("name", 3.0), ("company", 2.4), ("taken", 2.8), ("code", 1.3))
    return ListDocument(
        title=typeset(offer.activity.title.in_(words.lang), words.lang),
        lines=[
            f"{say('door_list')} · {say('expected', n=len(people))}",
            *(line for line in (when(offer.activity, words), where(offer.activity, words)) if line),
        ],
        lang=words.lang,
        paper=PAPERS[paper],
        tick=say("here"),
        columns=[ListColumn(say(f"column.{key}"), share) for key, share in shares],
        rows=[_person(one, words) for one in (*named, *nameless)],
        empty=say("nobody"),
        # The setter knows how many pages there are.
        page_of=say("page_of", page="{page}", pages="{pages}"),
    )


def _person(one: AttendeeTold, words: Words) -> list[str]:
    name = one.row.listed_name or words.say("nameless", contact=one.contact)
    return [name, one.row.company_name, place_in_words(one, words.lang), one.row.code]


@dataclass(frozen=True)
class Publisher:
    """Whose poster it is: the association, and its logo as a picture (nothing when none was uploaded)."""

    association: Association
    logo: bytes


def poster(offer: Offer, publisher: Publisher, now: datetime, address: str, catalogue: Catalogue) -> PosterDocument:
    """The poster of an activity: French, with English beside it when the activity has a title in English."""
    association = publisher.association
    picture = io.BytesIO()
    qr(address).save(picture, kind="svg", border=0)
    french, english = Words(catalogue, "fr"), Words(catalogue, "en")
    return PosterDocument(
        text=_in_words(offer, association, now, french),
        beside=_in_words(offer, association, now, english) if offer.activity.title.en else None,
        association=association.legal_name,
        accent=brand(association.accent).light.accent,
        address=address,
        qr=picture.getvalue().decode(),
        logo=publisher.logo,
    )


def _in_words(offer: Offer, association: Association, now: datetime, words: Words) -> PosterText:
    activity = offer.activity
    facts = (when(activity, words), where(activity, words), _prices(offer, association, now, words))
    title = typeset(activity.title.in_(words.lang), words.lang)
    return PosterText(words.lang, title, [fact[:1].upper() + fact[1:] for fact in facts if fact], words.say("call"))


def when(activity: ActivityOffer, words: Words) -> str:
    """Its day and hours; nothing without a date."""
    if activity.starts_at is None or activity.ends_at is None:
        return ""
    return text.span(activity.starts_at, activity.ends_at, activity.timezone, words.lang)


def where(activity: ActivityOffer, words: Words) -> str:
    """Its place and its street, as the public page says them; nothing where they are not known."""
    public = view_words.Words(words.catalogue, words.lang)
    return ", ".join(
        part for part in (view_words.where(public, activity), view_words.where_note(public, activity)) if part
    )


def _prices(offer: Offer, association: Association, now: datetime, words: Words) -> str:
    """The lowest price of one place for members, for others, for anyone; nothing when nothing is for sale."""
    on_sale = [price for product in offer.places for price in product.prices if _is_public(price, now)]
    parts = [_price(on_sale, who, words) for who in (Who.MEMBER, Who.NON_MEMBER, Who.ANYONE)]
    taxed = association.tax_registered and any(one.amount and one.tax_class is TaxClass.TAXABLE for one in on_sale)
    told = " · ".join(part for part in parts if part)
    return words.say("with_taxes", prices=told) if told and taxed else told


def _is_public(price: PriceOption, now: datetime) -> bool:
    return price.who is not Who.CODE and applies(price, now, Channel.ONLINE, NO_CODE)


def _price(prices: Iterable[PriceOption], who: Who, words: Words) -> str:
    amounts = {price.amount for price in prices if price.who is who}
    if not amounts:
        return ""
    lowest = text.money(min(amounts), words.lang) if min(amounts) else words.say("free")
    amount = words.say("from", amount=lowest) if len(amounts) > 1 else lowest
    return words.say(f"price.{who}", amount=amount)

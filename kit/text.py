"""What people read: the sentences of the catalogue, and Canadian formats for money, dates, times and numbers.

Law: domain.md 3.2. French Canada is the reference, English beside it. Everything here is pure: the zone and the
language are always arguments, there is no current locale.

Babel knows the names of days and months, the separators and the place of the dollar sign. It is corrected here, and
only here, where it departs from domain.md 3.2:

* "1 juin" becomes "1er juin" (`day`);
* a French time loses its leading zeros and its empty minutes: "17 h 05" -> "17 h 5", "17 h 00" -> "17 h" (`hour`);
* an English time loses its empty minutes, and twelve o'clock is a word: "5:00 p.m." -> "5 p.m.", "noon" (`hour`);
* the French minus sign is U+2212 and not a hyphen (`money`, `number`, `percent`);
* percentages keep up to three decimals, as TVQ needs: "9,975 %" (`percent`);
* every space inside a figure is U+00A0: CLDR changes its mind between U+00A0 and U+202F, and not every font has U+202F;
* CLDR's "date at time" and interval patterns are replaced by domain.md's own (`moment`, `span`).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from kit.contracts.texts import PLAIN

LANGUAGES = ("fr", "en")
NBSP = "\u00a0"
MINUS = "\u2212"

_LOCALES = {"fr": Locale("fr", "CA"), "en": Locale("en", "CA")}
_DAY = {"fr": "EEEE d MMMM y", "en": "EEEE, MMMM d, y"}
_DAY_NO_YEAR = {"fr": "EEEE d MMMM", "en": "EEEE, MMMM d"}
_DAY_SHORT = {"fr": "d MMMM y", "en": "MMMM d, y"}
_SPAN_ONE_DAY = {"fr": "{day}, de {start} à {end}", "en": "{day}, {start} to {end}"}
_SPAN_DAYS = {"fr": "du {first}, {start}, au {last}, {end}", "en": "{first}, {start}, to {last}, {end}"}


class MissingSentence(LookupError):
    """A sentence that is unknown when it is asked for, or a folder without any."""


@dataclass(frozen=True)
class Catalogue:
    """Every sentence, as language -> key -> its forms (one, or singular then plural). That each stands once,
    in both languages and with the same values, is checked before a release (tests/architecture)."""

    sentences: dict[str, dict[str, tuple[str, ...]]]

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Self:
        """Read every `messages/fr.po` and `messages/en.po` found at or below the folders."""
        sentences: dict[str, dict[str, tuple[str, ...]]] = {lang: {} for lang in LANGUAGES}
        for folder in folders:
            parents = sorted({path.parent for lang in LANGUAGES for path in folder.rglob(f"messages/{lang}.po")})
            if not parents:
                raise MissingSentence(f"no messages/fr.po or messages/en.po under {folder}")
            for parent in parents:
                for lang in LANGUAGES:
                    _add(sentences[lang], parent / f"{lang}.po", lang)
        return cls(sentences)

    def has(self, key: str) -> bool:
        return key in self.sentences["fr"]

    def pattern(self, lang: str, key: str, n: int | Decimal | None = None) -> str:
        """The sentence before its values are put in. French is plural from 2 on, English for everything but 1."""
        forms = self.sentences[lang].get(key, ())
        if not forms:
            raise MissingSentence(f"no sentence {key!r} in {lang!r}")
        if len(forms) == 1:
            return forms[0]
        if n is None:
            raise MissingSentence(f"{key!r} has a plural: n= is needed")
        singular = -2 < n < 2 if lang == "fr" else n == 1
        return forms[0] if singular else forms[1]

    def say(self, lang: str, key: str, /, **values: Any) -> str:
        """The sentence as plain text; `n` picks the plural and is written as the language writes numbers."""
        return self.pattern(lang, key, values.get("n")).format(**written(values, lang)).replace(".m..", ".m.")


def written(values: dict[str, Any], lang: str) -> dict[str, Any]:
    """The values as a sentence shows them: only `n` changes, into "1 304" or "1,304"."""
    n = values.get("n")
    return {**values, "n": number(n, lang)} if isinstance(n, int | Decimal) else values


def _add(into: dict[str, tuple[str, ...]], path: Path, lang: str) -> None:
    for message in read_po(path.read_bytes().splitlines(), locale=lang):
        if message.id and not message.fuzzy:
            key = message.id[0] if isinstance(message.id, list | tuple) else message.id
            forms = tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)
            if all(forms):
                into[key] = forms


def money(cents: int, lang: str) -> str:
    """Cents as dollars: `1 304,83 $`, `$1,304.83`; below zero `−97,73 $`, `-$97.73`."""
    return _spaced(format_currency(Decimal(cents) / 100, "CAD", locale=_LOCALES[lang]), lang)


def number(n: int | Decimal, lang: str) -> str:
    """`1 304`, `1,304`, `12,5`."""
    return _spaced(format_decimal(n, locale=_LOCALES[lang]), lang)


def percent(rate: Decimal, lang: str) -> str:
    """A rate as a fraction: Decimal("0.09975") is `9,975 %`, `9.975%`."""
    pattern = f"#,##0.###{NBSP}%" if lang == "fr" else "#,##0.###%"
    return _spaced(format_percent(rate, pattern, locale=_LOCALES[lang]), lang)


def _spaced(text: str, lang: str) -> str:
    text = text.replace("\u202f", NBSP)
    return text.replace("-", MINUS) if lang == "fr" else text


def day(date: dt.date, lang: str) -> str:
    """`jeudi 10 juin 2027`, `mardi 1er juin 2027`; `Thursday, June 10, 2027`."""
    return _date(date, _DAY[lang], lang)


def day_short(date: dt.date, lang: str) -> str:
    """`10 juin 2027`, `1er juin 2027`; `June 10, 2027`."""
    return _date(date, _DAY_SHORT[lang], lang)


def day_parts(date: dt.date, lang: str) -> tuple[str, str, str]:
    """Weekday, day of the month and month, short, for a calendar leaf: `("jeu.", "10", "juin")`."""
    locale = _LOCALES[lang]
    return format_date(date, "EEE", locale), str(date.day), format_date(date, "MMM", locale)


def _date(date: dt.date, pattern: str, lang: str) -> str:
    text = format_date(date, pattern, locale=_LOCALES[lang])
    return re.sub(r"\b1 ", "1er ", text, count=1) if lang == "fr" and date.day == 1 else text


def hour(time: dt.time, lang: str) -> str:
    """`17 h`, `17 h 30`, `8 h 5`; `5 p.m.`, `5:30 p.m.`, `noon`, `midnight`. Seconds are never shown."""
    if lang == "fr":
        return f"{time.hour}{NBSP}h{NBSP}{time.minute}" if time.minute else f"{time.hour}{NBSP}h"
    locale = _LOCALES[lang]
    if time.minute == 0 and time.hour % 12 == 0:
        periods = locale.day_periods["format"]["wide"]
        return str(periods["noon" if time.hour else "midnight"])
    pattern = "h:mm a" if time.minute else "h a"
    return re.sub(r"\s", NBSP, format_time(time, pattern, locale=locale))


def moment(instant: dt.datetime, zone: str, lang: str) -> str:
    """An instant (aware, UTC in our databases) on the wall of `zone`: `jeudi 10 juin 2027, 11 h`."""
    local = _local(instant, zone)
    return f"{day(local, lang)}, {hour(local.time(), lang)}"


def span(start: dt.datetime, end: dt.datetime, zone: str, lang: str) -> str:
    """From one instant to another: `jeudi 10 juin 2027, de 17 h à 20 h`.

    An evening that ends before 6 the next morning is still one day to the people who go to it. Beyond that:
    `du mercredi 10 mars, 6 h, au vendredi 12 mars 2027, 4 h`.
    """
    first, last = _local(start, zone), _local(end, zone)
    hours = {"start": hour(first.time(), lang), "end": hour(last.time(), lang)}
    nights = (last.date() - first.date()).days
    if nights == 0 or (nights == 1 and last.hour < 6 and end - start < dt.timedelta(hours=15)):
        return _SPAN_ONE_DAY[lang].format(day=day(first, lang), **hours)
    pattern = _DAY_NO_YEAR[lang] if first.year == last.year else _DAY[lang]
    return _SPAN_DAYS[lang].format(first=_date(first, pattern, lang), last=day(last, lang), **hours)


def _local(instant: dt.datetime, zone: str) -> dt.datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(zone))


def phone(text: str, lang: str) -> str:
    """A North American number as each language writes it: `418 555-0100, poste 12`; `418-555-0100, ext. 12`."""
    match = re.fullmatch(r"\D*1?\D*(\d{3})\D*(\d{3})\D*(\d{4})(?:\D+(\d{1,6}))?\D*", text)
    if not match:
        return text
    area, exchange, line, extension = match.groups()
    if lang == "fr":
        return f"{area}{NBSP}{exchange}-{line}" + (f", poste{NBSP}{extension}" if extension else "")
    return f"{area}-{exchange}-{line}" + (f", ext.{NBSP}{extension}" if extension else "")


AT = re.compile(r"(\d)\s*[@à]\s*(?=\d)")
BETWEEN_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The form in which texts are compared and searched: no accent, no case, no punctuation, one space.

    "5 @ 7", "5@7" and "5 à 7" are one word to a reader; so are "St-Félicien" and "Saint-Félicien", "Cœur" and "Coeur".
    """
    text = unicodedata.normalize("NFKC", text).casefold().translate(PLAIN)
    text = AT.sub(r"\1 a ", text)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    # Everything that is neither a letter nor a digit becomes a space, so "L'Anse" is found as "l anse" and "anse".
    text = " ".join(BETWEEN_WORDS.sub(" ", text).split())
    return re.sub(r"\bst(e?) (?=\w)", r"saint\1 ", text) if "st" in text else text


def sort_key(text: str) -> tuple[str, str]:
    """French order: folded text first, the accents only to part two texts that fold to the same."""
    return fold(text), unicodedata.normalize("NFC", text).casefold()

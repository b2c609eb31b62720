"""The text of a mailing: paragraphs, lists, bold words and links, with a few words that stand for the reader's own.

`{{ prénom }}` in French, `{{ first_name }}` in English. A text knows of its reader only, and nobody else can be asked
for: any other variable is refused. What one stands for is put in after the text was taken apart, so that a name can
never become a link or a list.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from kit.contracts import Bilingual
from kit.contracts.letters.base import one_line, unlinked
from kit.contracts.letters.mailings import Paragraph, Span
from kit.errors import InvalidInput, Refusal
from kit.text import fold
from registration.mailings.rules import EVERYBODY, Readers

SUBJECT, TEXT = 150, 5000
# Addresses that a text may lead to: nothing that a browser would run.
SAFE = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f<>\"]+$")
# What is between the braces is taken whole, blanks too: where each part has one length only, no text is slow to read.
VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
# Bold words, a link with words of its own, or an address that stands by itself. For the same reason, two braces that
# open something are never a part of an address by themselves.
MARKS = re.compile(
    r"\*\*(?P<bold>[^*\n]+?)\*\*"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>(?:\{\{[^{}]*\}\}|(?!\{\{)[^\s()])+)\)"
    r"|(?P<bare>https?://[^\s<>\"]*[^\s<>\".,;:!?)»’'])"
)
ITEM = re.compile(r"\s*[-*•]\s+")


class Variable(StrEnum):
    """What a text may say of its reader and of the activity."""

    FIRST_NAME = "first_name"
    ACTIVITY = "activity"
    DATE = "date"
    PLACE = "place"
    LINK = "link"


# How each is written in a language; accents and case do not matter.
NAMES = {
    "fr": {
        "prénom": Variable.FIRST_NAME,
        "activité": Variable.ACTIVITY,
        "date": Variable.DATE,
        "lieu": Variable.PLACE,
        "lien": Variable.LINK,
    },
    "en": {
        "first_name": Variable.FIRST_NAME,
        "activity": Variable.ACTIVITY,
        "date": Variable.DATE,
        "place": Variable.PLACE,
        "link": Variable.LINK,
    },
}
KNOWN = {lang: {fold(name): one for name, one in names.items()} for lang, names in NAMES.items()}


class UnknownVariable(Refusal):
    """The text has a word in braces that stands for nothing in its language."""

    status = 422


class VariableOfOneLanguage(Refusal):
    """The text of one language says something of its reader that the other's does not."""

    status = 422


class UnsafeLink(Refusal):
    """The text leads somewhere else than to a page or an address."""

    status = 422


def check(subject: Bilingual, text: Bilingual, readers: Readers = EVERYBODY) -> None:
    """Refuses what cannot be sent. Raises InvalidInput, UnknownVariable, VariableOfOneLanguage, UnsafeLink."""
    problems = dict(_problems(subject, text))
    if readers.session_id and not readers.audience.by_arrival:
        problems |= {"session_id": "problem.session_by_arrival"}
    if problems:
        raise InvalidInput(problems)
    for where, said in (("subject", subject), ("text", text)):
        used = {lang: _variables(f"{where}.{lang}", lang, getattr(said, lang)) for lang in ("fr", "en")}
        if text.en:
            _same(where, used)
    for lang in ("fr", "en"):
        _links(lang, text.fr if lang == "fr" else text.en)


def _problems(subject: Bilingual, text: Bilingual) -> Iterator[tuple[str, str]]:
    if not subject.fr:
        yield "subject.fr", "problem.subject_needed"
    if not text.fr:
        yield "text.fr", "problem.message_needed"
    if text.en and not subject.en:
        yield "subject.en", "problem.english_whole"
    if subject.en and not text.en:
        yield "text.en", "problem.english_whole"
    for lang in ("fr", "en"):
        if len(subject.fr if lang == "fr" else subject.en) > SUBJECT:
            yield f"subject.{lang}", "problem.subject_too_long"
        if len(text.fr if lang == "fr" else text.en) > TEXT:
            yield f"text.{lang}", "problem.message_too_long"


def _variables(field: str, lang: str, text: str) -> set[Variable]:
    found = set()
    for name in VARIABLE.findall(text):
        variable = KNOWN[lang].get(fold(name))
        if variable is None:
            raise UnknownVariable(field, name=one_line(name).strip()[:40])
        found.add(variable)
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise UnknownVariable(field, name="{{" if "{{" in rest else "}}")
    return found


def _same(where: str, used: Mapping[str, set[Variable]]) -> None:
    for lang, other in (("fr", "en"), ("en", "fr")):
        missing = used.get(other, set()) - used.get(lang, set())
        if missing:
            raise VariableOfOneLanguage(f"{where}.{lang}", name=written(min(missing), lang))


def written(variable: Variable, lang: str) -> str:
    """A variable as it is written in a language."""
    return next(f"{{{{ {name} }}}}" for name, one in NAMES[lang].items() if one is variable)


def _links(lang: str, text: str) -> None:
    """A reader's own words are no part of an address: whoever keeps that page would learn them, and with the reader's
    link act as the reader."""
    for mark in MARKS.finditer(text):
        url = mark.group("url") or mark.group("bare") or ""
        if url and not _is_link(url, lang) and ("{{" in url or not SAFE.match(url)):
            raise UnsafeLink(f"text.{lang}", address=one_line(url)[:60])


def _is_link(url: str, lang: str) -> bool:
    variable = VARIABLE.fullmatch(url)
    return variable is not None and KNOWN[lang].get(fold(variable[1])) is Variable.LINK


Values = Mapping[Variable, str]


def filled(text: str, lang: str, values: Values) -> str:
    """A line with what its variables stand for."""
    return VARIABLE.sub(lambda found: values.get(KNOWN[lang].get(fold(found[1]), Variable.LINK), ""), text)


def paragraphs(text: str, lang: str, values: Values) -> tuple[Paragraph, ...]:
    """A text in its parts, for one reader. A line alone under another stays a line; an empty one begins anew."""
    made = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        made += _parts([line for line in part.split("\n") if line.strip()], lang, _shown(values))
    return tuple(made)


def _shown(values: Values) -> Values:
    """A name that looks like an address becomes no link in the reader's mail."""
    return {one: unlinked(value) if one is Variable.FIRST_NAME else value for one, value in values.items()}


def _parts(lines: list[str], lang: str, values: Values) -> list[Paragraph]:
    """Items that follow each other are one list; other lines that do, one paragraph."""
    made: list[Paragraph] = []
    for line in lines:
        item = ITEM.match(line)
        said = tuple(_spans(line[item.end() :] if item else line, lang, values))
        if made and made[-1].listed is bool(item):
            made[-1] = made[-1].model_copy(update={"lines": (*made[-1].lines, said)})
        else:
            made.append(Paragraph(lines=(said,), listed=bool(item)))
    return made


def _spans(line: str, lang: str, values: Values) -> Iterator[Span]:
    def fill(text: str) -> str:
        return filled(text, lang, values)

    at = 0
    for mark in MARKS.finditer(line):
        if mark.start() > at:
            yield from _plain(line[at : mark.start()], fill, lang)
        yield _marked(mark, fill)
        at = mark.end()
    if at < len(line):
        yield from _plain(line[at:], fill, lang)


def _plain(text: str, fill: Callable[[str], str], lang: str) -> Iterator[Span]:
    """Words without marks, where the reader's link leads somewhere by itself."""
    at = 0
    for found in VARIABLE.finditer(text):
        if KNOWN[lang].get(fold(found[1])) is not Variable.LINK:
            continue
        if found.start() > at:
            yield Span(text=fill(text[at : found.start()]))
        yield Span(text=fill(found[0]), url=fill(found[0]))
        at = found.end()
    if at < len(text):
        yield Span(text=fill(text[at:]))


def _marked(mark: re.Match[str], fill: Callable[[str], str]) -> Span:
    if mark.group("bold"):
        return Span(text=fill(mark.group("bold")), bold=True)
    if mark.group("bare"):
        return Span(text=mark.group("bare"), url=mark.group("bare"))
    url = fill(mark.group("url"))
    return Span(text=fill(mark.group("label")), url=url if SAFE.match(url) else "")

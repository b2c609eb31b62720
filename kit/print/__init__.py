"""Pages to print: a typed description of a document becomes a tagged PDF.

    Press().printed(ListDocument(title=…, columns=…, rows=…, …))

What people typed never becomes markup: a document travels as data and its template writes it as it stands. The page is
set by a process of its own (`setting.py`, `setter.py`), which is kept for the next one: it is given no longer than
`SECONDS`, nothing it does touches the service, and what it took goes with it. The font is carried here (`fonts/`);
nothing is fetched.
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic_core import to_json

from kit.errors import Busy
from kit.print.papers import PaperDocument
from kit.print.setting import Gone, NotPrinted, Setter

PDF = "application/pdf"
# Documents set at the same time by one service, and how long one may take: a list of thousands takes a few.
AT_ONCE, SECONDS = 2, 30.0
# Documents set by one process: what typst keeps of them goes with it.
MOST = 200


class Paper(StrEnum):
    """The sheet it is printed on, as typst names it."""

    LETTER = "us-letter"
    A4 = "a4"


@dataclass(frozen=True)
class ListColumn:
    """One column: its title, and its part of the width (1 is as wide as another of 1)."""

    title: str
    share: float


@dataclass(frozen=True, kw_only=True)
class ListDocument:
    """A list; its heading comes again on each page. The first cell of a row says whose row it is. `lines` stand below
    the title, `empty` in place of a list without a row; `tick` says what a mark in the box before each row means, empty
    when there are no boxes."""

    template: ClassVar[str] = "list.typ"

    title: str
    lines: Sequence[str]
    lang: str
    paper: Paper
    tick: str
    columns: Sequence[ListColumn]
    rows: Sequence[Sequence[str]]
    empty: str
    page_of: str


@dataclass(frozen=True)
class PosterText:
    """What a poster says in one language: a title, and lines such as when, where and how much."""

    lang: str
    title: str
    facts: Sequence[str]
    call: str


@dataclass(frozen=True, kw_only=True)
class PosterDocument:
    """A poster, A4: one text, another language beside it or none, an address as a QR and in letters, whose it is.

    `accent` stands out from white (`#rrggbb`); `qr` is SVG of ours; `logo` the bytes of a picture, or nothing.
    """

    template: ClassVar[str] = "poster.typ"

    text: PosterText
    beside: PosterText | None
    association: str
    accent: str
    address: str
    qr: str
    logo: bytes = b""


@dataclass(frozen=True)
class CardText:
    """What a card says inside, in one language: what it is, whose code it bears, whom to call, and a few lines."""

    lang: str
    title: str
    what: str
    code: str
    call: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Card:
    """One card: whom it is for, its code, its days in each language, and what tells it from the others."""

    to: str
    code: str
    dates: Mapping[str, str]
    note: str


@dataclass(frozen=True, kw_only=True)
class CardsDocument:
    """Cards to fold in four and hand over, a sheet each: `texts` are one or two languages, the first one on the left.

    `accent` stands out from white (`#rrggbb`); `logo` is the bytes of a picture, or nothing; `phone` is whom to call.
    """

    template: ClassVar[str] = "cards.typ"

    title: str
    lang: str
    paper: Paper
    association: str
    accent: str
    confidential: str
    fold: str
    phone: str
    texts: Sequence[CardText]
    cards: Sequence[Card]
    logo: bytes = b""


Document = ListDocument | PosterDocument | CardsDocument | PaperDocument


class Press:
    """Sets pages, a few at a time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._idle: list[Setter] = []

    def printed(self, document: Document) -> bytes:
        """The document as PDF. Raises Busy when too many are asked for or it takes too long, NotPrinted."""
        if not self._places.acquire(timeout=self._seconds / 3):
            raise Busy()
        try:
            return self._set(document.template, to_json(document, bytes_mode="base64"))
        finally:
            self._places.release()

    def close(self) -> None:
        """End what waits for another document."""
        while self._idle:
            self._idle.pop().end()

    def _set(self, template: str, told: bytes) -> bytes:
        """By a process that waits, or by a new one: one that waited may have ended meanwhile."""
        while self._idle:
            setter = self._idle.pop()
            with suppress(Gone):
                return self._by(setter, template, told)
        try:
            return self._by(Setter(), template, told)
        except Gone as error:
            raise NotPrinted(template) from error

    def _by(self, setter: Setter, template: str, told: bytes) -> bytes:
        made = setter.pdf_of(template, told, self._seconds)
        if setter.count < MOST:
            self._idle.append(setter)
        else:
            setter.end()
        return made

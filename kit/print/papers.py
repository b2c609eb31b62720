"""Papers between two parties: an invoice, a credit note, a notice, a receipt, a statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Said:
    """What a paper says, and the same in the other language beside it; empty: it is said in one."""

    text: str
    beside: str = ""


@dataclass(frozen=True)
class Fact:
    """A title and what stands beside it: a number, a day, an amount."""

    title: Said
    value: str
    strong: bool = False


@dataclass(frozen=True)
class PaperColumn:
    """One column: its title, its part of the width (nothing: as wide as it needs), and whether it holds figures."""

    title: Said
    share: float = 0
    figures: bool = False


@dataclass(frozen=True)
class PaperRow:
    """Its cells, and what is written small below the first of them."""

    cells: Sequence[Said]
    notes: Sequence[Fact] = ()


@dataclass(frozen=True)
class PaperPart:
    """Rows that belong together, under a heading of their own or none."""

    heading: Said
    rows: Sequence[PaperRow]


@dataclass(frozen=True, kw_only=True)
class PaperDocument:
    """A paper from the association to somebody. `lang` is what it is written in, `beside` the language of what stands
    beside it (empty: none). `accent` stands out from white (`#rrggbb`); `logo` is the bytes of a picture, or nothing.
    """

    template: ClassVar[str] = "paper.typ"

    title: Said
    number: str
    lang: str
    beside: str
    paper: str
    accent: str
    sender: str
    sender_lines: Sequence[str]
    sender_numbers: Sequence[str]
    to: Said
    recipient: Sequence[str]
    facts: Sequence[Fact]
    columns: Sequence[PaperColumn]
    parts: Sequence[PaperPart]
    sums: Sequence[Fact]
    legend: Sequence[Said]
    notes: Sequence[Said]
    page_of: str
    logo: bytes = b""

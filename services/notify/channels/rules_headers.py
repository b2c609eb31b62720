"""The header of a letter, written here letter by letter and then read again.

The standard library folds and unfolds headers by taking them apart, and versions of it lose a blank, the quotes around
a name, or a line end that somebody hid inside an encoded word. A text that people typed must never be read as syntax
(design.md §4.18), so a name or a subject leaves either as plain ASCII on one line, or as whole encoded words.
"""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# RFC 2047: at most 75 characters with its frame, and one word a line.
WORD = 75
FRAME = "=?utf-8?q?", "?="
# A plain text longer than this is encoded too: no line is ever folded inside a text.
PLAIN = 60
# A header longer than this is folded between its parts.
SHOWN = 78
# RFC 5322: what a server must take; RFC 5321 lets it refuse more.
LINE = 998
# What an encoded word may show as itself, in a name as in a subject (RFC 2047, section 5, rule 3).
ITSELF = frozenset(string.ascii_letters + string.digits + "!*+-/")
ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
WORDS = r"=\?utf-8\?q\?[A-Za-z0-9!*+/=_-]+\?=(?: =\?utf-8\?q\?[A-Za-z0-9!*+/=_-]+\?=)*"
NAME = re.compile(rf"(?:{ATOMS}|{QUOTED}|{WORDS}) ")
FIELD = re.compile(rb"([!-9;-~]+): ?(.*)", re.DOTALL)


class Broken(ValueError):
    """The header that was written is not the header that was meant."""


@dataclass(frozen=True)
class Field:
    """One header. `lines` are what it says, already encoded; each line after the first is folded."""

    name: str
    lines: Sequence[str]

    def __str__(self) -> str:
        return f"{self.name}: " + "\r\n ".join(self.lines) + "\r\n"


def plain(name: str, value: str) -> Field:
    """A header whose value is ours, in ASCII, and is never folded: not all programs that look for it unfold."""
    return Field(name, [value])


def text(name: str, value: str) -> Field:
    """A header that says a text."""
    return Field(name, [value] if _speaks_for_itself(value) else list(_words(value)))


def mailbox(name: str, display: str, address: str) -> Field:
    """A header that names one address, and whose it is."""
    if not display:
        return Field(name, [address])
    if not _speaks_for_itself(display):
        return Field(name, [*_words(display), f"<{address}>"])
    quoted = re.sub(r'(["\\])', r"\\\1", display)
    whose = display if re.fullmatch(ATOMS, display) else f'"{quoted}"'
    on_one_line = len(f"{name}: {whose} <{address}>") <= SHOWN
    return Field(name, [f"{whose} <{address}>"] if on_one_line else [whose, f"<{address}>"])


def check(raw: bytes, names: Sequence[str], address: str) -> None:
    """Raises Broken unless a whole letter opens with exactly these headers, once each, and goes to this address alone.

    It reads the bytes again without the code that wrote them.
    """
    head = raw.partition(b"\r\n\r\n")[0]
    fields: list[tuple[str, bytes]] = []
    for line in head.split(b"\r\n"):
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line) or len(line) > LINE or not line.strip():
            raise Broken("line")
        match = FIELD.fullmatch(line)
        if line[:1] in b" \t" and fields:
            fields[-1] = fields[-1][0], fields[-1][1] + line
        elif match:
            fields.append((match[1].decode("ascii").casefold(), match[2]))
        else:
            raise Broken("line")
    if sorted(name for name, _ in fields) != sorted(name.casefold() for name in names):
        raise Broken("names")
    if not _is_one(dict(fields)["to"].decode(), address):
        raise Broken("to")


def _is_one(value: str, address: str) -> bool:
    """Whether a header says this address, with a name before it or not."""
    if value == address:
        return True
    name, end = value.removesuffix(f"<{address}>"), f"<{address}>"
    return value.endswith(end) and bool(NAME.fullmatch(name))


def _speaks_for_itself(value: str) -> bool:
    return len(value) <= PLAIN and bool(re.fullmatch(r"[ -~]*", value)) and "=?" not in value


def _words(value: str) -> Iterator[str]:
    """A text as encoded words, each of whole characters. A reader drops the blanks between two of them, so every blank
    of the text stands inside one."""
    word, room = "", WORD - len("".join(FRAME))
    for character in value:
        octets = character.encode("utf-8", "replace")
        shown = "_" if character == " " else "".join(chr(o) if chr(o) in ITSELF else f"={o:02X}" for o in octets)
        if len(word) + len(shown) > room:
            yield f"{FRAME[0]}{word}{FRAME[1]}"
            word = ""
        word += shown
    yield f"{FRAME[0]}{word}{FRAME[1]}"

"""The headers of a letter, written word for word: what people are called is never read as syntax (RFC 5322, RFC 2047).

Nothing here is folded or read again by the standard library: some of its versions decode what looks like an encoded
word, lose a space where they fold, or take a long name apart into several addresses.
"""

import base64
import re
from collections.abc import Iterator

# A line of a header, without its end; an encoded word may have 75 characters, its name comes before the first.
LINE = 76
LONGEST_LINE = 998
WORD = "=?utf-8?b?{}?="
PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
FIELD = re.compile(rb"([!-9;-~]+): ?\S")
FOLD = "\r\n "


def text_header(name: str, text: str) -> str:
    """A header that is a text, such as a subject."""
    if _is_plain(text) and len(name) + 2 + len(text) <= LINE:
        return f"{name}: {text}\r\n"
    return f"{name}: {_encoded(text, name)}\r\n"


def address_header(name: str, display_name: str, address: str) -> str:
    """A header that holds one address, and whose it is; without a name the address stands alone."""
    if not display_name:
        return f"{name}: {address}\r\n"
    phrase = _phrase(display_name, name)
    last_line = phrase.rpartition(FOLD)[2]
    gap = " " if len(name) + 2 + len(last_line) + 3 + len(address) <= LINE else FOLD
    return f"{name}: {phrase}{gap}<{address}>\r\n"


def names_of_headers(raw: bytes) -> list[str]:
    """Every header of a mail by its name, in small letters. Raises ValueError for a line that none can have."""
    names: list[str] = []
    for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if len(line) > LONGEST_LINE or b"\n" in line or b"\r" in line or b"\0" in line:
            raise ValueError("a line that no header has")
        if names and line[:1] in (b" ", b"\t") and line.strip():
            continue
        field = FIELD.match(line)
        if field is None:
            raise ValueError("a line that is no header")
        names.append(field.group(1).decode("ascii").lower())
    return names


def _phrase(text: str, name: str) -> str:
    """A display name: bare words, else a quoted string where one line holds it, else encoded words."""
    if _is_plain(text) and len(name) + 4 + len(text) <= LINE:
        if ATOMS.fullmatch(text):
            return text
        if '"' not in text and "\\" not in text:
            return f'"{text}"'
    return _encoded(text, name)


def _is_plain(text: str) -> bool:
    """Whether a text may stand as it is: printable ASCII that no reader takes for an encoded word."""
    return PLAIN.fullmatch(text) is not None and "=?" not in text


def _encoded(text: str, name: str) -> str:
    """A text as encoded words, each on a line of its own: readers drop what stands between two of them."""
    room = (LINE - len(name) - 2 - len(WORD.format(""))) // 4 * 3
    return FOLD.join(WORD.format(base64.b64encode(part).decode("ascii")) for part in _parts(text, room))


def _parts(text: str, room: int) -> Iterator[bytes]:
    """A text in UTF-8, in parts of at most `room` bytes; no character is cut in two."""
    part = b""
    for character in text:
        written = character.encode("utf-8", "replace")
        if len(part) + len(written) > room:
            yield part
            part = b""
        part += written
    yield part

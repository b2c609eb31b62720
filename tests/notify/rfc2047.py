"""A second reader of mail headers, made from RFC 5322 and RFC 2047 alone: neither the standard library's nor ours."""

import base64
import binascii
import re

WORD = re.compile(r"=\?([^?\s]+)\?([BbQq])\?([^?\s]*)\?=")


def head(raw: bytes) -> list[tuple[str, str]]:
    """The headers of a letter, unfolded: a line end before a blank goes, the blank stays."""
    block = raw.partition(b"\r\n\r\n")[0].decode()
    unfolded = re.sub(r"\r\n(?=[ \t])", "", block)
    return [(line.partition(":")[0], line.partition(":")[2].strip(" \t")) for line in unfolded.split("\r\n")]


def lines(raw: bytes, name: str) -> list[str]:
    """One header as it is folded."""
    block = raw.partition(b"\r\n\r\n")[0].decode()
    return re.findall(rf"^{name}:.*(?:\r\n[ \t].*)*", block, re.MULTILINE)[0].split("\r\n")


def decoded(value: str) -> str:
    """What a header says: blanks between two encoded words count for nothing, all others for themselves."""
    said, end, after_word = "", 0, False
    for match in WORD.finditer(value):
        between = value[end : match.start()]
        if not (after_word and not between.strip(" \t")):
            said += between
        said += _word(*match.groups())
        end, after_word = match.end(), True
    return said + value[end:]


def _word(charset: str, encoding: str, text: str) -> str:
    if encoding in "Bb":
        octets = base64.b64decode(text, validate=True)
    else:
        octets = binascii.a2b_qp(text.replace("_", "=20"))
    return octets.decode(charset)


def mailboxes(value: str) -> list[tuple[str, str]]:
    """Names and addresses of a header that lists some: a comma parts two of them unless it stands in quotes."""
    found, token = [], re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>|,|[^",<]+')
    name, address = "", ""
    for part in [*token.findall(value), ","]:
        if part == ",":
            if name.strip() or address:
                found.append((_name(name.strip()), address) if address else ("", name.strip()))
            name, address = "", ""
        elif part.startswith("<"):
            address = part[1:-1]
        else:
            name += part
    return found


def _name(phrase: str) -> str:
    if phrase.startswith('"'):
        return re.sub(r"\\(.)", r"\1", phrase[1:-1])
    return decoded(phrase)

"""Codes of the plan: `AIF-XXXX-XXXX`, without meaning. A code is worked out of a coverage and our key, never kept."""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kit.contracts.texts import READ_ALOUD

# Seven characters, thirty-five bits, and one that tells a mistyped code.
LENGTH = 7
_VALUE = {character: number for number, character in enumerate(READ_ALOUD)}
_MISREAD = str.maketrans("OIL", "011")
# The field of 32 elements that the check character is worked out in: x⁵ + x² + 1.
_FIELD = 0b100101


@dataclass(frozen=True)
class Standing:
    """From when to when a code is valid."""

    valid_from: date
    valid_to: date


@dataclass(frozen=True)
class Codes:
    """Makes codes and their digests, each with a key of its own derived from PRIVACY_KEY. `secrets` are its keys, the
    first of which makes new codes; those before it still know theirs."""

    secrets: Sequence[str] = field(repr=False)

    def made(self, coverage_id: uuid.UUID, version: int) -> list["Made"]:
        """The code of a coverage's version under each key, the present one first."""
        return [Made(code := _code(one, coverage_id, version), _digest(one, code)) for one in self.secrets]

    def digests(self, code: str) -> list[str]:
        """What a code, written as `normal` has it, may be kept under."""
        return [_digest(one, code) for one in self.secrets]


@dataclass(frozen=True)
class Made:
    """A code, and the digest it is known by."""

    code: str
    digest: str


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"guichet plan {purpose}".encode(), "sha256")


def _code(secret: str, coverage_id: uuid.UUID, version: int) -> str:
    made = hmac.digest(_derived(secret, "code"), f"{coverage_id}:{version}".encode(), "sha256")
    number = int.from_bytes(made[:8], "big")
    characters = "".join(READ_ALOUD[number >> (5 * place) & 31] for place in range(LENGTH))
    return characters + check_character(characters)


def _digest(secret: str, code: str) -> str:
    return hmac.digest(_derived(secret, "digest"), code.encode(), "sha256").hex()


def check_character(characters: str) -> str:
    """Another one for any one character that is mistyped, and for any two that change places."""
    check, weight = 0, 1
    for character in characters:
        weight = _times(weight, 2)
        check ^= _times(_VALUE[character], weight)
    return READ_ALOUD[check]


def _times(one: int, other: int) -> int:
    """A product in the field."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= _FIELD
        other >>= 1
    return product


def shown(prefix: str, code: str) -> str:
    """As people read it: `AIF-7K3Q-92XM`."""
    return "-".join((prefix.upper(), code[:4], code[4:]))


def normal(prefix: str, typed: str) -> str:
    """A code as it is compared: no case, spaces or hyphens; O, I and L read as the figures they look like; with or
    without its prefix. What cannot be a code is one that nobody has."""
    letters = _letters(typed)
    before = _letters(prefix)
    code = letters[len(before) :] if letters.startswith(before) and len(letters) > LENGTH + 1 else letters
    return code[: LENGTH + 2]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum()).translate(_MISREAD)

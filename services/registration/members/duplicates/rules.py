"""What two companies have alike: keys by which the same one is found again, however its name was written."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Refusal
from kit.text import fold
from registration.members.rules_details import digits, phone_key

# What says how a company is constituted and not what it is called.
LEGAL_FORMS = frozenset(
    """inc incorporee ltee ltd limitee limited enr enrg senc sencrl snc senrl obnl osbl corp corporation cie co llp llc
    srl sa""".split()
)
# Words that people leave out, add or change.
SMALL_WORDS = frozenset("le la les l de du des d et and the of a au aux en".split())
# Addresses there say nothing of who somebody works for.
PUBLIC_DOMAINS = frozenset(
    """gmail.com hotmail.com hotmail.ca hotmail.fr outlook.com outlook.fr live.com live.ca live.fr msn.com yahoo.com
    yahoo.ca yahoo.fr icloud.com me.com aol.com proton.me protonmail.com gmx.com videotron.ca bell.net sympatico.ca
    cogeco.ca cgocable.ca globetrotter.net derytele.com telus.net rogers.com shaw.ca""".split()
)
TWICE = re.compile(r"(.)\1+")


class MatchKind(StrEnum):
    """By what two companies are alike. The first two make them the same; the others make one ask."""

    NEQ = "neq"
    NAME = "name"
    NEAR = "near"
    DOMAIN = "domain"
    PHONE = "phone"
    ADDRESS = "address"


SURE = frozenset({MatchKind.NEQ, MatchKind.NAME})


class Subject(StrEnum):
    """What may be there twice."""

    COMPANY = "company"
    PERSON = "person"


class SameTwice(Refusal):
    """Somebody, or a company, cannot be merged with itself."""

    status = 422


class AlreadyMerged(Refusal):
    """One of the two was merged before."""


class TakenByBoth(Refusal):
    """Both have something of which there may be one only."""


class MergeHeld(Refusal):
    """Something of the one that goes is held for it alone: it must be released first."""


class MergeTooOld(Refusal):
    """A merge is undone within thirty days, once."""


class MergeUsed(Refusal):
    """What was merged has been merged further since."""


@dataclass(frozen=True, order=True)
class MatchKey:
    """One thing by which a company is found again."""

    kind: MatchKind
    key: str


@dataclass(frozen=True)
class Traits:
    """What is known of a company by which it could be found again: its names, and where it is reached."""

    names: tuple[str, ...]
    neq: str = ""
    phone: str = ""
    address: str = ""
    postal_code: str = ""
    emails: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[MatchKey]:
        """Every key that says something; what is too short or everybody's says nothing."""
        found = [(MatchKind.NAME, bare_name(name)) for name in self.names]
        found += [(MatchKind.NEAR, near_name(name)) for name in self.names]
        found += [(MatchKind.DOMAIN, own_domain(email)) for email in self.emails]
        found.append((MatchKind.NEQ, digits(self.neq)))
        found.append((MatchKind.PHONE, phone_key(self.phone)))
        found.append((MatchKind.ADDRESS, address_key(self.address, self.postal_code)))
        return frozenset(MatchKey(kind, key) for kind, key in found if key)


def bare_name(name: str) -> str:
    """A name without case, accents, punctuation and legal form: « Soudure Cap-aux-Loups inc. » is
    "soudure cap aux loups". A name that is nothing else stays as it is."""
    words = _letters_joined(fold(name).split())
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)


def near_name(name: str) -> str:
    """What is left of a name when plurals, doubled letters, small words and the order of words do not count."""
    words = bare_name(name).split()
    stems = {_stem(word) for word in words if word not in SMALL_WORDS} or set(words)
    return " ".join(sorted(stems))


def _stem(word: str) -> str:
    word = TWICE.sub(r"\1", word) if not word.isdigit() else word
    word = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word


def _letters_joined(words: Iterable[str]) -> list[str]:
    """ "s e n c r l" is one word; so are the initials of somebody."""
    joined: list[str] = []
    open_run = False
    for word in words:
        if len(word) == 1 and open_run:
            joined[-1] += word
        else:
            joined.append(word)
        open_run = len(word) == 1
    return joined


def own_domain(email: str) -> str:
    """Where an address is, unless anybody may have one there."""
    domain = email.strip().lower().rpartition("@")[2] if "@" in email else ""
    return "" if domain in PUBLIC_DOMAINS else domain


def address_key(address: str, postal_code: str) -> str:
    """A postal code with the numbers of the address (street, office): enough of it, however the street is written."""
    numbers = re.findall(r"\d+", address)
    code = "".join(postal_code.upper().split())
    return f"{code} {' '.join(numbers)}" if code and numbers else ""


def in_order(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """A pair is the same pair the other way round."""
    return (one, other) if one <= other else (other, one)

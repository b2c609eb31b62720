"""What visitors whom nobody recognised may do without paying: places taken and letters caused, within a time.

What is counted is written under digests: neither a network address nor an e-mail is stored.
"""

import hmac
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from kit.contracts.addresses import mailbox_of
from kit.errors import Refusal


class TooManyPlaces(Refusal):
    """More places are taken without payment than strangers may; `n` is how many minutes to wait."""

    status = 429


class TooManyLetters(Refusal):
    """More letters were caused than one place, or one recipient, may cause or get; `n` is how many minutes to wait."""

    status = 429


class TooManyRetrievals(Refusal):
    """The links of an address, or from one place, were asked for too often; `n` is how many minutes to wait. It says
    nothing of whether there are any."""

    status = 429


# The links of one address are asked for so often in a day, whoever asks: nobody fills a mailbox of somebody else.
DAY = 86_400


@dataclass(frozen=True)
class Allowances:
    """How much within how many seconds: places and letters for one network address, places for one e-mail, letters to
    one recipient, letters about one activity, links asked for from one network address, and (in a day) of one e-mail.
    `share` is the part of a resource, in percent, that strangers may hold unpaid at a time."""

    seconds: int
    places: int
    letters: int
    letters_to_one: int
    letters_of_activity: int
    retrievals: int
    retrievals_of_one: int
    share: int


@dataclass(frozen=True)
class Spending:
    """So many units out of what `bucket` may use within `seconds`; beyond `most`, `refusal` is the answer."""

    bucket: str
    units: int
    most: int
    seconds: int
    refusal: type[Refusal]


@dataclass(frozen=True)
class Stranger:
    """A visitor nobody recognised, by the network they come from. `key` is what digests are made with."""

    network: str
    allowed: Allowances
    key: str = field(repr=False)

    def bucket(self, kind: str, name: str) -> str:
        """Where something is counted: for the same thing the same text, from which nobody reads the name."""
        digest = hmac.digest(self.key.encode(), f"{kind} {name.casefold()}".encode(), "sha256")
        return f"{kind}:{digest.hex()[:32]}"

    def of_places(self, units: int, email: str) -> list[Spending]:
        """Places taken without payment: from where they come, and for whom."""
        names = {"places-from": self.network, "places-for": email}
        return [
            self._spending(kind, name, units, self.allowed.places, TooManyPlaces)
            for kind, name in names.items()
            if name
        ]

    def of_letters(self, recipients: Sequence[str], activity: str) -> list[Spending]:
        """Letters caused: from where, to each of their recipients, about which activity (its id)."""
        if not recipients:
            return []
        count, allowed = len(recipients), self.allowed
        every = Counter(mailbox_of(to) for to in recipients)
        about = self._spending("letters-of", activity, count, allowed.letters_of_activity, TooManyLetters)
        caused = self._spending("letters-from", self.network, count, allowed.letters, TooManyLetters)
        each = [
            self._spending("letters-to", to, letters, allowed.letters_to_one, TooManyLetters)
            for to, letters in every.items()
        ]
        return [about, *([caused] if self.network else []), *each]

    def of_retrievals(self, email: str) -> list[Spending]:
        """The links of an address asked for: from where, and of whom. Counted apart from other letters, so that who
        asks in somebody's name keeps nothing else from them."""
        of_one = Spending(
            self.bucket("links-of", mailbox_of(email)), 1, self.allowed.retrievals_of_one, DAY, TooManyRetrievals
        )
        asked = self._spending("links-from", self.network, 1, self.allowed.retrievals, TooManyRetrievals)
        return [of_one, *([asked] if self.network else [])]

    def of_trust(self, names: Collection[str], activity: str, units: int, most: int, seconds: int) -> list[Spending]:
        """Places taken on a word alone in one activity: by this network, and under each of these names."""
        every = [name for name in (self.network, *names) if name]
        return [
            Spending(self.bucket("trust", f"{activity} {name}"), units, most, seconds, TooManyPlaces) for name in every
        ]

    def _spending(self, kind: str, name: str, units: int, most: int, refusal: type[Refusal]) -> Spending:
        return Spending(self.bucket(kind, name), units, most, self.allowed.seconds, refusal)


def minutes_until(seconds: float) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -int(-seconds // 60))


def most_by_strangers(capacity: int, share: int) -> int:
    """How many units of a resource strangers may hold unpaid at a time, `share` in percent; rounded up."""
    return -(-capacity * share // 100)

"""Who calls, as services tell each other: staff behind a pass, and one service that calls another."""

import hashlib
import uuid
from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Caller:
    """Whoever is behind a request. `name` is what history shows; `lang` is what staff read. `bound_to` holds the ids of
    all that a narrow role may see; empty: it is bound to nothing in particular."""

    roles: frozenset[str]
    id: str = ""
    name: str = ""
    login: str = ""
    lang: str = "fr"
    bound_to: frozenset[str] = frozenset()

    def reaches(self, entity: uuid.UUID) -> bool:
        return not self.bound_to or str(entity) in self.bound_to

    def may(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


ANYONE = Caller(roles=frozenset({"public"}))
CALLER = TypeAdapter(Caller)


@dataclass(frozen=True)
class Call:
    """One request from one service to another: what a token is good for. `path` has the query, if there is one."""

    sender: str
    receiver: str
    method: str
    path: str
    body: bytes

    @property
    def claims(self) -> dict[str, str]:
        named = {"iss": self.sender, "aud": self.receiver, "method": self.method, "path": self.path}
        return {**named, "body": hashlib.sha256(self.body).hexdigest()}

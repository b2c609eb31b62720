"""Personal links and tickets: proofs that only their owner holds, sent again and revoked by raising a version. And
signed statements that registration makes to itself, for the length of a visit or of a letter's link."""

import base64
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from kit.auth import check_link, link_token, proof
from kit.errors import BadToken, NotFound
from kit.settings import keys

# What a scanner's keys become on the keyboards of Canada, of France and of Germany, and how they are read back.
LAYOUTS: tuple[dict[int, int], ...] = (
    {},
    str.maketrans("qawz?,é\"'(-è", "aqzwmm234567"),
    str.maketrans("yz", "zy"),
)
# The one version of a preview's link: what it shows is nobody's secret, and is there until it is published.
PREVIEW = 1
# A ticket's code is 34 bytes in the QR's dense alphabet.
CODE_AT_END = re.compile(r"[a-z2-7]{55}$")


@lru_cache(maxsize=32)
def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    # itsdangerous signs with the last key of a list and verifies with all of them; ours starts with the newest.
    return URLSafeSerializer(list(reversed(keys(secret))), salt=f"guichet.{purpose}")


class Signed:
    """Short-lived signed statements of a service to itself, for one purpose, with keys that can be rotated."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._serializer = _serializer(secret, purpose)

    def make(self, claims: dict[str, Any], until: datetime) -> str:
        return str(self._serializer.dumps({**claims, "exp": int(until.timestamp())}))

    def read(self, token: str, now: datetime, late: bool = False) -> dict[str, Any]:
        """The claims. `late=True` also accepts an expired statement (the caller must then verify it anew)."""
        try:
            claims: dict[str, Any] = self._serializer.loads(token)
        except BadSignature as error:
            raise BadToken() from error
        if not late and now.timestamp() > claims["exp"]:
            raise BadToken()
        return claims


@dataclass(frozen=True)
class Links:
    """Makes and checks links. `home` is registration's public address; `key` is TICKET_KEY."""

    home: str
    key: str

    def registration(self, registration_id: uuid.UUID, version: int) -> str:
        """The contact's page."""
        return f"{self.home}/r/{registration_id}/{link_token(self.key, 'registration', registration_id, version)}"

    def confirmation(self, registration_id: uuid.UUID, version: int) -> str:
        """Where the contact of a signup that is held for it confirms it. Only a letter ever says it: whoever has it
        reads the contact's mail."""
        return f"{self.home}/confirm/{registration_id}/{link_token(self.key, 'confirm', registration_id, version)}"

    def attendee(self, attendee_id: uuid.UUID, version: int) -> str:
        """One attendee's own page."""
        return f"{self.home}/a/{attendee_id}/{link_token(self.key, 'attendee', attendee_id, version)}"

    def person(self, person_id: uuid.UUID, version: int) -> str:
        """A member's link, which gives their company's prices."""
        return f"{self.home}/m/{person_id}/{link_token(self.key, 'person', person_id, version)}"

    def renewal(self, renewal_id: uuid.UUID, version: int) -> str:
        """The page of a company's notice of renewal."""
        return f"{self.home}/renewal/{renewal_id}/{link_token(self.key, 'renewal', renewal_id, version)}"

    def provider(self, plan_id: uuid.UUID, version: int) -> str:
        """Where a plan's provider asks whether a code is valid."""
        return f"{self.home}/clinic/{plan_id}/{link_token(self.key, 'provider', plan_id, version)}"

    def preview(self, activity_id: uuid.UUID, lang: str) -> str:
        """A draft as its page will be, for its author and whoever is shown it."""
        path = "en/preview" if lang == "en" else "fr/apercu"
        return f"{self.home}/{path}/{activity_id}/{link_token(self.key, 'preview', activity_id, PREVIEW)}"

    def ticket(self, attendee_id: uuid.UUID, version: int) -> str:
        """What the QR says: an address in capitals, which QR codes hold in less room, and which a camera opens."""
        origin, _, path = self.home.partition("://")
        prefix = f"{origin.upper()}://{path.upper()}" if "/" not in path else self.home
        return f"{prefix}/T/{ticket_code(self.key, attendee_id, version)}"

    def check(self, kind: str, entity: uuid.UUID, version: int, token: str) -> None:
        """Raises NotFound unless the token belongs to this entity and version."""
        check_link(self.key, kind, entity, version, token)

    def read_ticket(self, scanned: str) -> tuple[uuid.UUID, int]:
        """The attendee and ticket version in a scanned QR, whether it holds the address or the code alone.

        A hand-held scanner types like a keyboard and does not know which one the computer thinks it has: the marks of
        the address may come as other signs, so only the code at its end counts, and on a keyboard that is not ours its
        letters change places too. The proof in the code tells a right reading from a wrong one.
        """
        for layout in LAYOUTS:
            code = CODE_AT_END.search(scanned.strip().lower().translate(layout))
            try:
                return read_ticket(self.key, code[0] if code else "")
            except NotFound:
                continue
        raise NotFound()


def ticket_code(secret: str, attendee: uuid.UUID, version: int) -> str:
    """What a ticket's QR says: the attendee, the version and 128 bits of proof, in the QR's dense alphabet."""
    proven = proof(keys(secret)[0], "ticket", attendee, version)[:16]
    return base64.b32encode(attendee.bytes + version.to_bytes(2, "big") + proven).decode().rstrip("=")


def read_ticket(secret: str, code: str) -> tuple[uuid.UUID, int]:
    """The attendee and version a ticket names; NotFound when we did not make it."""
    try:
        raw = base64.b32decode(code.upper() + "=" * (-len(code) % 8))
    except ValueError as error:
        raise NotFound() from error
    if len(raw) != 34:
        raise NotFound()
    attendee, version = uuid.UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")
    if not any(hmac.compare_digest(proof(key, "ticket", attendee, version)[:16], raw[18:]) for key in keys(secret)):
        raise NotFound()
    return attendee, version

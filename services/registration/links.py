"""Personal links: an address only its owner knows, that can be sent again and revoked by raising a version."""

import uuid
from dataclasses import dataclass

from kit.auth import check_link, link_token, read_ticket, ticket_code


@dataclass(frozen=True)
class Links:
    """Makes and checks links. `home` is registration's public address; `key` is TICKET_KEY."""

    home: str
    key: str

    def registration(self, registration_id: uuid.UUID, version: int) -> str:
        """The contact's page."""
        return f"{self.home}/r/{registration_id}/{link_token(self.key, 'registration', registration_id, version)}"

    def attendee(self, attendee_id: uuid.UUID, version: int) -> str:
        """One attendee's own page."""
        return f"{self.home}/a/{attendee_id}/{link_token(self.key, 'attendee', attendee_id, version)}"

    def person(self, person_id: uuid.UUID, version: int) -> str:
        """A member's link, which gives their company's prices."""
        return f"{self.home}/m/{person_id}/{link_token(self.key, 'person', person_id, version)}"

    def ticket(self, attendee_id: uuid.UUID, version: int) -> str:
        """What the QR says: an address in capitals, which QR codes hold in less room, and which a camera opens."""
        origin, _, path = self.home.partition("://")
        prefix = f"{origin.upper()}://{path.upper()}" if "/" not in path else self.home
        return f"{prefix}/T/{ticket_code(self.key, attendee_id, version)}"

    def check(self, kind: str, entity: uuid.UUID, version: int, token: str) -> None:
        """Raises BadToken unless the token belongs to this entity and version."""
        check_link(self.key, kind, entity, version, token)

    def read_ticket(self, scanned: str) -> tuple[uuid.UUID, int]:
        """The attendee and ticket version in a scanned QR, whether it holds the address or the code alone."""
        return read_ticket(self.key, scanned.strip().rsplit("/", 1)[-1])

"""A mail server that keeps what it is given: stands at notify's gateway seam."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from notify.channels.rules import Answer, Outcome, Step, judge
from notify.gateway import Letter, Unreachable


@dataclass
class MailTray:
    """Letters received, oldest first. `refuse` maps an address to an SMTP code; `down` refuses connections."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    down: bool = False

    @contextmanager
    def open(self) -> Iterator["MailTray"]:
        if self.down:
            raise Unreachable()
        yield self

    def send(self, letter: Letter) -> Answer:
        code = self.refuse.get(letter.recipient)
        if code:
            return judge(Step.RECIPIENT, code, b"")
        self.letters.append(message_from_bytes(letter.raw, policy=policy.default))
        return Answer(Outcome.ACCEPTED, 250)

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if address in str(letter["To"])]

    def text(self, address: str) -> str:
        """The text of the newest letter to an address."""
        body = self.to(address)[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())

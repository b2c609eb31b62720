"""What a channel answers about one message, and what the codes of SMTP mean (RFC 5321, 4.2; RFC 3463)."""

import re
from dataclasses import dataclass
from enum import StrEnum

ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
TOO_BIG = 552


class Outcome(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"  # The server took the message over.
    REFUSED = "refused"  # It never will: an unknown address, for one.
    LATER = "later"  # Not now: a full mailbox, a greylist.
    UNREACHABLE = "unreachable"  # The server itself is away or refuses us: it says nothing of this message.


class Step(StrEnum):
    """Where in the conversation the server answered."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True)
class Answer:
    """`code` is SMTP's, when the server gave one; `detail` is its enhanced code ("5.1.1") or a word of ours.

    The server's sentence is left out: it quotes the address.
    """

    outcome: Outcome
    code: int | None = None
    detail: str = ""


def judge(step: Step, code: int, text: bytes) -> Answer:
    """The meaning of a refusal.

    421 ends the conversation. A refused sender is our own configuration, which somebody must repair: no message may be
    given up for it, except when it is the size of this one that is refused.
    """
    match = ENHANCED.match(text.strip())
    detail = match.group(1).decode() if match else ""
    if code == 421 or (step is Step.SENDER and code != TOO_BIG):
        return Answer(Outcome.UNREACHABLE, code, detail)
    return Answer(Outcome.REFUSED if code >= 500 else Outcome.LATER, code, detail)

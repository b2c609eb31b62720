"""Letters, posted to notify in the transaction of what they tell."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from kit.contracts import SendMessage
from kit.mailbox import post_all


def send(session: Session, letters: Sequence[SendMessage], now: datetime, subject: uuid.UUID) -> int:
    """Hand letters to notify, in this transaction; somebody who gave no address at the door gets none."""
    addressed = [("notify", letter) for letter in letters if letter.to]
    post_all(session, addressed, now, subject)
    return len(addressed)

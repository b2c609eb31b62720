"""Keep mail, and forget it in time."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from notify.channels.models import KeptMail


def keep(session: Session, to_address: str, raw: bytes, now: datetime) -> None:
    """Hold one mail for /dev/mail. `raw` is 7-bit, or UTF-8 where the address itself is not ASCII."""
    session.add(KeptMail(to_address=to_address.casefold(), raw=raw.decode(), kept_at=now))


def forget(session: Session, before: datetime) -> None:
    """Drop what was kept before a moment: even in development it is somebody's mail."""
    session.execute(sa.delete(KeptMail).where(col(KeptMail.kept_at) < before))

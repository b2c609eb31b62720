"""The way out of this service, and its only import of smtplib: a mail server, or in development mail stored to be read.

A gateway is opened once for a batch and sends one letter after the other over it. It is never used inside a
transaction: a mail server may take its time.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from kit.clock import Clock
from kit.db import Database
from notify.channels import actions as dev_mail
from notify.channels.rules import Answer, Outcome, Step, judge

# For each word of the conversation. Less than half a lease (delivery.rules), so that a slow server does not make two
# workers send the same message.
SMTP_SECONDS = 10.0


class Unreachable(Exception):
    """No conversation could be begun: no connection, no agreement on TLS, a wrong password."""


@dataclass(frozen=True)
class Letter:
    """What goes over the wire: the envelope's two addresses and the whole message. `international` needs SMTPUTF8."""

    sender: str
    recipient: str
    raw: bytes
    international: bool = False


class Connection(Protocol):
    def send(self, letter: Letter) -> Answer: ...


class Gateway(Protocol):
    def open(self) -> AbstractContextManager[Connection]:
        """A connection for one batch. Raises Unreachable."""
        ...


class SmtpGateway:
    """A mail server at `smtp://user:password@host:port?starttls=1` or `smtps://…` (certificates are verified)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._implicit_tls = parts.scheme == "smtps"
        self._starttls = parse_qs(parts.query).get("starttls", ["0"])[0] not in ("0", "")
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._implicit_tls else 587 if self._starttls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    @contextmanager
    def open(self) -> Iterator[Connection]:
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error
        try:
            yield SmtpConnection(smtp)
        finally:
            _leave(smtp)

    def _connect(self) -> smtplib.SMTP:
        if self._implicit_tls:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=SMTP_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=SMTP_SECONDS)
        try:
            if self._starttls:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if self._user:
                smtp.login(self._user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp


class SmtpConnection:
    """One conversation with a mail server."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def send(self, letter: Letter) -> Answer:
        if letter.international and not self._smtp.has_extn("smtputf8"):
            return Answer(Outcome.REFUSED, detail="smtputf8")
        options = ("SMTPUTF8", "BODY=8BITMIME") if letter.international else ()
        try:
            self._smtp.sendmail(letter.sender, [letter.recipient], letter.raw, options)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            return judge(Step.RECIPIENT, code, text)
        except smtplib.SMTPSenderRefused as error:
            return judge(Step.SENDER, error.smtp_code, _bytes(error.smtp_error))
        except smtplib.SMTPDataError as error:
            return judge(Step.CONTENT, error.smtp_code, _bytes(error.smtp_error))
        except (OSError, smtplib.SMTPException):
            # Cut off. The server may have accepted it; the same Message-ID goes out again (design.md §4.6).
            return Answer(Outcome.UNREACHABLE, detail="cut")
        return Answer(Outcome.ACCEPTED, 250)


class KeptGateway:
    """Development's mail server: a table, shown at /dev/mail."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    @contextmanager
    def open(self) -> Iterator[Connection]:
        yield self

    def send(self, letter: Letter) -> Answer:
        with self._db.write() as session:
            dev_mail.keep(session, letter.recipient, letter.raw, self._clock())
        return Answer(Outcome.ACCEPTED)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; a server that is already gone needs none."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()

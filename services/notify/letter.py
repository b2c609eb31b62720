"""A message as it goes over the wire: rendered in its language, with its tickets as pictures and its files attached.

The same message gives the same letter at each attempt, but for the boundaries between its parts.
"""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from kit.app import shown
from kit.clock import local_day
from kit.contracts import Association
from kit.contracts.addresses import Reach, Undeliverable, problem, written
from kit.contracts.cards import Card
from kit.contracts.letters import Ticket, letter_of
from kit.contracts.letters.base import one_line
from kit.contracts.messages import Attachment
from kit.contracts.papers import PaperFile
from kit.qr import qr
from kit.text import fold
from kit.web import Pages
from notify.channels.rules_headers import Broken, Field, check, mailbox, plain, text
from notify.gateway import Letter
from notify.messages.models import Message
from notify.messages.rules import message_id

# How the parts of a letter are written: CRLF, everything in ASCII (not every server takes 8-bit text).
WIRE = SMTP.clone(cte_type="7bit")
FILE_NAME = 60
# What cameras need around a QR code, in modules.
QUIET_ZONE = 4
# What the library writes into the header by itself; everything else there is ours.
OF_THE_BODY = ("MIME-Version", "Content-Type")


class Unaddressable(Exception):
    """No mail can be written to this address, or none whose header would say what it must and nothing else."""


@dataclass(frozen=True)
class Picture:
    """A ticket and where its QR stands in the message."""

    ticket: Ticket
    cid: str


@dataclass(frozen=True)
class Shown:
    """What a letter shows that its message does not hold: tickets as pictures, the code of somebody covered, and where
    the invoice that goes with it is paid by card."""

    pictures: Sequence[Picture] = ()
    card: Card | None = None
    pay_url: str = ""


class Writer:
    """Writes letters for one sender address. `pages` renders the templates of `messages`; `reach` is what can be
    written to: of an accent before the @, the mail server itself is asked."""

    def __init__(self, pages: Pages, sender: str, reach: Reach = Reach(accents=True)) -> None:
        self._reach = reach
        self._pages = pages
        self._sender = sender
        self._domain = sender.rpartition("@")[2]

    def write(
        self,
        message: Message,
        association: Association,
        card: Card | None = None,
        papers: Sequence[PaperFile] = (),
    ) -> Letter:
        """The letter, with the code that was asked for it, if it is of that kind, and its documents. Raises
        Unaddressable; any other exception is a bug in a template."""
        address, international = self._addressed(message.to_address)
        mail = EmailMessage(policy=WIRE)
        pay_url = next((paper.pay_url for paper in papers if paper.pay_url), "")
        self._body(mail, message, association, Shown(self._pictures(message), card, pay_url))
        for attached in message.attachments:
            _attach(mail, Attachment.model_validate(attached))
        for paper in papers:
            mail.add_attachment(paper.pdf, maintype="application", subtype="pdf", filename=paper.name)
        fields = self._head(message, association, address)
        raw = "".join(map(str, fields)).encode() + mail.as_bytes()
        try:
            check(raw, [*(field.name for field in fields), *OF_THE_BODY], address)
        except Broken as broken:
            raise Unaddressable() from broken
        return Letter(self._sender, address, raw, international)

    def as_text(self, message: Message, association: Association) -> str:
        """What it says, for whoever reads it before it is sent."""
        return self.render(message, association, Shown(self._pictures(message)), "txt")

    def _pictures(self, message: Message) -> list[Picture]:
        return [Picture(ticket, f"ticket-{n}@{self._domain}") for n, ticket in enumerate(_tickets(message), 1)]

    def _addressed(self, address: str) -> tuple[str, bool]:
        """The address as the envelope needs it, and whether that takes SMTPUTF8."""
        try:
            to = written(address, self._reach)
        except Undeliverable as undeliverable:
            raise Unaddressable() from undeliverable
        return to.address, to.international

    def render(self, message: Message, association: Association, with_: "Shown", form: str) -> str:
        """The message as "html" or "txt"."""
        values = letter_of(message.kind, message.values)
        context: dict[str, Any] = {
            "association": shown(association, message.lang),
            "kind": message.kind,
            "subject": message.subject,
            "name": greeted(values.first_name, message.to_name),
            "v": values,
            # Taxes are named at the rates of the day the letter is dated.
            "written_on": local_day(message.created_at, association.timezone),
            "pictures": with_.pictures,
            "card": with_.card,
            "pay_url": with_.pay_url,
            "files": message.attachments,
        }
        return self._pages.render(f"messages/{message.kind}.{form}", message.lang, **context)

    def _head(self, message: Message, association: Association, address: str) -> list[Field]:
        fields = [
            mailbox("From", one_line(association.name), self._sender),
            mailbox("To", one_line(message.to_name), address),
            text("Subject", one_line(message.subject)),
            plain("Date", format_datetime(message.created_at)),
            plain("Message-ID", message_id(message.kind, message.entity, message.version, self._domain)),
            plain("X-Message-Key", message.key),
            plain("Auto-Submitted", "auto-generated"),
            plain("Content-Language", f"{message.lang}-CA"),
        ]
        if association.email and not problem(association.email, Reach(tests=True)):
            answers_to = written(association.email, Reach(tests=True)).address
            fields.insert(2, mailbox("Reply-To", one_line(association.name), answers_to))
        return fields

    def _body(self, mail: EmailMessage, message: Message, association: Association, with_: "Shown") -> None:
        """Alternative(text, related(html, pictures)): who reads text never meets the pictures."""
        mail.set_content(self.render(message, association, with_, "txt"))
        mail.add_alternative(self.render(message, association, with_, "html"), subtype="html")
        if with_.pictures:
            page = list(mail.iter_parts())[1]
            assert isinstance(page, EmailMessage)  # noqa: S101 (What iter_parts declares is wider.)
            for n, picture in enumerate(with_.pictures, 1):
                png, name = qr_png(picture.ticket.code), f"ticket-{n}.png"
                page.add_related(png, "image", "png", cid=f"<{picture.cid}>", filename=name, disposition="inline")


def greeted(first_name: str, to_name: str) -> str:
    """The name to greet, or nobody: a first name that does not open the name written to is somebody else's (a
    registration's contact, on an invoice that goes to the company's accounting). Never a wrong name (domain.md J8)."""
    return first_name if first_name and f"{fold(to_name)} ".startswith(f"{fold(first_name)} ") else ""


def qr_png(code: str) -> bytes:
    """The QR of a ticket: level M, with the quiet zone a camera needs, crisp at 220 CSS pixels on a dense screen."""
    picture = io.BytesIO()
    qr(code).save(picture, kind="png", scale=12, border=QUIET_ZONE)
    return picture.getvalue()


def _tickets(message: Message) -> list[Ticket]:
    return [Ticket.model_validate(ticket) for ticket in message.tickets]


def _bare(name: str) -> str:
    """A name in ASCII, its accents left out."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _attach(mail: EmailMessage, file: Attachment) -> None:
    """A text file under its own type. A calendar also says its method, or programs will not offer to keep it."""
    main, _, subtype = file.content_type.partition(";")[0].strip().lower().partition("/")
    if main != "text" or not re.fullmatch(r"[a-z0-9.+-]+", subtype):
        subtype = "plain"
    method = re.search(r"^METHOD:([A-Z]{1,20})\s*$", file.text, re.MULTILINE) if subtype == "calendar" else None
    # A name in ASCII, short enough that the library folds the header beside it and never inside.
    name = re.sub(r'[/\\"]|=\?', "-", _bare(one_line(file.name)))[-FILE_NAME:]
    params = {"method": method.group(1)} if method else {}
    # Base64 keeps the line ends of a calendar (RFC 5545 asks for CRLF) whatever stands between us and the reader.
    mail.add_attachment(file.text, subtype=subtype, filename=name, params=params, cte="base64")

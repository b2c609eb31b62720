"""A real SMTP server on a free port of this machine, that keeps what it is given and refuses what it is told to."""

import asyncio
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass(frozen=True)
class Received:
    """One accepted delivery: the envelope and the message."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class MailServer:
    """`refuse_recipient` and `refuse_content` map an address to the answer it gets instead of "250 OK". With `hold`
    cleared, an accepted message is kept but its sender waits for the answer until `hold` is set again."""

    smtputf8: bool = True
    user: str = ""
    password: str = ""
    port: int = 0
    mails: list[Received] = field(default_factory=list)
    connections: int = 0
    refuse_recipient: dict[str, str] = field(default_factory=dict)
    refuse_content: dict[str, str] = field(default_factory=dict)
    refuse_sender: str = ""
    # Addresses at whose mail the line is cut, after it was read and before it is answered.
    cut: set[str] = field(default_factory=set)
    hold: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()
        self.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(listening, ready), daemon=True)
        self._thread.start()
        ready.wait(5)

    def stop(self) -> None:
        """Go away as a crashed server does: connections are cut, new ones refused."""
        self.hold.set()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def to(self, address: str) -> list[Received]:
        return [mail for mail in self.mails if address in mail.recipients]

    def _run(self, listening: socket.socket, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(self._protocol, sock=listening))
        self._loop.call_soon(ready.set)
        self._loop.run_forever()
        server.close()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="mail.example.org",
            enable_SMTPUTF8=self.smtputf8,
            loop=self._loop,
            authenticator=self._authenticate,
            auth_require_tls=False,
        )

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = (given.login, given.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=right, handled=True)

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.user and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if address in self.refuse_recipient:
            return self.refuse_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.cut.intersection(envelope.rcpt_tos):
            server.transport.abort()
            return "421 4.3.0 Nobody hears this any more"
        refusal = next((self.refuse_content[to] for to in envelope.rcpt_tos if to in self.refuse_content), "")
        if refusal:
            return refusal
        self.mails.append(Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        self.arrived.set()
        while not self.hold.is_set():
            await asyncio.sleep(0.01)
        return "250 OK"

"""A real SMTP server on loopback that keeps what it is given."""

import asyncio
import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.loopback import Loopback

ONLY_ADDRESS = re.compile(r"^https?://\S+$", re.MULTILINE)
CODE = re.compile(r"^Code: (\d{6})$", re.MULTILINE)
PATIENCE = 15.0
"""Seconds that a test waits for a mail."""


class Mail:
    """One mail as it came in."""

    def __init__(self, content: bytes, recipients: list[str]) -> None:
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.message = message
        self.to = recipients[0]
        self.subject = str(message["Subject"])
        self.id = str(message["Message-ID"])
        self.text: str = message.get_content().replace("\r\n", "\n")

    @property
    def links(self) -> list[str]:
        """The lines that are only an address; a letter has exactly one."""
        return ONLY_ADDRESS.findall(self.text)

    @property
    def link(self) -> str:
        """The main act."""
        (link,) = self.links
        return link

    @property
    def code(self) -> str:
        """The six digits; fails where the letter offers none."""
        found = CODE.search(self.text)
        assert found, f"no code in: {self.text}"
        return found[1]


class Mailbox(Loopback):
    """Takes mail on a port of its own, in a thread of its own, so that a test that blocks still gets its mail.

    `down()` closes the port and `up()` opens the same one again. `refuse` maps an address to the reply that its
    recipients get, like `"550 5.1.1 no such mailbox"`; `"*"` stands for all.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuse: dict[str, str] = {}
        self._connections: set[asyncio.BaseTransport] = set()
        super().__init__(asyncio.new_event_loop())

    @property
    def url(self) -> str:
        """What PRIVACY_CENTER_SMTP_URL says."""
        return f"smtp://127.0.0.1:{self.port}"

    async def wait(self, count: int = 1, *, to: str | None = None, patience: float = PATIENCE) -> list[Mail]:
        """The first `count` mails (to one address), as soon as they are there; fails when they do not come."""
        deadline = asyncio.get_running_loop().time() + patience
        while len(self.of(to)) < count:
            assert asyncio.get_running_loop().time() < deadline, f"{len(self.of(to))} of {count} mails came: {self}"
            await asyncio.sleep(0.02)
        return self.of(to)[:count]

    def of(self, address: str | None) -> list[Mail]:
        """What came for one address, or everything."""
        return [mail for mail in list(self.mails) if address in (None, mail.to)]

    def __repr__(self) -> str:
        return f"Mailbox({[(mail.to, mail.subject) for mail in self.mails]})"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if reply := self.refuse.get(address, self.refuse.get("*")):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        assert isinstance(envelope.content, bytes)
        self.mails.append(Mail(envelope.content, list(envelope.rcpt_tos)))
        return "250 OK"

    async def _open(self) -> None:
        self._server = await self._loop.create_server(
            lambda: Connection(self), "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            for transport in list(self._connections):
                transport.abort()  # type: ignore[attr-defined]
            await asyncio.sleep(0)
            self._server = None


class Connection(SMTP):
    """One SMTP conversation that the mailbox can cut."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox, hostname="localhost", enable_SMTPUTF8=True, ident="test", loop=mailbox._loop)
        self._mailbox = mailbox

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection."""
        self._mailbox._connections.add(transport)
        self._kept = transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._mailbox._connections.discard(self._kept)
        super().connection_lost(error)

"""The world's mail, on this machine: takes every letter by SMTP and keeps it as a file."""

import asyncio
import re
import threading
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo import ports

LINK = re.compile(r"https?://[^\s<>\"']+")
CODE = re.compile(r"^Code: (\d{6})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as a person sees it."""

    number: int
    to: str
    subject: str
    at: datetime | None
    text: str

    @property
    def code(self) -> str:
        """The six digits, or nothing."""
        found = CODE.search(self.text)
        return found[1] if found else ""

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text cut into words and addresses: (piece, whether it is an address)."""
        pieces, end = [], 0
        for found in LINK.finditer(self.text):
            address = found[0].rstrip(".,;:)")
            pieces += [(self.text[end : found.start()], False), (address, True)]
            end = found.start() + len(address)
        return [*pieces, (self.text[end:], False)]


class Mailbox:
    """A mail server for everybody's mail, in a thread of its own, on a loopback port of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._socket = ports.listen()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    @property
    def url(self) -> str:
        """What PRIVACY_CENTER_SMTP_URL says."""
        return f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"

    def mails(self) -> list[Mail]:
        """All of it, newest first."""
        return [_read(path) for path in sorted(self._folder.glob("*.eml"), reverse=True)]

    def mail(self, number: int) -> Mail | None:
        """One of it."""
        path = self._path(number)
        return _read(path) if path.exists() else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail. A second one with the same Message-ID replaces the first: it is the same letter."""
        assert isinstance(envelope.content, bytes)
        self._path(self._number_of(envelope.content)).write_bytes(envelope.content)
        return "250 OK"

    def _number_of(self, content: bytes) -> int:
        wanted = _message(content)["Message-ID"]
        paths = sorted(self._folder.glob("*.eml"))
        same = [path for path in paths if wanted and _message(path.read_bytes())["Message-ID"] == wanted]
        return int(same[0].stem) if same else int(paths[-1].stem) + 1 if paths else 1

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.eml"

    async def _open(self) -> None:
        await self._loop.create_server(self._conversation, sock=self._socket)

    def _conversation(self) -> SMTP:
        return SMTP(self, hostname="localhost", enable_SMTPUTF8=True, ident="demo mailbox", loop=self._loop)


def _message(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _read(path: Path) -> Mail:
    message = _message(path.read_bytes())
    body = message.get_body(("plain",))
    return Mail(
        number=int(path.stem),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])).astimezone() if message["Date"] else None,
        text=str(body.get_content()).replace("\r\n", "\n") if body else "",
    )

"""SMTP: one kept connection to the mail server, and a clear word on what became of each mail."""

import asyncio
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

TIMEOUT = 30.0
"""Seconds that the server has for each answer; RFC 5321 allows minutes, people wait for their mail."""

IDLE = 1.0
"""Seconds after which a kept connection is asked whether it is still there."""

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Trouble(Exception):
    """The mail was not taken now; later it may be. `why` names no address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """The server will not take this mail, now or later (RFC 5321 4.2.1: 5yz). `why` names no address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Server:
    """What PRIVACY_CENTER_SMTP_URL says."""

    host: str
    port: int
    scheme: str
    user: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> "Server":
        """Read the setting, which has been checked at the start."""
        parts = urlsplit(url)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname or "", parts.port or PORTS[parts.scheme], parts.scheme, user, password)


class Mailer:
    """Hands mails over, one after the other, on one connection that is opened anew when it was dropped."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._server = Server.parse(url)
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._client: aiosmtplib.SMTP | None = None
        self._used = 0.0

    async def send(self, message: EmailMessage) -> None:
        """Hand one mail over. Returns when the server has taken it; raises Trouble or Refused."""
        sender, to = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        async with self._turn:
            client = await self._connected()
            try:
                options = await _options(client, message)
                await client.sendmail(sender, [to], message.as_bytes(), mail_options=options)
            except (SMTPException, OSError, ValueError) as error:
                self._drop_unless_kept(error)
                raise _judged(error) from None
            self._used = _moment()

    async def close(self) -> None:
        """Say goodbye."""
        async with self._turn:
            client, self._client = self._client, None
            if client is not None and client.is_connected:
                try:
                    await client.quit(timeout=2)
                except (SMTPException, OSError):
                    client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """The kept connection if it still answers, else a new one: a server may have closed it while we were idle."""
        if self._client is not None and await self._answers(self._client):
            return self._client
        self._drop()
        client = self._new_client()
        try:
            await client.connect()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise Trouble(f"no connection to the mail server ({_name(error)})") from None
        self._client = client
        return client

    async def _answers(self, client: aiosmtplib.SMTP) -> bool:
        if client.is_connected and _moment() - self._used < IDLE:
            return True
        try:
            return (await client.noop(timeout=min(self._timeout, 5))).code == 250
        except (SMTPException, OSError):
            return False

    def _new_client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            timeout=self._timeout,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            tls_context=None if server.scheme == "smtp" else ssl.create_default_context(),
        )

    def _drop_unless_kept(self, error: BaseException) -> None:
        """After a plain reply the connection is good; after anything else its state is unknown."""
        if not isinstance(error, SMTPResponseException | SMTPRecipientsRefused):
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


async def _options(client: aiosmtplib.SMTP, message: EmailMessage) -> list[str]:
    if not message.policy.utf8:  # type: ignore[attr-defined]
        return []
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    if not client.supports_extension("smtputf8"):
        raise ValueError("the server does not know SMTPUTF8")
    return ["SMTPUTF8"]


def _judged(error: BaseException) -> Trouble | Refused:
    """5yz replies to this recipient or this mail are final; everything else passes."""
    if isinstance(error, ValueError):
        return Refused("the address cannot be used with this mail server")
    if isinstance(error, SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
        return _by_code(min(codes), "the recipient")
    if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPAuthenticationError):
        # That is about us, not about this person: the operator can mend it, so the letter waits.
        return Trouble(f"the mail server does not accept our sender ({error.code})")
    if isinstance(error, SMTPResponseException):
        return _by_code(error.code, "the mail")
    return Trouble(f"the mail server did not answer ({_name(error)})")


def _by_code(code: int, what: str) -> Trouble | Refused:
    if 500 <= code < 600:
        return Refused(f"the mail server refused {what} ({code})")
    return Trouble(f"the mail server put {what} off ({code})")


def _name(error: BaseException) -> str:
    return type(error).__name__


def _moment() -> float:
    return asyncio.get_running_loop().time()

"""A real HTTP or HTTPS server on loopback that stands for a recipient's system, and behaves as badly as one may."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.loopback import Loopback

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What the server does once it has read a call; the connection is closed after it."""

PATIENCE = 15.0
"""Seconds that a test waits for a call."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in; names of headers in lower case."""

    target: str
    headers: dict[str, str]
    body: bytes


class RecipientServer(Loopback):
    """Takes calls on a port of its own, in a thread of its own, so that a test that blocks still gets its calls.

    Each call is answered by the next of `then`, and by `behaves` once those are used up. `down()` closes the port and
    `up()` opens the same one again.
    """

    def __init__(self, behaves: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.behaves = behaves or answers(200)
        self.then: list[Behaviour] = []
        self.calls: list[Call] = []
        self.connections = 0
        self._tls = tls
        self._busy: set[asyncio.Task[None]] = set()
        super().__init__(asyncio.SelectorEventLoop())

    @property
    def url(self) -> str:
        """Where it takes calls."""
        return self.url_as("localhost")

    def url_as(self, host: str) -> str:
        """The same under another name."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}/hooks"

    async def wait(self, count: int = 1, *, patience: float = PATIENCE) -> list[Call]:
        """The first `count` calls, as soon as they are there; fails when they do not come."""
        deadline = asyncio.get_running_loop().time() + patience
        while len(self.calls) < count:
            assert asyncio.get_running_loop().time() < deadline, f"{len(self.calls)} of {count} calls came"
            await asyncio.sleep(0.02)
        return self.calls[:count]

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        self._server = None

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._talk(reader, writer))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                self.calls.append(await _read(reader))
                await (self.then.pop(0) if self.then else self.behaves)(writer)
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Call(head[0].split(" ")[1], headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@contextlib.contextmanager
def recipient(behaves: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[RecipientServer]:
    """A server for one test."""
    server = RecipientServer(behaves, tls=tls)
    try:
        yield server
    finally:
        server.stop()


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer properly; `retry_after="7"` becomes the header Retry-After."""
    lines = [f"HTTP/1.1 {status} So", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return says("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def redirects(to: str, status: int = 302) -> Behaviour:
    """Send the caller elsewhere, inward as a rule."""
    return answers(status, location=to)


def says(data: bytes) -> Behaviour:
    """Send these bytes, HTTP or not, and close; lies about lengths and early ends are said this way."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return behave


def hangs() -> Behaviour:
    """Say nothing until the caller goes."""
    return drips(b"")


def drips(data: bytes, *, every: float = 1.0) -> Behaviour:
    """Send a byte now and then, and never end."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(every)
        await asyncio.sleep(3600)

    return behave


def pours(head: bytes, block: bytes) -> Behaviour:
    """Send the head, then the same block over and over until the caller goes."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(block)
            await writer.drain()
            await asyncio.sleep(0)

    return behave


class Authority:
    """Makes certificates that only who is told to trusts."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority for tests")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = _builder(self._name, self._name, self._key.public_key(), days=30)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), False)
        self._certificate = builder.add_extension(usage, critical=True).sign(self._key, SHA256())

    def trusting(self) -> ssl.SSLContext:
        """For the caller: trusts this authority and no other."""
        return ssl.create_default_context(cadata=self._certificate.public_bytes(Encoding.PEM).decode())

    def serving(self, *names: str, days: int = 30) -> ssl.SSLContext:
        """For the server: a certificate for these names or IP addresses, expired where `days` is negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A recipient")])
        named = x509.SubjectAlternativeName([_general(name) for name in names])
        builder = _builder(subject, self._name, key.public_key(), days=days).add_extension(named, critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = builder.add_extension(issuer, critical=False).sign(self._key, SHA256())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "both.pem"
            private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
            context.load_cert_chain(path)
        return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))


class Names:
    """A name server that says one thing after the other, and remembers what it was asked."""

    def __init__(self, *said: Sequence[str]) -> None:
        self._said = list(said)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer; the last one again and again."""
        self.asked.append((host, port))
        return self._said.pop(0) if len(self._said) > 1 else self._said[0]

"""Targets: where a call may go. What somebody typed is read strictly, and only the public internet is allowed (S18)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from privacy_center.settings import LOOPBACK

PORTS = {"https": 443, "http": 80}
UNPRIVILEGED = 1024

PRINTABLE = re.compile(r"[^\x00-\x20\x7f\\]+")
HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
"""A last label like this makes resolvers read the whole name as an IPv4 address (WHATWG URL, "ends in a number")."""

UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
NEVER = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # the host below an Azure machine: a public number, an inward address
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890); Oracle's metadata is here
        "192.88.99.0/24",  # 6to4 relays, retired (RFC 7526)
        "2001::/23",  # IETF protocol assignments, among them Teredo (RFC 4380)
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)

Address = IPv4Address | IPv6Address


class Blocked(Exception):
    """The guard says no, now and later. `why` names no address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes, read from its address and checked as far as one can without asking a name server."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read(url: str, *, loopback: bool) -> Target:
    """Read an address as far as one can without asking a name server. Raises Blocked."""
    parts = _parts(url)
    if "@" in parts.netloc:
        raise Blocked("the address has a user name")
    host = _literal(parts.hostname or "") if "[" in parts.netloc else _host(parts.hostname or "")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback and host in LOOPBACK):
        raise Blocked("the address is not https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, _port(parts, loopback=loopback), path)


def _parts(url: str) -> SplitResult:
    """The parts. Python strips line breaks and tabs out of an address, so they are looked for before."""
    if not PRINTABLE.fullmatch(url):
        raise Blocked("the address has characters that do not belong there")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Blocked("the address cannot be read") from None
    if not (parts.path + parts.query).isascii():
        raise Blocked("the path has characters that must be percent-encoded")
    return parts


def _host(said: str) -> str:
    """The host in ASCII (RFC 5891), or an IP address in its one usual form: no 2130706433, no 0x7f.1, no zones."""
    try:
        host = said.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        raise Blocked("the host cannot be read") from None
    if NUMBER.match(host.rpartition(".")[2]):
        return _literal(host)
    if not HOST.fullmatch(host):
        raise Blocked("the host cannot be read")
    return host


def _literal(said: str) -> str:
    try:
        if "%" in said:
            raise ValueError
        return str(ip_address(said))
    except ValueError:
        raise Blocked("the host is no usual IP address") from None


def _port(parts: SplitResult, *, loopback: bool) -> int:
    """Low ports belong to mail, shells and the like, which an HTTP message can be made to speak to."""
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    if port >= UNPRIVILEGED or port == 443 or (port == 80 and loopback):
        return port
    raise Blocked("the port is none for https")


def check(target: Target, addresses: Sequence[str], *, loopback: bool) -> None:
    """Check all that a name server says of the host: one address that is not allowed spoils all. Raises Blocked."""
    for said in addresses:
        try:
            address = ip_address(said)
        except ValueError:
            raise Blocked("the host leads to no IP address") from None
        here = loopback and address.is_loopback
        if not here and (target.scheme == "http" or not _is_public(_meant(address))):
            raise Blocked("the host leads to an address that is not public")


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (RFC 4291 2.5.5.2, RFC 6052), else itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    """Whether this is an address of one machine on the public internet. Python's own word for it is too wide."""
    if isinstance(address, IPv6Address) and (address not in UNICAST or _is_isatap(address)):
        return False
    own = address.is_multicast or address.is_reserved or not address.is_global
    return not own and not any(address in network for network in NEVER)


def _is_isatap(address: IPv6Address) -> bool:
    """An interface identifier that carries an IPv4 address (RFC 5214 6.1)."""
    return (int(address) >> 32) & 0xFCFFFFFF == 0x00005EFE

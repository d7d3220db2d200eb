"""The environment: secrets, addresses and limits, read once and checked before anything starts."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "PRIVACY_CENTER_"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DEMO_MARK = "privacy-center-demo"
"""Keys that carry this mark are in the repository: everybody has them."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided outside the installation file. Secrets never show in its text."""

    installation: Path
    database_url: str = field(repr=False)
    base_url: str
    secret_keys: tuple[str, ...] = field(repr=False)
    data_keys: tuple[bytes, ...] = field(repr=False)
    index_keys: tuple[bytes, ...] = field(repr=False)
    signing_keys: tuple[bytes, ...] = field(repr=False)
    smtp_url: str = field(repr=False)
    mail_from: str
    files: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """True where the public address is https: cookies are then Secure and carry __Host-."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str]) -> Settings:
    """Read and check every setting. Raises SettingsError with one line."""
    get = _Reader(environ)
    demo = environ.get(PREFIX + "DEMO") == "1"
    data_keys = tuple(_key(k, "DATA_KEYS") for k in _list(get.required("DATA_KEYS")))
    secret_keys = tuple(_secret(k) for k in _list(get.required("SECRET_KEYS")))
    if not data_keys or not secret_keys:
        raise SettingsError(f"{PREFIX}DATA_KEYS and {PREFIX}SECRET_KEYS need at least one key each")
    base_url = _base_url(get.required("BASE_URL"))
    _refuse_demo_keys(secret_keys, data_keys, demo=demo and urlsplit(base_url).hostname in LOOPBACK)
    index, warnings = _index_keys(get.optional("INDEX_KEY"), data_keys)
    signing, more = _signing_keys(get.optional("SIGNING_KEYS"), data_keys)
    return Settings(
        installation=_file(get.required("INSTALLATION")),
        database_url=_database_url(get.required("DATABASE_URL")),
        base_url=base_url,
        secret_keys=secret_keys,
        data_keys=data_keys,
        index_keys=index,
        signing_keys=signing,
        smtp_url=_smtp_url(get.required("SMTP_URL")),
        mail_from=_mail_from(get.required("MAIL_FROM")),
        files=Path(folder) if (folder := get.optional("FILES")) else None,
        trusted_proxies=tuple(_network(p) for p in _list(get.optional("TRUSTED_PROXIES"))),
        warnings=warnings + more,
    )


class _Reader:
    """Looks a name up in the environment, or in the file that NAME_FILE names."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def optional(self, name: str) -> str:
        value = self.environ.get(PREFIX + name, "").strip()
        path = self.environ.get(PREFIX + name + "_FILE", "").strip()
        if value and path:
            raise SettingsError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set: keep one of them")
        return _read_secret(path, PREFIX + name + "_FILE") if path else value

    def required(self, name: str) -> str:
        if not (value := self.optional(name)):
            raise SettingsError(f"{PREFIX}{name} is not set: see the table of settings in README.md")
        return value


def _read_secret(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names a file that cannot be read: {path} ({type(error).__name__})") from None


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _secret(key: str) -> str:
    if len(key) < 32:
        raise SettingsError(f"{PREFIX}SECRET_KEYS: each key needs at least 32 characters, one has {len(key)}")
    if len(set(key)) < 8:
        raise SettingsError(
            f"{PREFIX}SECRET_KEYS: a key repeats a few characters; make one with `openssl rand -hex 32`"
        )
    return key


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError(f"{PREFIX}{name} is not base64; make a key with `openssl rand -base64 32`") from None
    if len(key) != 32 or len(set(key)) < 8:
        raise SettingsError(f"{PREFIX}{name}: a key is 32 random bytes; make one with `openssl rand -base64 32`")
    return key


def _index_keys(text: str, data_keys: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The keys of blind indexes and of fingerprints, newest first; without a setting one is derived from the oldest
    data key (RFC 5869)."""
    if text:
        return tuple(_key(part, "INDEX_KEY") for part in _list(text) or [text]), ()
    warning = f"{PREFIX}INDEX_KEY is not set: it is derived from the oldest data key; keep that key for good"
    return (_derived(data_keys[-1], b"privacy-center index key"),), (warning,)


def _signing_keys(text: str, data_keys: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """Ed25519 seeds, newest first; without a setting one is derived from the oldest data key (RFC 5869)."""
    if text:
        return tuple(_key(part, "SIGNING_KEYS") for part in _list(text) or [text]), ()
    warning = f"{PREFIX}SIGNING_KEYS is not set: it is derived from the oldest data key"
    return (_derived(data_keys[-1], b"privacy-center signing key"),), (warning,)


def _derived(key: bytes, name: bytes) -> bytes:
    extracted = hmac.digest(b"\0" * 32, key, hashlib.sha256)
    return hmac.digest(extracted, name + b"\x01", hashlib.sha256)


def _refuse_demo_keys(secrets: tuple[str, ...], data: tuple[bytes, ...], *, demo: bool) -> None:
    mark = DEMO_MARK.encode()
    if not demo and (any(DEMO_MARK in s for s in secrets) or any(k.startswith(mark) for k in data)):
        raise SettingsError("the demo's keys are public: make your own with `openssl rand -base64 32`")


def _base_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/") or url.query:
        raise SettingsError(f"{PREFIX}BASE_URL must look like https://privacy.example.com, without a path")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise SettingsError(
            f"{PREFIX}BASE_URL may be http only for localhost: people send their identity here, use https"
        )
    return f"{url.scheme}://{url.netloc}"


def _database_url(text: str) -> str:
    scheme = text.split("://", 1)[0]
    if scheme not in {"sqlite", "postgresql"} or "://" not in text:
        raise SettingsError(f"{PREFIX}DATABASE_URL must begin with sqlite:/// or postgresql://")
    return text


def _smtp_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in {"smtp", "smtps", "smtp+starttls"} or not url.hostname:
        raise SettingsError(f"{PREFIX}SMTP_URL must look like smtp+starttls://user:password@mail.example.com:587")
    return text


def _mail_from(text: str) -> str:
    if "@" not in text or any(c in text for c in "\r\n"):
        raise SettingsError(f"{PREFIX}MAIL_FROM must be a mail address, like Privacy <privacy@example.com>")
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(f"{PREFIX}TRUSTED_PROXIES: {text} is no IP address or network") from None
    return text


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise SettingsError(f"{PREFIX}INSTALLATION names no file: {text}")
    return path

"""SMTP: taken, refused or put off; and a connection that is kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import pytest

from privacy_center.mailroom.smtp import Mailer, Refused, Server, Trouble
from tests.mailbox import Mailbox


def mail(to: str = "ada@home.example", *, number: int = 1) -> EmailMessage:
    """One small mail."""
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    message["From"], message["To"], message["Subject"] = "Shop <privacy@shop.example>", to, "Hello"
    message["Message-ID"] = f"<{number}@shop.example>"
    message.set_content("Hello\n")
    return message


@pytest.fixture
async def mailer(mailbox: Mailbox) -> AsyncIterator[Mailer]:
    """A mailer for the test's mailbox."""
    mailer = Mailer(mailbox.url, timeout=2)
    yield mailer
    await mailer.close()


async def test_it_keeps_its_connection(mailer: Mailer, mailbox: Mailbox) -> None:
    for number in range(3):
        await mailer.send(mail(number=number))
    assert [sent.id for sent in mailbox.mails] == ["<0@shop.example>", "<1@shop.example>", "<2@shop.example>"]
    assert len(mailbox._connections) == 1


async def test_many_at_once_take_turns(mailer: Mailer, mailbox: Mailbox) -> None:
    await asyncio.gather(*(mailer.send(mail(number=number)) for number in range(20)))
    assert len(mailbox.mails) == 20


async def test_an_outage_passes(mailer: Mailer, mailbox: Mailbox) -> None:
    await mailer.send(mail())
    mailbox.down()
    with pytest.raises(Trouble):
        await mailer.send(mail())
    with pytest.raises(Trouble, match="no connection"):
        await mailer.send(mail())
    mailbox.up()
    await mailer.send(mail(number=2))
    assert [sent.id for sent in mailbox.mails] == ["<1@shop.example>", "<2@shop.example>"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("550 5.1.1 no such mailbox", Refused), ("450 4.2.1 try later", Trouble), ("421 4.3.0 closing", Trouble)],
)
async def test_a_refusal_is_final_and_a_delay_is_not(
    mailer: Mailer, mailbox: Mailbox, reply: str, expected: type[Exception]
) -> None:
    mailbox.refuse["ada@home.example"] = reply
    with pytest.raises(expected) as raised:
        await mailer.send(mail())
    assert reply[:3] in str(raised.value)
    assert "home.example" not in str(raised.value)
    await mailer.send(mail("otto@home.example"))


async def test_a_name_beyond_ascii_is_sent_where_the_server_can(mailer: Mailer, mailbox: Mailbox) -> None:
    await mailer.send(mail("jürgen@home.example"))
    assert mailbox.mails[0].to == "jürgen@home.example"


async def test_a_silent_server_is_trouble_not_patience() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        mailer = Mailer(f"smtp://127.0.0.1:{port}", timeout=0.2)
        with pytest.raises(Trouble):
            await mailer.send(mail())
        await mailer.close()


async def test_starttls_is_never_done_without(mailbox: Mailbox) -> None:
    mailer = Mailer(f"smtp+starttls://user:secret@127.0.0.1:{mailbox.port}", timeout=2)
    with pytest.raises(Trouble):
        await mailer.send(mail())
    await mailer.close()
    assert not mailbox.mails


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", Server("localhost", 25, "smtp", None, None)),
        ("smtps://mail.shop.example", Server("mail.shop.example", 465, "smtps", None, None)),
        ("smtp+starttls://u%40x:p%3Aw@m.example", Server("m.example", 587, "smtp+starttls", "u@x", "p:w")),
    ],
)
def test_it_reads_the_setting(url: str, expected: Server) -> None:
    assert Server.parse(url) == expected

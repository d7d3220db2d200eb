import smtplib
from email.message import EmailMessage
import pytest, sqlalchemy as sa
from privacy_center.records.database import Database, driver_url
from sqlalchemy import text

@pytest.mark.parametrize("n", range(4))
async def test_db(database_url, n):
    db = Database(database_url)
    async with db.transaction() as s:
        assert (await s.execute(text("select count(*) from pc_case"))).scalar() == 0
    await db.dispose()

async def test_mail(mailbox):
    m = EmailMessage(); m["To"]="a@b.example"; m["From"]="c@d.example"; m["Subject"]="hi"; m["Message-ID"]="<x@y>"; m.set_content("a\nhttps://x.example/1\nCode: 123456\n")
    with smtplib.SMTP("127.0.0.1", mailbox.port) as c: c.send_message(m)
    [mail] = await mailbox.wait(to="a@b.example")
    assert mail.link == "https://x.example/1" and mail.code == "123456"
    mailbox.down()
    with pytest.raises(OSError): smtplib.SMTP("127.0.0.1", mailbox.port)
    mailbox.up(); mailbox.refuse["*"] = "550 no"
    with smtplib.SMTP("127.0.0.1", mailbox.port) as c, pytest.raises(smtplib.SMTPRecipientsRefused): c.send_message(m)

async def test_page(page):
    await page.goto("data:text/html,<h1>hi</h1>")
    assert await page.inner_text("h1") == "hi"
async def test_page_two(browse):
    p = await browse(javascript=False)
    await p.goto("data:text/html,<h1>hi</h1>")

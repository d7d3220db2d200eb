"""The mailbox as a page of its own, for this machine only."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.mailbox import Mailbox

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "mail_pages"), autoescape=True, undefined=StrictUndefined
)
POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
HERE = frozenset({"localhost", "127.0.0.1"})


def serve(mailbox: Mailbox, port: int, *, center: str) -> None:
    """Show the mailbox on 127.0.0.1 until this process ends. `center` is the address of the center."""

    class Page(BaseHTTPRequestHandler):
        """One look into the mailbox."""

        def do_GET(self) -> None:
            status, kind, text = answer(mailbox, self.path, center=center) if self._is_here() else MISSING
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """AdReach's own system, which does at once whatever it is told."""
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            known = self._is_here() and self.path == "/adreach"
            body = DONE if known else b""
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: addresses with tokens stand in these lines."""

        def _is_here(self) -> bool:
            # A name that another site points at this machine (DNS rebinding) must not read the mail.
            return urlsplit(f"//{self.headers.get('Host', '')}").hostname in HERE

    server = ThreadingHTTPServer(("127.0.0.1", port), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()


DONE = b'{"status": "completed"}'
MISSING = (404, "text/plain", "There is no such page here.")


def answer(mailbox: Mailbox, path: str, *, center: str) -> tuple[int, str, str]:
    """Status, type and text of one page."""
    match urlsplit(path).path.strip("/").split("/"):
        case [""]:
            return 200, "text/html", _page("list.html", mails=mailbox.mails(), center=center)
        case ["style.css"]:
            return 200, "text/css", (Path(__file__).parent / "mail_pages" / "style.css").read_text(encoding="utf-8")
        case ["mail", number] if number.isdecimal() and (mail := mailbox.mail(int(number))):
            return 200, "text/html", _page("mail.html", mail=mail, center=center)
    return MISSING


def _page(name: str, **context: object) -> str:
    return TEMPLATES.get_template(name).render(context)

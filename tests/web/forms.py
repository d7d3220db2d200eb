"""The forms of a page, as a program without a browser reads them."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page: what each would send, and which fields a person sees or must fill."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, list[str]]] = []
        self.seen: list[list[str]] = []
        self.demanded: list[str] = []
        self.feed(page.split("<main")[1].split("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        given = dict(attrs)
        if tag == "form":
            self.found.append({"action": [given.get("action") or ""]})
            self.seen.append([])
        elif tag in {"input", "select", "textarea"}:
            name = given.get("name") or ""
            self.found[-1].setdefault(name, []).append(given.get("value") or "")
            if given.get("type") != "hidden":
                self.seen[-1].append(name)
            if "required" in given:
                self.demanded.append(name)

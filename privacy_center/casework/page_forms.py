"""Forms of the pages, as their templates write them: one that says no may ask for next to nothing (L1), one that asks
for something no more than its rights need (U7).

The templates are read, not run: what a page could ask in any of its states counts, and so does an overlay's own page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from privacy_center.casework import macros
from privacy_center.casework.lint import AGENT, MOST, OVER, TOO_MUCH, UNKNOWN
from privacy_center.casework.macros import UNSURE, Macros
from privacy_center.places import Folder, files, stamp

DESK = "desk/"
"""Pages of the staff: what they write down is not what a person is asked."""

THE_PAGE = "public/choices.html"

AGENTS = "/agents"
"""Where a form leads by which somebody's agent says no. It may ask for the person, the signed permission and where to
answer the agent, and for nothing by which anybody would have to show who they are."""

ASKED = frozenset({"kind", "value", "purpose", "permission", "words", "signer", "signed_on", "email", "agent"})
DEMANDED = frozenset({"value", "email"})
"""Of these, what a browser may insist on: the permission is a file or words, so neither alone is demanded."""

ERRANDS = "/agents/requests"
"""Where a form leads by which an agent asks for something: what a request asks for, and what an agent is asked for."""

REQUESTS = "/requests/new"
"""Where a form leads by which somebody asks for something. What each right needs beside these is named by the running
page alone: the library judges it."""

BUDGET = frozenset({"right", "place", "email", "name", "note", UNSURE})
NEEDED = frozenset({"right", "place", "email"})
"""Of these, what a browser may insist on."""

ERRAND = BUDGET | {"permission", "words", "signer", "signed_on", "agent_email", "agent"}
ERRAND_NEEDED = NEEDED | {"agent_email"}

CHOICE = re.compile(r"""\bname\s*=\s*["']?choice\b""", re.IGNORECASE)
"""The field by which a form says no or yes."""

UNSEEN = {"hidden", "submit", "button", "image", "reset"}
"""Kinds of input that ask nothing."""


@dataclass(slots=True)
class AForm:
    """One form of a template. `fields` are those that a person sees, each name once."""

    line: int
    to: str = ""
    says_no: bool = False
    fields: dict[str, int] = field(default_factory=dict)
    required: dict[str, int] = field(default_factory=dict)


def faults(folder: Folder) -> list[str]:
    """Every page under this folder on which an opt-out asks for too much; one line for each, with file and line.

    Read once in a process, until one of the files changes.
    """
    return list(_found(folder, stamp(folder)))


@lru_cache(maxsize=8)
def _found(folder: Folder, _stamp: object) -> list[str]:
    found, parts = [], macros.shared(folder)
    for name, path in files(folder, "**/*.html").items():
        if not name.startswith(DESK):
            read = forms(path.read_text(encoding="utf-8"), parts)
            found += [f"templates/{name}:{line}: {words}" for form in read for line, words in _faults(form)]
    return found + _missing(folder, parts)


def _missing(folder: Folder, parts: Macros) -> list[str]:
    """Whether the page of the choices has no form that says no, or none that can be seen to."""
    page = folder / THE_PAGE
    if page.is_file() and any(
        form.says_no and form.to != AGENTS for form in forms(page.read_text(encoding="utf-8"), parts)
    ):
        return []
    return [f"templates/{THE_PAGE}:1: no form on it says no with choice=out: nobody could opt out here ({UNKNOWN})"]


def _faults(form: AForm) -> Iterator[tuple[int, str]]:
    if form.to == AGENTS:
        yield from _agent_faults(form)
    elif form.to == REQUESTS:
        yield from _request_faults(form, BUDGET, NEEDED)
    elif form.to == ERRANDS:
        yield from _request_faults(form, ERRAND, ERRAND_NEEDED)
    elif form.says_no:
        for name, line in form.required.items():
            yield line, f"an opt-out demands the field {name!r}: it may demand none ({TOO_MUCH})"
        if len(form.fields) > MOST:
            asked = ", ".join(form.fields)
            yield form.line, f"an opt-out asks for {len(form.fields)} fields ({asked}): one at most ({TOO_MUCH})"


def _agent_faults(form: AForm) -> Iterator[tuple[int, str]]:
    for name, line in form.fields.items():
        if name not in ASKED:
            yield line, f"an agent is asked for {name!r}: their signed permission is all that may be asked ({AGENT})"
    for name, line in form.required.items():
        if name in ASKED - DEMANDED:
            yield line, f"an agent must fill {name!r}: of the permission a file or its words is enough ({AGENT})"


def _request_faults(form: AForm, budget: frozenset[str], needed: frozenset[str]) -> Iterator[tuple[int, str]]:
    for name, line in form.fields.items():
        if name not in budget:
            yield line, f"a request is asked for {name!r}, which no right needs ({OVER})"
    for name, line in form.required.items():
        if name not in needed:
            yield line, f"a request must fill {name!r}: it may be made without ({OVER})"


def forms(text: str, parts: Macros) -> Sequence[AForm]:
    """The forms that a template writes; none where nothing on it is a choice or a request."""
    reader, written = _Reader(), macros.written_out(text, parts)
    if not CHOICE.search(written) and not any(door in written for door in (AGENTS, REQUESTS)):
        return ()
    reader.feed(written)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    """Collects forms. A field outside its form names it by `form=`; what names a form that is not there asks nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[AForm] = []
        self._here: AForm | None = None
        self._named: dict[str, AForm] = {}
        self._strays: list[tuple[str, str, dict[str, str | None], int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said, line = dict(attrs), self.getpos()[0]
        if tag == "form":
            self._here = AForm(line, (said.get("action") or "").strip())
            self.forms.append(self._here)
            self._named[said.get("id") or ""] = self._here
        elif tag in {"input", "select", "textarea", "button"}:
            if owner := said.get("form"):
                self._strays.append((owner, tag, said, line))
            elif self._here is not None:
                _take(self._here, tag, said, line)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None

    def close(self) -> None:
        super().close()
        for owner, tag, said, line in self._strays:
            if owner in self._named:
                _take(self._named[owner], tag, said, line)


def _take(form: AForm, tag: str, said: dict[str, str | None], line: int) -> None:
    """Note what one field means for its form."""
    name, kind = said.get("name") or UNSURE, (said.get("type") or "text").casefold()
    if name == "choice":
        form.says_no = form.says_no or (said.get("value") or "") != "in"
    if tag == "button" or (tag == "input" and kind in UNSEEN):
        return
    form.fields.setdefault(name, line)
    if "required" in said or said.get("aria-required") == "true":
        form.required.setdefault(name, line)

"""Reads what a visitor has refused, from the cookie that the privacy center sets for your parent domain.

Standard library only. Ask it on every page, before anything is sold, shared or measured.
"""

import re

COOKIES = ("__Secure-choice", "choice")
ENTRY = re.compile(r"([a-z][a-z0-9_]{0,31}):(out|in):[0-9]{1,11}(:g)?")
SIGNALLED = {"sale", "sharing"}
"""Your purposes to which Global Privacy Control is a no."""


def refused(cookie_header: str, sec_gpc: str = "") -> set[str]:
    """The purposes that this visitor said no to. Both arguments are headers of their request."""
    sent = dict(part.strip().split("=", 1) for part in cookie_header.split(";") if "=" in part)
    said = choices(next((sent[name] for name in COOKIES if name in sent), ""))
    no = {purpose for purpose, (choice, _) in said.items() if choice == "out"}
    if sec_gpc.strip() == "1":
        no |= {purpose for purpose in SIGNALLED if not said.get(purpose, ("out", False))[1]}
    return no


def choices(text: str) -> dict[str, tuple[str, bool]]:
    """By purpose: `out` or `in`, and whether that yes was given under the signal and outranks it."""
    version, *entries = text.split(".")
    found = [ENTRY.fullmatch(entry) for entry in entries]
    if version != "v1" or not all(found):
        return {}
    return {entry[1]: (entry[2], bool(entry[3])) for entry in found if entry}

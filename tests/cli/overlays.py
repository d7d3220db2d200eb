"""An overlay as an installation would write it: a letter and a page changed, a law and a workflow of its own."""

from collections.abc import Mapping
from pathlib import Path

from privacy_center import places
from tests.conftest import NORTHWIND

LETTER = "letters/en/acknowledgement.txt"
PAGE = "public/contact.html"

NOTHING: Mapping[str, str] = {}

WORKFLOW = """
base      = "confirmed"
discloses = false
title     = "Ask what became of a recall"
rights    = ["recall"]

[titles.recall]
title = "Ask about a recall"
card  = "Tell us which product you have, and we tell you whether it was recalled."
"""

RULE = """
[rights.recall]
answer   = { count = 1, unit = "calendar_months" }
contents = ["outcome", "reasons"]
"""

CITED = """
citation = "Ohio Product Recall Act (invented)"
"""


def written(folder: Path, changed: Mapping[str, str] = NOTHING) -> Path:
    """An installation's file beside its overlay; `changed` are more files of it, or others, by their names."""
    own = folder / "ours"
    put(own, f"templates/{LETTER}", house(LETTER).replace("Hello,", "Good day,", 1))
    put(own, f"templates/{PAGE}", house(PAGE).replace("How to reach people", "Come to our counter", 1))
    put(own, "workflows/recall.toml", WORKFLOW)
    put(own, "workflows/regimes/voluntary.toml", law("voluntary") + RULE)
    put(own, "workflows/regimes/us-oh-own.toml", law("us-ca-ccpa").replace('"US-CA"', '"US-OH"') + RULE + CITED)
    for name, text in changed.items():
        put(own, name, text)
    text = NORTHWIND.read_text(encoding="utf-8").replace('"us-ca-ccpa"]', '"us-ca-ccpa", "us-oh-own"]', 1)
    path = folder / "house.toml"
    path.write_text('overlay = "ours"\n' + text, encoding="utf-8")
    return path


def house(name: str) -> str:
    """A template of the house."""
    return (places.TEMPLATES / name).read_text(encoding="utf-8")


def law(name: str) -> str:
    """A regime of the house."""
    return (places.WORKFLOWS / "regimes" / f"{name}.toml").read_text(encoding="utf-8")


def put(folder: Path, name: str, text: str) -> None:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

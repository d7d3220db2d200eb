"""What an actor gives with a step: words, a ground, files. Read and cleaned at the door, judged by the guards."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""What no words need: control characters, what turns other words around so that a reader sees something else than is
there, and halves of characters, which no database takes."""


def clean(typed: str) -> str:
    """Words as they may be kept and shown: every free text passes here, at the door, before anything looks at it."""
    return UNWANTED.sub("", LINE_ENDS.sub("\n", typed))


def day(typed: str) -> date | None:
    """A day as a form sends it, or None where it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came in."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a step may ask for; a step uses what its `asks` names."""

    text: str = field(default="", repr=False)
    ground: str = ""
    citation: str = ""
    contents: Mapping[str, str] = field(default_factory=dict, repr=False)
    corrected: str = field(default="", repr=False)
    files: tuple[Upload, ...] = ()
    until: date | None = None
    found_in: str = field(default="", repr=False)
    data_points: int = 0
    declaration: bool = False

    def only(self, asked: Iterable[str]) -> "Facts":
        """The facts that a step asks for: what else was sent with it says nothing."""
        return Facts(**{name: getattr(self, name) for name in asked})

"""What an actor gives with a step: words, a ground, files. Read at the door, judged by the guards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


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
    files: tuple[Upload, ...] = ()
    until: date | None = None
    found_in: str = field(default="", repr=False)
    data_points: int = 0
    declaration: bool = False

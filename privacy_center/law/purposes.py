"""Purposes: the kinds of use that a person can say no to, and what each law says of the yes and the no."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from privacy_center.law.tables import Table, edition, read
from privacy_center.places import Folder


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of use. `consent` holds the laws under which it may not begin before a yes, each with its citation."""

    name: str
    title: str
    out: str
    words: str
    rights: tuple[str, ...]
    also: Mapping[str, str]
    signal: str
    consent: Mapping[str, str]
    young: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the whole text in hex: by it a receipt names what the kind said when somebody chose."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def load(path: Folder) -> dict[str, Kind]:
    """Every kind by its name. Raises Contradictions."""
    texts = read(path)
    table = Table({"kinds": texts}, f"purposes/{path.name}")
    return {name: _kind(name, part, edition(texts[name])) for name, part in table.parts("kinds")}


def _kind(name: str, table: Table, text: str) -> Kind:
    kind = Kind(
        name=name,
        title=table.phrase("title"),
        out=table.phrase("out"),
        words=table.phrase("words"),
        rights=table.texts("rights"),
        also=table.words("also"),
        signal=table.text("signal", ""),
        consent=table.words("consent"),
        young=table.text("young", ""),
        text=text,
    )
    table.done()
    return kind


def faults(kinds: Mapping[str, Kind], *, protective: Collection[str], regimes: Collection[str]) -> list[str]:
    """What a kind names and the library does not have; a right that is no opt-out would ask for proof (D3)."""
    wrong = []
    for kind in kinds.values():
        where = f"purposes/kinds.toml: [{kind.name}]"
        wrong += [f"{where} right {right} is no opt-out" for right in kind.rights if right not in protective]
        named = {**kind.also, **kind.consent}
        wrong += [f"{where} names {regime}, which regimes does not have" for regime in named if regime not in regimes]
    return wrong

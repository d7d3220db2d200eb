"""Offers: what this house does with people's data that they can say no to, with the laws that give the no."""

from collections.abc import Mapping
from dataclasses import dataclass

from privacy_center.installation import Installation, Purpose
from privacy_center.law.library import Library
from privacy_center.law.purposes import Kind


@dataclass(frozen=True, slots=True)
class Offered:
    """One purpose as this house offers it. `laws` are those of its laws that give the no, each with its citation."""

    id: str
    title: str
    words: str
    kind: Kind
    laws: Mapping[str, str]

    @property
    def basis(self) -> str:
        """The provisions that give the no, or that none does and we give it all the same (D20)."""
        return "; ".join(self.laws.values()) or "no law that this house answers under; given all the same"


def offered(installation: Installation, library: Library) -> dict[str, Offered]:
    """Every purpose of an installation in its order; one that declares none offers every kind (L14).

    Raises KeyError where a purpose is of a kind that the library does not have; `check` says which.
    """
    declared = installation.purposes or tuple(Purpose(name, name) for name in library.kinds)
    return {purpose.id: _offered(purpose, installation, library) for purpose in declared}


def _offered(purpose: Purpose, installation: Installation, library: Library) -> Offered:
    kind = library.kinds[purpose.kind]
    return Offered(
        id=purpose.id,
        title=purpose.title or kind.title,
        words=purpose.words or kind.words,
        kind=kind,
        laws={name: words for name in installation.regimes if (words := _citation(library, kind, name))},
    )


def _citation(library: Library, kind: Kind, regime: str) -> str:
    """Under which provision a law gives the no to a kind of use; empty where it does not."""
    if regime in kind.also:
        return kind.also[regime]
    rules = library.regimes[regime].rules
    return next((rules[right].citation for right in kind.rights if right in rules), "")

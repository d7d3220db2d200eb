"""Combining: several laws that protect one person at once; for each duty the most protective answer counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from privacy_center.law.clock import Clock, Due, Reason
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule, Verification
from privacy_center.phrases import Phrase, together

Part = TypeVar("Part")

TOGETHER = Phrase("Several laws protect you here; for each step the earlier date counts.")
SHORTEST = Phrase("We do not know where you live; the shortest period of the laws we answer under counts.")


def regime(laws: Sequence[Regime], right: str, floors: Sequence[Regime] = ()) -> Regime:
    """The laws as one, for what is asked, granted and said about one right. The first law gives it its id.

    `floors` protect nobody here, but nothing is disclosed with less assurance than they ask either: a person who may
    live elsewhere, or who has just said so, does not lower it (rule 1).
    """
    first = laws[0]
    if len(laws) + len(floors) == 1:
        return first
    return replace(
        first,
        name=_and(law.name for law in laws),
        short=" + ".join(law.short for law in laws),
        edition=_and(f"{law.short} {law.edition}" for law in laws),
        regulator_name=_or(_authority(law) for law in laws),
        regulator_url="",
        court=together(" ", [law.court for law in laws if law.court]),
        rules={**first.rules, right: rule([law.rules[right] for law in laws], [law.rules[right] for law in floors])},
    )


def rule(rules: Sequence[Rule], floors: Sequence[Rule] = ()) -> Rule:
    """One right under several laws: refused only on a ground that all know, answered with all that any demands,
    extended only where all allow it, verified as surely as the strictest asks."""
    first = rules[0]
    return replace(
        first,
        citation=_and(found.citation for found in rules),
        extension=first.extension if all(found.extension for found in rules) else None,
        verification=_strictest([found.verification for found in [*rules, *floors]]),
        grounds=_grounds(rules),
        contents=tuple(dict.fromkeys(code for found in rules for code in found.contents)),
        appeal=next((found.appeal for found in rules if found.appeal), None),
        unverified_next=together(" ", [found.unverified_next for found in rules if found.unverified_next]),
    )


def _grounds(rules: Sequence[Rule]) -> dict[str, str]:
    common = [name for name in rules[0].grounds if all(name in found.grounds for found in rules)]
    return {name: _and(found.grounds[name] for found in rules) for name in common}


def _strictest(levels: Sequence[Verification]) -> Verification:
    """Nothing is disclosed with less assurance than any of the laws asks (rule 1)."""
    highest = max(levels, key=lambda level: (level.declaration, level.data_points))
    return replace(
        highest,
        data_points=max(level.data_points for level in levels),
        never=tuple(dict.fromkeys(word for level in levels for word in level.never)),
    )


def clock(clocks: Sequence[Clock], why: str = TOGETHER, *, governing: int | None = None) -> Clock:
    """The clocks of one request as one: each date the earliest of all, each reckoning told.

    The first `governing` of them are of laws that protect the person; the others only keep their dates.
    """
    first = clocks[0]
    if len(clocks) == 1:
        return first
    count = len(clocks) if governing is None else governing
    all_of = [*clocks[:count], *(_promised(found) for found in clocks[count:])]
    extended = _extended(all_of)
    in_force = extended if all(found.is_extended for found in clocks) else None
    return replace(
        first,
        acknowledge=_earliest([found.acknowledge for found in all_of if found.acknowledge is not None]),
        answer=_earliest([found.answer for found in all_of]) or first.answer,
        current=in_force or _earliest([found.current for found in all_of]) or first.current,
        extended=extended,
        extension_invalid=any(found.extension_invalid for found in all_of),
        extend_until=_least(all_of, lambda found: found.extend_until),
        reasons=tuple(_reasons(all_of, why)),
        warnings=tuple(dict.fromkeys(line for found in all_of for line in found.warnings)),
    )


def _promised(found: Clock) -> Clock:
    """The clock of a law that does not protect this person: its dates are kept, and nothing of it is cited."""

    def kept(due: Due | None) -> Due | None:
        return replace(due, citation="", promised=True) if due is not None else None

    return replace(
        found,
        acknowledge=kept(found.acknowledge),
        answer=kept(found.answer) or found.answer,
        current=kept(found.current) or found.current,
        extended=kept(found.extended),
        reasons=tuple(replace(reason, citation="") for reason in found.reasons),
    )


def _extended(clocks: Sequence[Clock]) -> Due | None:
    """What an extension gives, where every law allows one: the earliest, with the citation of each that protects."""
    dues = [found.extended for found in clocks if found.extended is not None]
    if len(dues) < len(clocks):
        return None
    nearest = _earliest(dues)
    return replace(nearest, citation=_and(due.citation for due in dues)) if nearest is not None else None


def _reasons(clocks: Sequence[Clock], why: str) -> Iterable[Reason]:
    """Every law's reckoning without its aim, then the aim of all."""
    if not clocks[0].reasons:
        return
    for found in clocks:
        yield from found.reasons[:-1]
    target = min(found.current.target for found in clocks)
    yield Reason(target, why, "")
    yield replace(clocks[0].reasons[-1], date=target)


def _earliest(dues: Sequence[Due]) -> Due | None:
    """The earliest legal day and the earliest aim; the citation is that of the law whose day it is."""
    if not dues:
        return None
    nearest = min(dues, key=lambda due: due.legal)
    return replace(nearest, target=min(due.target for due in dues))


def _least(clocks: Sequence[Clock], of: Callable[[Clock], date | None]) -> date | None:
    """The earliest of a date that all must have."""
    days = [day for found in clocks if (day := of(found)) is not None]
    return min(days) if len(days) == len(clocks) else None


def _and(words: Iterable[str]) -> str:
    return together("; ", dict.fromkeys(word for word in words if word))


def _authority(law: Regime) -> str:
    """An authority with its address, where others stand beside it."""
    return (
        Phrase("{name} ({address})", name=law.regulator_name, address=law.regulator_url)
        if law.regulator_url
        else law.regulator_name
    )


def _or(words: Iterable[str]) -> str:
    first, *others = dict.fromkeys(word for word in words if word) or [""]
    for other in others:
        first = Phrase("{first}, or to {other}", first=first, other=other)
    return first

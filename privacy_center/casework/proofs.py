"""Proofs: which ways of saying no were last proved to work, and when. What fails or is old is said as well (L5, L7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from privacy_center.casework import preferences, probing, verdicts
from privacy_center.casework.work import Work
from privacy_center.records.probe import Finding, Outcome, Path, Probe, What

OLD = 2
"""Periods after which a proof is old: one round has then been missed."""

HISTORY = 50
"""Probes that the desk shows."""


class State(StrEnum):
    """How a path stands. Read, never stored (rule 5)."""

    proved = "proved"
    failing = "failing"
    old = "old"
    untested = "untested"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of one probe, and when."""

    at: datetime
    words: str
    told: int
    confirmed: int
    cookies: int
    third_parties: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One path: when it was last proved, when it last failed and why, and what of that counts now."""

    path: Path
    subject: str
    state: State
    proved: Verdict | None = None
    failed: Verdict | None = None

    @property
    def title(self) -> str:
        """What it is called to staff."""
        return verdicts.title(self.path, self.subject)


Ends = dict[tuple[str, str, str], Verdict]


async def standing(work: Work) -> list[Proof]:
    """Every path of this house as it stands now; empty where probes are off. Two statements, as a rule."""
    if not probing.is_on(work.house):
        return []
    ends = await _ends(work) | {}
    for probe in await probing.open_ones(work):
        late = await overdue(work, probe)
        if late is not None:
            known = ends.setdefault((probe.path, probe.subject, late[0]), late[1])
            ends[probe.path, probe.subject, late[0]] = max(known, late[1], key=lambda verdict: verdict.at)
    return [_proof(work, path, subject, ends) for path, subject in paths(work)]


def paths(work: Work) -> list[tuple[Path, str]]:
    """What a round tests here, in the order in which people meet it."""
    signal = [(Path.signal, "")] if preferences.covered(work.house) else []
    sites = [(Path.site, site.host) for site in work.house.installation.sites if site.pages]
    return [(Path.button, ""), *signal, (Path.lookup, ""), *sites]


async def overdue(work: Work, probe: Probe) -> tuple[Outcome, Verdict] | None:
    """What a worker should have written of this probe: it counts when its time is up, not when a worker comes."""
    wait = probing.patience(work.house) if probe.path == Path.button else probing.UNFINISHED
    if work.now - probe.committed_at <= wait or not (found := await verdicts.of(work, probe)):
        return None
    end = found[-1]
    return end.outcome, Verdict(probe.committed_at + wait, end.words, end.told or 0, end.confirmed or 0, 0, 0)


async def _ends(work: Work) -> Ends:
    """The newest verdict of each kind on each path."""
    latest: list[Any] = [col(Finding.at).desc(), col(Finding.id).desc()]
    nth = func.row_number().over(
        partition_by=[col(Finding.path), col(Finding.subject), col(Finding.outcome)], order_by=latest
    )
    columns = [col(getattr(Finding, name)) for name in ("path", "subject", "outcome", *COLUMNS)]
    within = (col(Finding.at) > work.now - probing.LOOK_BACK, col(Finding.at) <= work.now)
    ranked = select_columns(*columns, nth.label("nth")).where(col(Finding.what) == What.ended, *within).subquery()
    rows = await (await work.session.connection()).execute(select_columns(ranked).where(ranked.c.nth == 1))
    return {(row.path, row.subject, row.outcome): _verdict(row) for row in rows}


COLUMNS = ("at", "words", "told", "confirmed", "cookies", "third_parties")
"""The columns of a Verdict."""


def _verdict(row: Row[tuple[object, ...]]) -> Verdict:
    counts = [getattr(row, name) or 0 for name in COLUMNS[2:]]
    return Verdict(row.at, row.words, *counts)


def _proof(work: Work, path: Path, subject: str, ends: Ends) -> Proof:
    proved, failed = (ends.get((path, subject, outcome)) for outcome in (Outcome.proved, Outcome.failing))
    if failed is not None and (proved is None or failed.at >= proved.at):
        state = State.failing
    elif proved is None:
        state = State.untested
    else:
        state = State.old if work.now - proved.at > OLD * probing.period(work.house) else State.proved
    return Proof(path, subject, state, proved, failed)


async def failing(work: Work) -> int:
    """How many paths fail or are old, for the first page of the desk."""
    return sum(proof.state in {State.failing, State.old} for proof in await standing(work))


async def history(work: Work) -> list[tuple[Probe, Finding | None]]:
    """The newest probes, each with its verdict where it has one."""
    query = select(Probe).order_by(col(Probe.committed_at).desc(), col(Probe.id).desc()).limit(HISTORY)
    probes = list(await work.session.exec(query))
    ids = [probe.id for probe in probes]
    ended = select(Finding).where(col(Finding.probe_id).in_(ids), col(Finding.what) == What.ended)
    by_probe = {finding.probe_id: finding for finding in await work.session.exec(ended)}
    return [(probe, by_probe.get(probe.id)) for probe in probes]


async def details(work: Work, what: What) -> Sequence[Finding]:
    """The newest finding about each recipient, or about each page of a site."""
    within = (col(Finding.at) > work.now - probing.LOOK_BACK, col(Finding.at) <= work.now)
    query = select(Finding).where(col(Finding.what) == what, *within).order_by(col(Finding.at).desc()).limit(500)
    found: dict[str, Finding] = {}
    for each in await work.session.exec(query):
        found.setdefault(each.subject, each)
    return list(found.values())

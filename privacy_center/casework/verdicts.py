"""Verdicts: whether a probe that is under way has proved its path, has failed, or still waits for somebody's answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from privacy_center.casework import letters, probing, staffing, telling, trail
from privacy_center.casework.probing import Committed, Found
from privacy_center.casework.work import House, Work
from privacy_center.law.terms import Role
from privacy_center.recipients import Recipient, Way
from privacy_center.records.probe import Finding, Outcome, Path, Probe, What
from privacy_center.records.telling import Answer, Telling

ALARM = "staff_probe"
"""The letter that tells staff that a path has begun to fail, or works again."""

FAILED, RECOVERED = "probe_failed", "probe_recovered"
"""What the house's trail calls it when a path turns."""

DONE = frozenset({Answer.confirmed, Answer.no_data})

PATHS = {
    Path.button: "A no pressed on the page",
    Path.signal: "Global Privacy Control",
    Path.lookup: "The look-up of a choice",
    Path.site: "The site",
}
"""What each path is called to staff."""


async def of(work: Work, probe: Probe) -> list[Found]:
    """What can be said of a probe now; empty while it waits. Whether time is up is read from the dates (rule 5)."""
    filed = await _filed(work, probe)
    if filed is None:
        late = work.now - probe.committed_at > probing.UNFINISHED
        return [Found(Outcome.failing, probing.CUT_SHORT)] if late else []
    by = filed.at + probing.patience(work.house)
    lines = [await _line(work, each, by) for each in await telling.of_press(work, filed.subject)]
    failing = [line for line in lines if line.outcome is Outcome.failing]
    if not failing and any(line.outcome is Outcome.waiting for line in lines):
        return []
    told = sum(bool(line.told) for line in lines)
    end = Found(
        Outcome.failing if failing else Outcome.proved,
        " ".join(line.words for line in failing),
        told=told,
        confirmed=sum(bool(line.confirmed) for line in lines),
    )
    return [*lines, end]


async def _filed(work: Work, probe: Probe) -> Finding | None:
    query = select(Finding).where(col(Finding.probe_id) == probe.id, col(Finding.what) == What.filed)
    return (await work.session.exec(query)).first()


async def _line(work: Work, line: Telling, by: datetime) -> Found:
    """One recipient and this probe. One that is told by mail answers by hand, in the law's time and not in ours."""
    each = telling.recipient(work.house, line.recipient)
    by_mail = each is not None and each.way is Way.mail
    name, told = _name(work.house, line, each), line.told_at is not None
    outcome, words = _judged(line, name, by, work.now, by_mail=by_mail)
    if by_mail and outcome is Outcome.proved and await _is_behind(work, line.recipient):
        outcome, words = Outcome.failing, f"{name} has let the day of an earlier test pass without an answer."
    return Found(
        outcome,
        words,
        what=What.recipient,
        subject=line.recipient,
        told=int(told),
        confirmed=int(line.answer in DONE),
    )


def _judged(line: Telling, name: str, by: datetime, now: datetime, *, by_mail: bool) -> tuple[Outcome, str]:
    if line.answer == Answer.refused:
        return Outcome.failing, f"{name} has refused it."
    if line.answered_at is not None and line.answered_at <= by:
        return Outcome.proved, ""
    if by_mail and line.told_at is not None and line.told_at <= by:
        return Outcome.proved, ""
    if now <= by:
        return Outcome.waiting, ""
    told = "was told and has not confirmed in time" if line.told_at is not None else "could not be told in time"
    return Outcome.failing, f"{name} {told}."


def _name(house: House, line: Telling, each: Recipient | None) -> str:
    return each.name if each is not None else f"{line.recipient} (no longer in the installation)"


async def _is_behind(work: Work, recipient: str) -> bool:
    """Whether a test's day has passed unanswered since the last test that this recipient did answer."""
    ours = select(Telling).join(Probe, col(Probe.fingerprint_id) == col(Telling.fingerprint_id))
    ours = ours.where(col(Telling.recipient) == recipient).order_by(col(Telling.created_at).desc()).limit(1)
    answered = (await work.session.exec(ours.where(col(Telling.answered_at).is_not(None)))).first()
    late = ours.where(col(Telling.answered_at).is_(None), col(Telling.due_by) < work.today)
    if answered is not None:
        late = late.where(col(Telling.created_at) > answered.created_at)
    return (await work.session.exec(late)).first() is not None


async def are_ready(work: Work) -> bool:
    """Whether there is a verdict to write; a look without a write."""
    for probe in await probing.open_ones(work):
        if await of(work, probe):
            return True
    return False


async def settle(work: Work) -> None:
    """Write down every verdict that is ready, and tell staff of the paths that have turned."""
    await probing.lock(work)
    turned: list[Finding] = []
    for probe in await probing.open_ones(work):
        found = await of(work, probe)
        turned += await probing.note(work, Committed(probe.id, Path(probe.path), probe.subject), found)
    await tell(work, turned)


async def tell(work: Work, turned: Sequence[Finding]) -> None:
    """One letter to each lead, or to all who handle where there is no lead: what fails now, and what works again."""
    for each in turned:
        step = FAILED if each.outcome == Outcome.failing else RECOVERED
        await trail.record_house(work, step, {"probe": str(each.probe_id), "path": each.path})
    if not turned:
        return
    members = await staffing.active(work)
    context = {
        "failing": [_said(each) for each in turned if each.outcome == Outcome.failing],
        "recovered": [title(each.path, each.subject) for each in turned if each.outcome == Outcome.proved],
    }
    for member in [each for each in members if each.role == Role.lead] or members:
        await letters.write_to_staff(work, ALARM, member, context=context)


def _said(each: Finding) -> str:
    return f"{title(each.path, each.subject)}: {each.words}"


def title(path: str, subject: str) -> str:
    """What a path is called to staff, with the site where it is one."""
    return f"{PATHS[Path(path)]} {subject}".strip()

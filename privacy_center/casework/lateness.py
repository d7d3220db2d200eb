"""Lateness: a recipient that lets its day pass without a word turns a choice into a case that people see to.

One case for a press, and only where its mailbox is still known. However many choices wait for one silent recipient, a
day opens so many cases and no more: the others stay late in sight of staff, and go if it answers (D11).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from privacy_center.casework import intake, ledger, preferences, probing, telling, trail, vault
from privacy_center.casework.intake import Filing
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import House, Work
from privacy_center.law.library import OTHER
from privacy_center.records.case import Case
from privacy_center.records.counter import count
from privacy_center.records.preference import Choice, Preference
from privacy_center.records.telling import Telling

CHANNEL = "recipient"
"""How such a case came in: by the silence of a recipient."""

LATE = "late"
"""What the case's trail calls it, and the words that say who is silent."""

FEW = 20
"""Presses of one recipient that one round looks at."""

PER_DAY = 200
"""Cases that the silence of one recipient opens in a day, so that neither staff nor mailboxes are flooded."""

DAY = timedelta(days=1)
HOPE = col(Telling.mailbox).is_not(None)


async def due(work: Work) -> list[str]:
    """Presses that a recipient has let pass and whose person can still be written to, the longest late first."""
    found: dict[str, None] = {}
    for name in await _silent(work):
        if await count(work.session, _key(name), now=work.now, per=DAY, by=0) < PER_DAY:
            query = select(Telling.press).where(col(Telling.recipient) == name, HOPE)
            query = query.where(col(Telling.due_by) < work.today).order_by(col(Telling.due_by), col(Telling.id))
            found |= {press: None for press in await work.session.exec(query.limit(FEW)) if press is not None}
    return list(found)


async def _silent(work: Work) -> list[str]:
    """Recipients of whom something is late and could become a case; one that has left the installation, too."""
    names: list[str] = []
    while True:
        query = select(Telling.recipient).where(HOPE, col(Telling.recipient) > (names[-1] if names else ""))
        first = (await work.session.exec(query.order_by(col(Telling.recipient)).limit(1))).first()
        if first is None:
            break
        names.append(first)
    return [name for name in names if await _is_late(work, name)]


async def _is_late(work: Work, name: str) -> bool:
    query = select(Telling.id).where(col(Telling.recipient) == name, HOPE, col(Telling.due_by) < work.today)
    return (await work.session.exec(query.limit(1))).first() is not None


def _key(name: str) -> str:
    return f"late:{name}"


async def open_case(work: Work, press: str) -> Case | None:
    """The case of a press that is late somewhere; None where somebody was faster or nothing is left to see to.

    It was received when the choice was: the law counts from then (11 CCR 7026(f)).
    """
    rows = await _open_rows(work, press)
    late = [row for row in rows if row.due_by < work.today]
    hope = next((row for row in rows if row.mailbox is not None), None)
    if hope is None or hope.mailbox is None or not late:
        return None
    address = work.house.keys.open(hope.mailbox, place=f"telling.mailbox:{hope.id}")
    # A probe is nobody who could be written to; that it is late makes its path fail instead (D28).
    names = [] if await probing.is_probe(work, hope.fingerprint_id) else await _refused_still(work, late)
    case = await _file(work, press, names, address) if names else None
    for row in rows:
        row.mailbox = None
    if case is not None:
        await _link(work, case, press, late)
    return case


async def _open_rows(work: Work, press: str) -> list[Telling]:
    """The unanswered lines of a press, held in one order: two workers open one case between them."""
    query = select(Telling).where(col(Telling.press) == press, col(Telling.answered_at).is_(None))
    query = query.where(col(Telling.late_case_id).is_(None)).order_by(col(Telling.id)).with_for_update()
    return list(await work.session.exec(query))


async def _refused_still(work: Work, late: Sequence[Telling]) -> list[str]:
    """The purposes of these lines to which the person says no to this day; a yes needs nobody's help."""
    names = list(dict.fromkeys(name for row in late for name, said in row.what.items() if said == Choice.out))
    people = {row.fingerprint_id for row in late if row.fingerprint_id is not None}
    stands = await preferences.states(work, people, names)
    return [name for name in names if any(row.choice == Choice.out for (_, on), row in stands.items() if on == name)]


async def _file(work: Work, press: str, names: Sequence[str], address: str) -> Case | None:
    filing = Filing(
        rights=(right(work.house, names, at := await _moment(work, press)),),
        place=OTHER,
        email=address,
        form_key=f"{LATE} {press}",
        channel=CHANNEL,
        language=work.house.installation.letter_languages[0],
        received_at=at,
    )
    try:
        opened = await intake.open_cases(work, filing)
    except Invalid:
        return None  # no letter could ever reach such an address; the line stays late in sight of staff
    return opened[0] if opened else None


async def _moment(work: Work, press: str) -> datetime:
    query = select(Preference.at).where(col(Preference.press) == press).limit(1)
    return (await work.session.exec(query)).one()


def right(house: House, names: Sequence[str], at: datetime) -> str:
    """The first right of these purposes that a law of this house gives; where none does, the first at all (D20)."""
    rights = [each for name in names if name in house.offers for each in house.offers[name].kind.rights]
    laws = [house.library.regimes[name] for name in house.installation.regimes]
    given = (each for each in rights if any(law.gives(each, at.date()) for law in laws))
    return next(given, (rights or ["withdraw_consent"])[0])


async def _link(work: Work, case: Case, press: str, late: Sequence[Telling]) -> None:
    for row in late:
        row.late_case_id = case.id
        await count(work.session, _key(row.recipient), now=work.now, per=DAY)
    await work.session.flush()
    words = "\n".join(_silence(work.house, row) for row in late)
    await trail.record(work, case, LATE, {"press": press, "text": vault.keep(work, case, LATE, words)})


def _silence(house: House, row: Telling) -> str:
    """For staff: who is silent, about what, and since when."""
    known = telling.recipient(house, row.recipient)
    name = known.name if known is not None else row.recipient
    told = f"told on {row.told_at.date()}" if row.told_at is not None else "not reached"
    return f"{name} ({row.recipient}): {told}, no confirmation by {row.due_by}: {ledger.about(house, row)}."

"""The ledger: who was told of somebody's choice or request, and what each said. A person reads their own (N7, U26).

It is shown in session only: of who is not proved nobody learns who had their data (D15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, or_, select

from privacy_center.casework import dues, telling
from privacy_center.casework.dues import Nearness
from privacy_center.casework.preferences import Standing
from privacy_center.casework.work import House, Work
from privacy_center.phrases import Phrase, counted, together
from privacy_center.records.case import Case
from privacy_center.records.telling import Answer, Telling

DO = {
    "erasure": Phrase("to delete your data"),
    "rectification": Phrase("to correct your data"),
    "restriction": Phrase("to stop using your data"),
    "lifting": Phrase("to end the restriction of your data"),
}
"""What a recipient was asked upon a request, to the person who made it."""

SAYS = {
    Answer.waiting: Phrase("Not told yet: we keep trying."),
    Answer.told: Phrase("Has been told, and has not confirmed yet."),
    Answer.confirmed: Phrase("Has confirmed that it is done."),
    Answer.no_data: Phrase("Has answered that it holds nothing of yours."),
    Answer.refused: Phrase("Has not accepted it. Our staff see to it."),
}
SAID = {
    "out": Phrase("no to: {titles}").message,
    "in": Phrase("yes to: {titles}").message,
    "undone": Phrase("word that nothing stands any more on: {titles}").message,
}
LATE = Phrase("Has not confirmed in time. Our staff see to it.")
GONE = Phrase("Somebody who no longer gets data from us")


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient and one event, in plain words."""

    name: str
    what: str
    told_at: datetime | None
    answered_at: datetime | None
    says: str
    due_by: date
    nearness: Nearness


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who was told, the newest last, and all of it in one sentence."""

    lines: Sequence[Line]
    said: str


def lines(work: Work, tellings: Iterable[Telling], today: date) -> list[Line]:
    """Each telling as its person reads it on this day: late and amber are read from the dates, never stored."""
    return [_line(work.house, each, today) for each in tellings]


def _line(house: House, each: Telling, today: date) -> Line:
    known, near = telling.recipient(house, each.recipient), dues.nearness(each, today)
    return Line(
        name=known.name if known is not None else GONE,
        what=DO[each.what["action"]] if "action" in each.what else Phrase("your {choice}", choice=about(house, each)),
        told_at=each.told_at,
        answered_at=each.answered_at,
        says=LATE if near is Nearness.late else SAYS[Answer(each.answer)],
        due_by=each.due_by,
        nearness=near,
    )


def about(house: House, each: Telling) -> str:
    """What one telling is about, in nobody's voice: `no to: Selling my data`, or `erasure`."""
    if "action" in each.what:
        return each.what["action"]
    titles: dict[str, list[str]] = {}
    for purpose, choice in each.what.items():
        offer = house.offers.get(purpose)
        titles.setdefault(choice, []).append(offer.title if offer is not None else purpose)
    return together("; ", [Phrase(SAID[choice], titles=together(", ", names)) for choice, names in titles.items()])


def summary(found: Sequence[Line]) -> str:
    """All lines in one sentence: `We have told 4 recipients; 3 have confirmed.`"""
    names = {line.name for line in found}
    told = {line.name for line in found if line.told_at is not None}
    open_ones = {line.name for line in found if line.nearness is not Nearness.answered}
    if not told:
        return Phrase("{recipients} will be told: we keep trying until each is reached.", recipients=_many(len(names)))
    done = counted("{number} has confirmed", "{number} have confirmed", len(told - open_ones))
    said = [Phrase("We have told {recipients}; {confirmed}.", recipients=_many(len(told)), confirmed=done)]
    if waiting := len(names - told):
        said.append(Phrase("{number} more will be told: we keep trying until each is reached.", number=waiting))
    return together(" ", said)


def _many(number: int) -> Phrase:
    return counted("1 recipient", "{number} recipients", number)


def _ledger(work: Work, tellings: Iterable[Telling]) -> Ledger | None:
    found = lines(work, tellings, work.today)
    return Ledger(found, summary(found)) if found else None


async def of_case(work: Work, case: Case) -> Ledger | None:
    """Who was told of a case; of one that a silent recipient caused, the whole of its press. None where nobody was."""
    late = select(Telling.press).where(col(Telling.late_case_id) == case.id, col(Telling.press).is_not(None))
    query = select(Telling).where(or_(col(Telling.case_id) == case.id, col(Telling.press).in_(late)))
    return _ledger(work, await work.session.exec(query.order_by(col(Telling.id))))


async def of_standing(work: Work, standing: Mapping[str, Standing]) -> Ledger | None:
    """Who was told of what stands now for one person: the newest press on each purpose."""
    presses, people = ({getattr(row, name) for row in standing.values()} for name in ("press", "person"))
    if not presses:
        return None
    query = select(Telling).where(col(Telling.press).in_(presses), col(Telling.fingerprint_id).in_(people))
    return _ledger(work, await work.session.exec(query.order_by(col(Telling.id))))

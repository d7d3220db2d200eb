"""Letters: who is told what. Rows and jobs, never mails: the postman goes out after the commit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import budget, cases, challenges, mandates, trail, vault, wording
from privacy_center.casework.facts import Facts
from privacy_center.casework.refusals import NotFound, Refused
from privacy_center.casework.work import Work
from privacy_center.law.clock import Clock
from privacy_center.law.workflows import Step
from privacy_center.links import Purpose
from privacy_center.mailroom import stationery
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.letter import Delivery, Letter
from privacy_center.records.people import Identifier
from privacy_center.records.rows import new_id
from privacy_center.records.staff import Staff

JOB = "send_letter"
"""The worker's job that sends one letter."""

HELD = frozenset({"acknowledgement", "receipt", "verification_again", "unverified"}) | mandates.LETTERS
"""Letters that anybody can cause by typing an address, endings of what they typed among them: only these wait for a
digest. What else staff do, or the owner of the mailbox by a link or code, is always told at once."""

NOTHING: Mapping[str, Any] = {}


async def compose(work: Work, case: Case, step: Step, facts: Facts, *, clock: Clock) -> None:
    """Write the letters of a step. One that cannot be written stops the step."""
    if not step.mails:
        return
    mailbox = await vault.mailbox(work, case)
    for kind in step.mails:
        await write(work, case, kind, clock=clock, mailbox=mailbox, facts=facts)


async def write(
    work: Work,
    case: Case,
    kind: str,
    *,
    clock: Clock,
    mailbox: Identifier,
    facts: Facts,
    challenge: Challenge | None = None,
    passes: bool | None = None,
    more: Mapping[str, Any] = NOTHING,
) -> Letter:
    """Render one letter of a case now, so that what is stored is what was said, and hand it to the postman.

    What strangers can cause counts against the budget of a mailbox that nobody has proved for this case (unless the
    caller has asked already whether it `passes`); past that it is held, and a digest tells of it (D11). Where nobody
    gave a mailbox it is on paper: staff send it by post and note that they did.
    """
    paper = mailbox.kind not in vault.MAILBOXES
    context = {**await wording.of_case(work, case, kind, clock=clock, mailbox=mailbox, facts=facts), **more}
    written = work.house.stationery.write(kind, language=case.language, context=context)
    marks = stationery.marks(written.body)
    answers = _challenges(work, case, mailbox, marks, challenge)
    counts = kind in HELD and mailbox.proved_at is None and not paper
    held = counts and not (await budget.passes(work, mailbox.index) if passes is None else passes)
    return await _post(
        work,
        kind,
        vault.address(work, mailbox),
        written,
        answers,
        case=case,
        language=case.language,
        held_for=mailbox.index if held else None,
        paper=paper,
    )


def _challenges(
    work: Work, case: Case, mailbox: Identifier, marks: frozenset[str], challenge: Challenge | None
) -> dict[str, str]:
    """Which challenge answers each mark of a letter: one for verifying and disputing, one for each other purpose."""
    purposes = [Purpose(mark.removeprefix("link:")) for mark in sorted(marks) if mark.startswith("link:")]
    main = Purpose.verify if Purpose.verify in purposes else purposes[0] if purposes else Purpose.fresh
    if not marks:
        return {}
    asked = challenge or challenges.new(work, main, mailbox.index, case=case)
    named = {mark.removeprefix("link:"): str(asked.id) for mark in marks}
    return {**named, "attempt": str(asked.attempt)}


async def write_to_mailbox(
    work: Work,
    kind: str,
    address: str,
    challenge: Challenge,
    *,
    language: str,
    context: Mapping[str, Any] = NOTHING,
    known: bool = True,
) -> Letter:
    """A letter that belongs to no one case: a requester's sign-in, or a digest of many.

    For a mailbox that we do not know the same work is done, and a job filed that finds no letter: how long an answer
    takes tells nobody whom we know (S7).
    """
    written = work.house.stationery.write(kind, language=language, context={**_signed(work, challenge), **context})
    answers = _for_marks(written.body, challenge)
    return await _post(work, kind, address, written, answers, language=language, kept=known)


async def write_to_staff(
    work: Work,
    kind: str,
    member: Staff,
    *,
    case: Case | None = None,
    challenge: Challenge | None = None,
    context: Mapping[str, Any] = NOTHING,
) -> None:
    """A letter to a member of staff: which case, which date, nothing personal."""
    language = work.house.installation.letter_languages[0]
    context = {**(_signed(work, challenge) if challenge else wording.plain(work)), **context}
    if case is not None:
        context |= wording.reminder(case, today=work.today, language=language)
    written = work.house.stationery.write(kind, language=language, context=context)
    address = work.house.keys.open(member.email, place=f"staff.email:{member.id}")
    answers = _for_marks(written.body, challenge) if challenge else {}
    await _post(work, kind, address, written, answers, language=language)


async def write_to_house(work: Work, kind: str, address: str, context: Mapping[str, Any]) -> None:
    """A letter to a mailbox of the house itself, like the one that keeps the anchors: nothing personal in it."""
    language = work.house.installation.letter_languages[0]
    written = work.house.stationery.write(kind, language=language, context={**wording.plain(work), **context})
    await _post(work, kind, address, written, {}, language=language)


def _signed(work: Work, challenge: Challenge) -> dict[str, Any]:
    return wording.plain(work) | {"lifetime": wording.lifetime(Purpose(challenge.purpose))}


def _for_marks(body: str, challenge: Challenge) -> dict[str, str]:
    named = {mark.removeprefix("link:"): str(challenge.id) for mark in stationery.marks(body)}
    return {**named, "attempt": str(challenge.attempt)}


async def _post(
    work: Work,
    kind: str,
    address: str,
    written: stationery.Written,
    answers: Mapping[str, str],
    *,
    language: str,
    case: Case | None = None,
    held_for: str | None = None,
    kept: bool = True,
    paper: bool = False,
) -> Letter:
    letter_id, seal = new_id(), work.house.keys.seal
    letter = Letter(
        id=letter_id,
        case_id=case.id if case else None,
        kind=kind,
        language=language,
        address=seal(address, place=f"letter.address:{letter_id}"),
        subject=seal(written.subject, place=f"letter.subject:{letter_id}"),
        body=seal(written.body, place=f"letter.body:{letter_id}"),
        challenges=dict(answers),
        mailbox=held_for,
        delivery=Delivery.held if held_for else Delivery.paper if paper else Delivery.queued,
        created_at=work.now,
    )
    if kept:
        work.session.add(letter)
    if held_for is None and not paper:
        await work.house.jobs.enqueue(work.session, JOB, key=str(letter_id), argument=str(letter_id))
    return letter


async def try_again(work: Work, letter_id: UUID) -> None:
    """Hand a refused letter to the postman once more. Raises NotFound or Refused."""
    letter = await work.session.get(Letter, letter_id, with_for_update=True)
    if letter is None:
        raise NotFound
    if letter.delivery != Delivery.refused:
        raise Refused("This letter is on its way already.")
    case = await cases.locked_by_id(work, letter.case_id) if letter.case_id is not None else None
    if case is not None and work.by.mailbox in {i.index for i in await vault.identifiers(work, case)}:
        raise Refused("This is your own request: a colleague must handle it.")
    letter.delivery, letter.attempts = Delivery.queued, letter.attempts + 1
    key = f"{letter.id}-r{letter.attempts}"
    await work.house.jobs.enqueue(work.session, JOB, key=key, argument=str(letter.id))
    if case is not None:
        await trail.record(work, case, "letter_again", {"letter": letter.kind, "letter_id": str(letter.id)})


def words(work: Work, letter: Letter) -> tuple[str, str]:
    """A letter's subject and body as said; links and codes are still marks, spelled as their authors did."""
    keys = work.house.keys
    subject = keys.open(letter.subject, place=f"letter.subject:{letter.id}")
    return subject, stationery.readable(keys.open(letter.body, place=f"letter.body:{letter.id}"))


def address(work: Work, letter: Letter) -> str:
    """Where a letter goes."""
    return work.house.keys.open(letter.address, place=f"letter.address:{letter.id}")


async def of_case(work: Work, case: Case) -> list[Letter]:
    """A case's letters, newest first."""
    query = select(Letter).where(col(Letter.case_id) == case.id).order_by(col(Letter.id).desc())
    return list(await work.session.exec(query))


async def to_requester(work: Work, case: Case) -> list[Letter]:
    """The same without those to the other side where an agent acts: neither reads the other's."""
    return [letter for letter in await of_case(work, case) if letter.kind not in mandates.LETTERS]

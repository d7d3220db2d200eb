"""By mail: recipients without an address for calls. The mail carries a link alone; who opens it proves the mailbox by a
code, asks for the people they hold, and confirms with their name (D7)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from privacy_center.casework import announcements, budget, challenges, fingerprints, letters, outcomes, sessions, vault
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.links import Purpose
from privacy_center.recipients import Recipient
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter
from privacy_center.records.session import Session
from privacy_center.records.telling import Answer, Delivery, Telling

LETTER, CODE = "recipient", "recipient_code"

NAME = 200
"""Characters of the name of who answers."""

AT_ONCE = 2000
"""Identifiers that one look compares."""


async def write(work: Work, each: Recipient, delivery: Delivery) -> None:
    """The mail to a recipient: that there is something, how much, and a link."""
    index = work.house.keys.index("email", each.address)
    challenge = challenges.new(work, Purpose.recipient, index)
    await work.session.flush()
    delivery.challenge_id = challenge.id
    count = select(func.count()).select_from(Telling).where(col(Telling.delivery_id) == delivery.id)
    context = {"recipient": each.name, "number": (await work.session.exec(count)).one()}
    await letters.write_to_mailbox(work, LETTER, each.address, challenge, language=_language(work), context=context)


async def note_accepted(work: Work, letter: Letter) -> None:
    """The mail server took the mail: only now has the recipient been told (D24)."""
    asked = [UUID(value) for name, value in letter.challenges.items() if name != "attempt"]
    delivery = (await work.session.exec(select(Delivery).where(col(Delivery.challenge_id).in_(asked)))).first()
    if delivery is not None and (held := await outcomes.locked(work, delivery.id)) is not None:
        await outcomes.note_told(work, held)


def _language(work: Work) -> str:
    return work.house.installation.letter_languages[0]


async def opened(work: Work, token: str) -> tuple[Delivery, Recipient]:
    """The delivery behind the link of a mail. Raises NotFound or LinkExpired."""
    challenge = await challenges.by_token(work, Purpose.recipient, token)
    delivery = (await work.session.exec(select(Delivery).where(col(Delivery.challenge_id) == challenge.id))).first()
    each = next((r for r in work.house.installation.recipients if delivery and r.id == delivery.recipient), None)
    if delivery is None or each is None:
        raise NotFound
    return delivery, each


async def send_code(work: Work, token: str) -> None:
    """Mail a code to the recipient's own mailbox: a forwarded link alone opens nothing (S29)."""
    _, each = await opened(work, token)
    index = work.house.keys.index("email", each.address)
    if challenges.cooling(work, await challenges.latest(work, Purpose.recipient_code, index=index)):
        return
    challenge = challenges.new(work, Purpose.recipient_code, index)
    await work.session.flush()
    await letters.write_to_mailbox(work, CODE, each.address, challenge, language=_language(work))


async def enter(work: Work, token: str, code: str) -> str | None:
    """The cookie of whoever typed the right code, or None. Raises NotFound, LinkExpired or TooMany."""
    delivery, each = await opened(work, token)
    index = work.house.keys.index("email", each.address)
    await budget.check_tries(work, f"recipient {index}")
    if not await challenges.answered(work, Purpose.recipient_code, index, code):
        return None
    return sessions.open_requester(work, index=_session_index(delivery.id))


def _session_index(delivery: UUID) -> str:
    """A session for one delivery; no mailbox has such an index."""
    return f"delivery:{delivery}"


def may_see(session: Session | None, delivery: Delivery) -> bool:
    """Whether this session was opened by a code for this delivery."""
    return session is not None and session.index == _session_index(delivery.id)


async def match(work: Work, delivery: Delivery, each: Recipient, typed: Iterable[str]) -> dict[str, dict[str, str]]:
    """Of the people a recipient names, those whom this is about, each with what to do. Nothing is kept (D7)."""
    names = [value.strip() for value in typed if value.strip()][:AT_ONCE]
    people = [(value, fingerprints.named(kind, value)) for value in names for kind in each.knows]
    digests = {who.digest: value for value, who in people if who is not None}
    found = await fingerprints.find(work, digests)
    what: dict[UUID | None, dict[str, str]] = {}
    for telling in await outcomes.tellings(work, delivery):
        what.setdefault(telling.fingerprint_id, {}).update(telling.what)  # a person may have said several things
    return {digests[digest]: what[person] for digest, person in found.items() if person in what}


async def named(work: Work, each: Recipient, rows: Iterable[Telling]) -> list[dict[str, str]]:
    """The requests among these tellings: their people have proved who they are, so the recipient reads whom."""
    found = []
    for row in rows:
        if row.case_id is not None:
            case = await work.session.get_one(Case, row.case_id)
            proved = await announcements.proved(work, each, case)
            what = {"action": row.what["action"], "corrected": await announcements.corrected(work, row)}
            found += [{"who": vault.address(work, i), **what} for i in proved]
    return found


async def answer(work: Work, delivery: Delivery, said: Answer, name: str) -> None:
    """What a recipient says on its page, and who said it, sealed."""
    delivery = await outcomes.locked(work, delivery.id) or delivery
    delivery.answered_by = work.house.keys.seal(name, place=f"delivery.answered_by:{delivery.id}")
    await outcomes.note_answer(work, delivery, said)

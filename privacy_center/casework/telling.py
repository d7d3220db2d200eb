"""Telling: everybody who was given the data hears of a choice or a request, and each is held to an answer (D7, D25)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select, update

from privacy_center.casework import by_mail, dues, outcomes
from privacy_center.casework.work import House, Work
from privacy_center.law.terms import Role
from privacy_center.recipients import RIGHTS, Recipient, Way
from privacy_center.records.case import Case
from privacy_center.records.preference import Fingerprint
from privacy_center.records.rows import new_id
from privacy_center.records.telling import Answer, Delivery, Silenced, Telling

TOGETHER = 50
"""Tellings of one delivery: below 20 kB, as Standard Webhooks advises, and a flood makes few calls (D16)."""

ACTIONS = {"delete": "erasure", "correct": "rectification", "restrict": "restriction"}
"""What a recipient is asked to do upon a request (GDPR Art. 19; 11 CCR 7022(b)-(c))."""

LIFTED = "lifting"
"""What a recipient hears when the restriction that it was asked for has ended."""

SAME = {"delete_drop": "delete"}
"""Rights upon which recipients do what another right asks of them (Cal. Civ. Code 1798.99.86(c))."""


def recipient(house: House, name: str) -> Recipient | None:
    """A recipient of this installation; one that has left it is nobody."""
    return next((r for r in house.installation.recipients if r.id == name), None)


def of_choice(work: Work, press: str, person: Fingerprint, choices: Mapping[str, str], *, mailbox: str = "") -> None:
    """File a telling for each recipient that was given data for one of these purposes. They are sent in batches."""
    for each in work.house.installation.recipients:
        what = {purpose: choice for purpose, choice in choices.items() if purpose in each.purposes}
        if what and person.kind in each.knows:
            due = dues.of_choice(work, tuple(what))
            telling = _telling(work, each, what, due, press=press, fingerprint_id=person.id)
            if mailbox:
                telling.mailbox = work.house.keys.seal(mailbox, place=f"telling.mailbox:{telling.id}")
            work.session.add(telling)


def concerned(house: House, right: str) -> list[Recipient]:
    """Who hears of a request for this right once it is granted."""
    right = SAME.get(right, right)
    return [each for each in house.installation.recipients if right in RIGHTS and right in each.rights]


async def of_case(work: Work, case: Case) -> int:
    """The same upon a request that was granted: erased, corrected or restricted here, so there as well (D25)."""
    told = concerned(work.house, case.right)
    for each in told:
        due, action = dues.of_case(work, case), ACTIONS[SAME.get(case.right, case.right)]
        work.session.add(_telling(work, each, {"action": action}, due, case_id=case.id))
    return len(told)


async def of_lifting(work: Work, case: Case) -> int:
    """Everybody who was asked to restrict, and has not said that they hold nothing, hears that it has ended."""
    asked = (each for each in await about(work, case) if each.what.get("action") == ACTIONS["restrict"])
    names = {each.recipient for each in asked if each.answer != Answer.no_data}
    told = [each for each in work.house.installation.recipients if each.id in names]
    due = dues.of_case(work, case)
    work.session.add_all(_telling(work, each, {"action": LIFTED}, due, case_id=case.id) for each in told)
    return len(told)


def _telling(work: Work, each: Recipient, what: dict[str, str], due: Any, **about: Any) -> Telling:
    return Telling(id=new_id(), recipient=each.id, what=what, due_by=due, created_at=work.now, **about)


async def gather(work: Work) -> int:
    """Put what waits for each recipient into deliveries, each with its job; returns how many. Many workers may try."""
    silent = set(await work.session.exec(select(Silenced.recipient)))
    made = 0
    for each in work.house.installation.recipients:
        if each.id not in silent:
            made += await _gather(work, each)
    return made


async def _gather(work: Work, each: Recipient) -> int:
    waiting = select(Telling.id).where(col(Telling.recipient) == each.id, col(Telling.delivery_id).is_(None))
    query = waiting.order_by(col(Telling.id)).limit(TOGETHER).with_for_update(skip_locked=True)
    ids = list(await work.session.exec(query))
    if not ids:
        return 0
    delivery = Delivery(id=new_id(), recipient=each.id, created_at=work.now)
    work.session.add(delivery)
    await work.session.flush()
    await work.session.exec(update(Telling).where(col(Telling.id).in_(ids)).values(delivery_id=delivery.id))
    if each.way is Way.mail:
        await by_mail.write(work, each, delivery)
    else:
        await outcomes.enqueue(work, delivery)
    return 1


async def is_silent(work: Work, each: Recipient) -> bool:
    """Whether it is not called for now."""
    return await work.session.get(Silenced, each.id) is not None


async def silence(work: Work, each: Recipient, why: str) -> None:
    """Call a recipient no more until staff say so; what is for it waits and grows late in sight of staff."""
    if await work.session.get(Silenced, each.id) is None:
        work.session.add(Silenced(recipient=each.id, why=why[:200], since=work.now))


async def call_again(work: Work, name: str) -> None:
    """Staff have mended a recipient: it is called again, and what it refused or missed is sent once more."""
    if work.by.role not in {Role.handler, Role.lead}:
        raise PermissionError("only handlers and leads send again")
    silent = await work.session.get(Silenced, name)
    if silent is not None:
        await work.session.delete(silent)
    await outcomes.forget_denials(work, name)
    query = select(Delivery).where(col(Delivery.recipient) == name, col(Delivery.status).in_(("refused", "trouble")))
    for delivery in await work.session.exec(query.with_for_update()):
        await replay(work, delivery)


async def replay(work: Work, delivery: Delivery) -> None:
    """Send one delivery once more, under the same id: who has it already knows it again."""
    delivery.attempts += 1
    delivery.status, delivery.next_try_at = "queued", work.now
    await outcomes.reopen(work, delivery)
    each = recipient(work.house, delivery.recipient)
    if each is not None and each.way is Way.mail:
        await by_mail.write(work, each, delivery)  # with a fresh link: the old one may have expired
    else:
        await outcomes.enqueue(work, delivery)


async def of_press(work: Work, press: str) -> Sequence[Telling]:
    """The ledger of one press."""
    return list(await work.session.exec(select(Telling).where(col(Telling.press) == press).order_by(col(Telling.id))))


async def about(work: Work, case: Case) -> Sequence[Telling]:
    """The ledger of one case."""
    query = select(Telling).where(col(Telling.case_id) == case.id).order_by(col(Telling.id))
    return list(await work.session.exec(query))

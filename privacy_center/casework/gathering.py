"""Gathering: which open case an act by an agent joins, so that a flood is one piece of work.

Anybody can type an agent's mailbox. So what joins for no better reason than that mailbox has shown the permission of
the case's first act, or came from its network on that day: nobody is refused together with strangers (S5).
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from privacy_center.casework import budget, cases
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.mandates import CHANNEL, Shown, Traces
from privacy_center.casework.vault import FOR
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.counter import count
from privacy_center.records.mandate import Mandate
from privacy_center.records.people import Identifier

FEW = 20
"""Cases that one agent's mailbox opens in a day before what comes then is gathered: all of it counts at once, and staff
decide about it together (D16)."""

FULL = 100
"""Choices that one case gathers, so that its end is one piece of work."""

DAY = timedelta(days=1)


def traces(work: Work, shown: Shown, network: str) -> Traces:
    """Of what was shown, and of the network address that it came from; an address that is none leads nowhere."""
    said = (shown.words, shown.signer, shown.signed_on)
    if shown.file is not None:
        said = (hashlib.sha256(shown.file.content).hexdigest(), "", "")
    place = budget.network(network)
    index = work.house.keys.index
    return Traces(
        index("permission", "\n".join(said)),
        index("agent network", f"{work.today}\n{place}") if place != budget.UNKNOWN else None,
    )


async def found(work: Work, mailbox: str, who: Identity, right: str, left: Traces) -> Case | None:
    """The open case that this act belongs to, locked: of the same agent for the same person, or where one mailbox says
    very much in a day, the one that gathers what comes from the same hand."""
    index = work.house.keys.index("email", mailbox)
    number = await count(work.session, f"agent:{index}", now=work.now, per=DAY)
    own = select(Identifier.case_id).where(col(Identifier.index) == index, col(Identifier.kind) == "email")
    query = select(Case).where(
        col(Case.id).in_(own),
        col(Case.channel) == CHANNEL,
        col(Case.closed_at).is_(None),
        col(Case.right) == right,
    )
    query = query.order_by(col(Case.id).desc()).limit(1)
    person = work.house.keys.index(who.kind, who.value)
    same = (col(Identifier.index) == person, col(Identifier.kind) == f"{FOR}{who.kind}")
    case = (await work.session.exec(query.where(col(Case.id).in_(select(Identifier.case_id).where(*same))))).first()
    if case is None and number > FEW:
        alike = (col(Case.received_at) > work.now - DAY, col(Case.id).in_(_begun_by(left)))
        case = (await work.session.exec(query.where(*alike))).first()
    return await _with_room(work, case) if case is not None else None


def _begun_by(left: Traces) -> SelectOfScalar[object]:
    """Cases whose first act left one of these traces: whoever joined later brings nobody else in."""
    before = aliased(Mandate)
    earlier = exists().where(col(before.case_id) == col(Mandate.case_id), col(before.id) < col(Mandate.id))
    alike: Sequence[object] = [col(Mandate.shown) == left.shown]
    if left.network is not None:
        alike = [*alike, col(Mandate.network) == left.network]
    return select(Mandate.case_id).where(or_(*alike), ~earlier)  # type: ignore[arg-type,return-value]


async def _with_room(work: Work, case: Case) -> Case | None:
    """The case, held until we are done; None where it was closed meanwhile or is full."""
    case = await cases.locked_by_id(work, case.id)
    await work.session.refresh(case)
    query = select(func.count()).select_from(Mandate).where(col(Mandate.case_id) == case.id)
    return case if case.closed_at is None and (await work.session.exec(query)).one() < FULL else None

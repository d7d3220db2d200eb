"""First letters: the signed receipt of a case stands in the letter that opened it, and nowhere else."""

from sqlmodel import col, select

from privacy_center.casework import letters, receipts, wording
from privacy_center.casework.receipts import NotGenuine, Receipt
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.letter import Letter


async def receipt(work: Work, case: Case) -> Receipt | None:
    """The receipt as it was first given; None for a case that is older than receipts."""
    query = select(Letter).where(col(Letter.case_id) == case.id, col(Letter.kind).in_(wording.FIRST))
    first = (await work.session.exec(query.order_by(col(Letter.id)))).first()
    try:
        return receipts.in_words(work.house, letters.words(work, first)[1]) if first is not None else None
    except NotGenuine:
        return None

"""Looking again, as the page of a request offers it: an appeal, or a complaint to us, and what became of them."""

from typing import Any

from privacy_center.casework import appeals, second_looks
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.web.endings import ENDINGS


async def shown(work: Work, case: Case) -> dict[str, Any]:
    """Which doors are open for this case, which of its kin there are, and until when the law lets somebody appeal.

    Kin of another address is not shown: staff wrote it down, and whoever it is from may know no more than a reference.
    """
    rule_appeal = await appeals.offered(work, case)
    first = await second_looks.earlier(work, case)
    shared = first is not None and await second_looks.is_same_person(work, case, first)
    kin = [each for each in await second_looks.later(work, case) if await second_looks.is_same_person(work, each, case)]
    return {
        "appeal": {"window": rule_appeal.window, "citation": rule_appeal.citation} if rule_appeal else None,
        "complaint": await appeals.why_no_complaint(work, case) is None,
        "earlier": _row(work, first) if first is not None and shared else None,
        "later": [_row(work, other) for other in kin],
    }


def _row(work: Work, case: Case) -> dict[str, Any]:
    workflow = work.house.library.workflow_for(case.right)
    state = workflow.states.get(case.state)
    return {
        "reference": case.reference,
        "title": workflow.infos[case.right].title,
        "short": ENDINGS.get(case.disposition or "") or (state.short if state else case.state),
    }

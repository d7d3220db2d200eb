"""The law and the workflow a case was opened under: they govern it for good."""

from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.law import regimes, workflows
from privacy_center.law.regimes import Regime
from privacy_center.law.rules import Rule
from privacy_center.law.workflows import Workflow
from privacy_center.records.case import Case, Edition


async def keep_all(work: Work) -> None:
    """Store every text of the library that is not yet stored, so that a case can name it by its digest."""
    known = set(await work.session.exec(select(Edition.digest)))
    library = work.house.library
    kinds: dict[str, Mapping[str, Workflow] | Mapping[str, Regime]] = {
        "workflow": library.workflows,
        "regime": library.regimes,
    }
    for kind, items in kinds.items():
        for name, item in items.items():
            if item.digest not in known:
                await _keep(work, Edition(digest=item.digest, kind=kind, name=name, body=item.text))


async def _keep(work: Work, edition: Edition) -> None:
    """Two processes may start at once: the second finds it kept."""
    insert = sqlite_insert if work.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    table = Edition.__table__  # type: ignore[attr-defined]
    await work.session.exec(insert(table).values(**edition.model_dump()).on_conflict_do_nothing())


async def workflow(work: Work, case: Case) -> Workflow:
    """The workflow as it was when the case was opened."""
    current = work.house.library.workflow_for(case.right)
    if current.digest == case.workflow_digest:
        return current
    past = work.house.past_workflows
    if case.workflow_digest not in past:
        body, name = await _body(work, case.workflow_digest)
        past[case.workflow_digest] = workflows.parse(body, where=f"{name} (kept edition)")
    return past[case.workflow_digest]


async def regime(work: Work, case: Case) -> Regime:
    """The law as it was on the day of receipt."""
    current = work.house.library.regimes.get(case.regime)
    if current is not None and current.digest == case.law_digest:
        return current
    past = work.house.past_regimes
    if case.law_digest not in past:
        body, name = await _body(work, case.law_digest)
        past[case.law_digest] = regimes.parse(body, where=f"{name} (kept edition)")
    return past[case.law_digest]


async def rule(work: Work, case: Case) -> Rule:
    """What that law says of this right."""
    return (await regime(work, case)).rules[case.right]


async def _body(work: Work, digest: str) -> tuple[str, str]:
    found = await work.session.exec(select(Edition).where(col(Edition.digest) == digest))
    edition = found.one()
    return edition.body, edition.name

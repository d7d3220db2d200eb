"""Drawing: a workflow as a table that a change of law appears in, or as a diagram."""

from collections.abc import Iterable

from privacy_center.law.workflows import Step, Workflow

HEAD = ("State", "Step", "By", "Needs", "Does", "Becomes", "Letter")


def table(workflow: Workflow) -> str:
    """A Markdown table: one row for each step from each state."""
    rows = [HEAD, ("---",) * len(HEAD), *_rows(workflow)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    opens = (
        f"Opens in `{workflow.begins}` with the letter {', '.join(workflow.opens)}; reminds staff "
        f"{', '.join(reminder.words for reminder in workflow.remind)}."
    )
    return f"# {workflow.title}\n\nRights: {', '.join(workflow.rights)}. {opens}\n\n" + "\n".join(lines) + "\n"


def _rows(workflow: Workflow) -> Iterable[tuple[str, ...]]:
    for state in workflow.states:
        for step in workflow.steps.values():
            if state in step.from_:
                yield _row(state, step)


def _row(state: str, step: Step) -> tuple[str, ...]:
    becomes = step.target(state) + (f" ({step.closes.value})" if step.closes else "")
    by = ", ".join(sorted(role.value for role in step.by))
    return (state, step.name, by, ", ".join(step.needs), ", ".join(step.does), becomes, ", ".join(step.mails))


def mermaid(workflow: Workflow) -> str:
    """A state diagram for Mermaid."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.begins}"]
    for step in workflow.steps.values():
        lines += [f"    {state} --> {step.target(state)}: {step.name}" for state in sorted(step.from_)]
    return "\n".join([*lines, "    closed --> [*]", ""])

"""The fields of a step's form, made from what the workflow asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from privacy_center.casework import editions, grounds, guards, mandates, telling, wording
from privacy_center.casework.work import Work
from privacy_center.law.rules import Rule
from privacy_center.law.terms import Role
from privacy_center.law.workflows import Step
from privacy_center.records.case import Case

LETTER = "It stands in the letter as you write it. Leave out personal data: mail is not private."
EVIDENCE = "What you saw or did, and when. Name the kind of paper, never its number; keep no copy."
LABELS = {
    "identify": ("What shows who they are", EVIDENCE),
    "readmit": ("What shows who they are", EVIDENCE),
    "hear": ("What they answered", "In their own words, with the day and the way it came."),
    "ask": ("Your question", "The person reads it on their page; the mail only says that there is a question."),
    "inform": ("Your message", "The person reads it on their page; the mail only says that there is a message."),
    "extend": ("Reason for the extension", LETTER),
    "deny": ("Explanation to the person", "What you checked and why it leads to this ground. " + LETTER),
    "fulfil": ("Your answer", "What was done, in plain words. The person reads it after a fresh code."),
    "fulfil_partly": ("Your answer", "What was done and what was not. The person reads it after a fresh code."),
    "doubt": (
        "What makes you doubt",
        "For your colleagues and the record: what you saw and where. The person does not read it. "
        "If somebody else wrote in their name, say so: the ground “Agent not authorised” can then be chosen.",
    ),
    "dismiss": ("What you found", LETTER),
    "announce_lifting": ("Why it ends", LETTER),
    "hear_out": ("What they say of it", "In their own words, with the day and the way it came."),
    "keep_restricted": ("Why it stands", LETTER),
    "lift_restriction": ("What you have done", "Which data are used again, where, and since when. " + LETTER),
    "apply": ("What you did", "What was stopped, where, and since when. " + LETTER),
    "refuse": ("Explanation to the person", "Why you believe, in good faith, that this is fraud. " + LETTER),
}
AN_AGENT_READS = {
    "ask": "The agent reads it on their page; the mail only says that there is a question. Ask the person nothing.",
    "inform": "The agent reads it on their page; the mail only says that there is a message.",
    "doubt": "For your colleagues and the record: what you saw and where. Neither the agent nor the person reads it.",
    "apply": "What was stopped, where, and since when. The agent and the person both get it. " + LETTER,
    "refuse": "What is wrong with the permission, or why you believe that it is fraud. Both get it. " + LETTER,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    hint: str = ""
    kind: str = "textarea"
    required: bool = True
    options: tuple[dict[str, str], ...] = ()
    value: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Maker:
    """What a field's maker may look at."""

    work: Work
    rule: Rule
    step: Step
    contents: list[str] = field(default_factory=list)
    shut: Mapping[str, str] = field(default_factory=dict)
    agent: bool = False
    hidden: frozenset[str] = frozenset()


async def fields(
    work: Work, case: Case, step: Step, values: Mapping[str, str], errors: Mapping[str, str]
) -> list[Field]:
    """The fields for what this step asks, filled again after a mistake."""
    contents = await guards.staff_contents(work, case) if "contents" in step.asks else []
    rule = await editions.rule(work, case)
    shut = await _shut(work, case, rule) if "ground" in step.asks else {}
    hidden = grounds.without_an_agent(case) & shut.keys()
    maker = _Maker(work, rule, step, contents, shut, agent=case.channel == mandates.CHANNEL, hidden=hidden)
    found = [made for asked in step.asks for made in MAKERS[asked](maker)]
    return [_filled(made, values, errors) for made in found]


async def _shut(work: Work, case: Case, rule: Rule) -> dict[str, str]:
    """The grounds that the case itself speaks against, each with the reason (U36)."""
    reasons = {code: await grounds.why_not(work, case, code) for code in rule.grounds}
    return {code: why for code, why in reasons.items() if why}


def _filled(made: Field, values: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    return replace(made, value=values.get(made.name, ""), error=errors.get(made.name))


def _text(maker: _Maker) -> list[Field]:
    label, hint = LABELS.get(maker.step.name, ("Text", LETTER))
    return [Field("text", label, AN_AGENT_READS.get(maker.step.name, hint) if maker.agent else hint)]


def _until(maker: _Maker) -> list[Field]:
    extension = maker.rule.extension
    if extension is None or extension.period is not None:
        return []
    return [Field("until", "The new date", "This law names no length: by which day will the answer come?", "date")]


def _ground(maker: _Maker) -> list[Field]:
    known, lead = maker.work.house.library.grounds, Role.lead in maker.work.by.roles
    options = [{"value": "", "text": "Choose a ground", "shut": ""}]
    for code, citation in maker.rule.grounds.items():
        if code not in maker.hidden and (lead or not known[code].lead):
            text = f"{known[code].title} ({citation})" if citation else known[code].title
            options.append({"value": code, "text": text, "shut": maker.shut.get(code, "")})
    not_open = [f"Not open here: {option['text']}. {option['shut']}" for option in options if option["shut"]]
    hint = " ".join(["Only grounds that this law knows.", *not_open])
    return [Field("ground", "Ground", hint, "select", options=tuple(options))]


def _citation(maker: _Maker) -> list[Field]:
    hint = (
        "Where the ground rests on another law or on a legal obligation: name the provision. It stands in the letter."
    )
    return [Field("citation", "Provision of another law", hint, "text", required=False)]


def _contents(maker: _Maker) -> list[Field]:
    known = maker.work.house.library.contents
    asked = "The law asks for this in the answer. If it does not apply, write why. "
    where = dict.fromkeys(wording.ON_THE_PAGE, "The person reads it after a fresh code.")
    return [Field(f"content_{code}", known[code].title, asked + where.get(code, LETTER)) for code in maker.contents]


def _files(maker: _Maker) -> list[Field]:
    hint = "The person fetches them after a fresh code, for 30 days. Up to 20 files, 60 MB together."
    return [Field("files", "Files", hint, "files", required=False)]


def _corrected(maker: _Maker) -> list[Field]:
    told = telling.concerned(maker.work.house, maker.rule.right)
    if not told:
        return []
    hint = (
        "They read it with whom it is about: only what they have to correct, in your words, nothing else of the case. "
    )
    empty = "Where it is empty they are asked to write to you."
    label = f"What is right now, for {', '.join(each.name for each in told)}"
    return [Field("corrected", label, hint + empty, required=False)]


def _found_in(maker: _Maker) -> list[Field]:
    hint = "The system, what you found there, and since when. It must be older than the request."
    return [Field("found_in", "Where this person was on file", hint)]


def _data_points(maker: _Maker) -> list[Field]:
    verification = maker.rule.verification
    hint = f"This law asks for at least {max(1, verification.data_points)}. {verification.citation}"
    return [Field("data_points", "Matching data points", hint, "number")]


def _declaration(maker: _Maker) -> list[Field]:
    if not maker.rule.verification.declaration:
        return []  # a box that no law of the case asks for only makes people wonder
    label = "A signed declaration under penalty of perjury is on file"
    return [Field("declaration", label, "This law asks for it.", "checkbox")]


MAKERS: Mapping[str, Callable[[_Maker], list[Field]]] = {
    "text": _text,
    "until": _until,
    "ground": _ground,
    "citation": _citation,
    "contents": _contents,
    "corrected": _corrected,
    "files": _files,
    "found_in": _found_in,
    "data_points": _data_points,
    "declaration": _declaration,
}
"""One maker for each word a workflow can ask with."""

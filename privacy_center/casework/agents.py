"""Agents: a no that somebody's agent says for them. It counts at once, on their signed permission alone (D3, L2, L8).

The person is told and asked for nothing. Staff see the permission in a case of the agent's, answer the agent there,
and end it with letters to both (rule 3). Nobody says yes for somebody else (D5).
"""

from dataclasses import dataclass, field, replace
from itertools import chain

from sqlmodel import col, select

from privacy_center.casework import (
    budget,
    cases,
    deadlines,
    fingerprints,
    gathering,
    intake,
    lateness,
    mandates,
    permissions,
    preferences,
    receipts,
    steps,
    subject_letters,
    trail,
)
from privacy_center.casework.facts import Facts, clean
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.intake import NAME, Filing
from privacy_center.casework.mandates import CHANNEL, Shown, Traces
from privacy_center.casework.preferences import Pressed, Said
from privacy_center.casework.receipts import Receipt
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import Work
from privacy_center.law.library import OTHER
from privacy_center.phrases import Phrase
from privacy_center.records.case import Case
from privacy_center.records.mandate import Mandate
from privacy_center.records.people import Identifier
from privacy_center.records.preference import Choice, Preference, Source

KINDS = {"email": Phrase("E-mail address"), "phone": Phrase("Phone number"), "customer": Phrase("Customer number")}
"""By what an agent can name the person for whom they act."""

WRONG = {
    "email": Phrase("Enter the person’s full e-mail address, like name@example.com."),
    "phone": Phrase("Enter the person’s number with its country, like +353 1 555 0100."),
    "customer": Phrase("Enter the person’s customer number with us."),
}
NO_EMAIL = Phrase("Enter your own e-mail address in the right form: we answer you there.")
NO_YES = Phrase("Nobody can say yes for somebody else: a yes is the person’s own, under Your Privacy Choices.")

AGAIN = "The permission was sent once more, with a new copy."


@dataclass(frozen=True, slots=True)
class Act:
    """What an agent gave at the door, and nothing more: times, sources and proofs are ours (S34). Without purposes it
    is a no to all of them. `language` is that of the letters; without it, the first of this house."""

    email: str = field(repr=False)
    kind: str
    value: str = field(repr=False)
    shown: Shown
    agent: str = field(default="", repr=False)
    purposes: tuple[str, ...] = ()
    yes: bool = False
    form_key: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What one act did, and nothing else (D15)."""

    pressed: Pressed
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Came:
    """How an act came: from which network address, and in a session of which mailbox, by its blind index."""

    network: str = field(default="", repr=False)
    own: str | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    """An act that can be taken. `proved` is that it came from a session of the agent's own mailbox."""

    mailbox: str = field(repr=False)
    who: Identity
    shown: Shown
    agent: str = field(repr=False)
    purposes: tuple[str, ...]
    form_key: str | None
    left: Traces
    proved: bool
    language: str


async def say_no(work: Work, act: Act, came: Came = Came()) -> Done:
    """Take a no from an agent: it counts from now on. Raises Invalid.

    The same sending of the same form counts once; each further one counts, and says so in the history. From a network
    that posts very much it counts as well, and its letters wait for a digest (S8).
    """
    given = checked(work, act, came)
    if (before := await _before(work, given)) is not None:
        return before
    passes = False if came.network and await budget.is_crowded(work, came.network) else None
    # this waits for whoever files from the same mailbox at this moment
    case = await gathering.found(work, given.mailbox, given.who, _right(work, given), given.left)
    if (before := await _before(work, given)) is not None:
        return before
    await budget.hold(work, *_indexes(work, given))
    if case is not None:
        return await _take(work, case, given, further=True, passes=passes)
    return await _take(work, await _open(work, given, passes=passes), given, further=False, passes=passes)


def _indexes(work: Work, given: _Checked) -> tuple[str, str]:
    """The mailboxes of the agent and of the person, as letters to them are counted."""
    return work.house.keys.index("email", given.mailbox), work.house.keys.index(given.who.kind, given.who.value)


def checked(work: Work, act: Act, came: Came) -> _Checked:
    """The act, tidied. Raises Invalid with a message for each field that needs mending."""
    errors: dict[str, str] = {"choice": NO_YES} if act.yes else {}
    mailbox, agent = fingerprints.named("email", act.email), clean(act.agent).strip()
    if mailbox is None:
        errors["email"] = NO_EMAIL
    if len(agent) > NAME:
        errors["agent"] = Phrase("This name is too long: {most} characters at most.", most=NAME)
    if act.kind not in KINDS:
        errors["kind"] = Phrase("Choose from the list what you know the person by.")
    who = fingerprints.named(act.kind, act.value.strip()) if act.kind in KINDS else None
    if who is None and act.kind in KINDS:
        errors["value"] = WRONG[act.kind]
    purposes = tuple(dict.fromkeys(act.purposes)) or tuple(work.house.offers)
    if any(name not in work.house.offers for name in purposes):
        errors["purpose"] = preferences.UNKNOWN
    shown = permissions.checked(act.shown, errors, today=work.today)
    if errors or mailbox is None or who is None:
        raise Invalid(errors)
    left = gathering.traces(work, shown, came.network)
    proved = came.own == work.house.keys.index("email", mailbox.value)
    language = act.language or work.house.installation.letter_languages[0]
    found = _Checked(mailbox.value, who, shown, agent, purposes, None, left, proved, language)
    return replace(found, form_key=_form_key(work, act.form_key, found))


def _form_key(work: Work, sent: str, given: _Checked) -> str | None:
    """What makes one sending of one form unique; a form without its key is always a new one."""
    if not sent:
        return None
    file = given.shown.file.content if given.shown.file is not None else b""
    said = (sent, given.mailbox, given.who.digest, *given.purposes, given.shown.words, file.hex())
    return work.house.keys.index("agent form", "\n".join(said))


async def _before(work: Work, given: _Checked) -> Done | None:
    """What this sending did when it came the first time."""
    if given.form_key is None:
        return None
    query = select(Mandate.press).where(col(Mandate.form_key) == given.form_key)
    press = (await work.session.exec(query)).first()
    if not press:
        return None
    rows = list(await work.session.exec(select(Preference).where(col(Preference.press) == press)))
    named = tuple(row.purpose for row in sorted(rows, key=lambda row: row.number or 0))
    return _done(work, Pressed(press, rows[0].at, Choice.out, Source.agent, named, identity=True), given)


def _done(work: Work, pressed: Pressed, given: _Checked) -> Done:
    return Done(pressed, receipts.of_press(work, pressed, given.who))


async def _open(work: Work, given: _Checked, *, passes: bool | None) -> Case:
    """The agent's case, as their first letter tells it."""
    filing = Filing(
        rights=(_right(work, given),),
        place=OTHER,  # nobody asks for it (D20): the shortest period of all laws of this house counts
        email=given.mailbox,
        channel=CHANNEL,
        language=given.language,
        purposes=given.purposes,
    )
    (opened,) = await intake.open_cases(work, filing, passes=passes)
    return await cases.locked_by_id(work, opened.id)


def _right(work: Work, given: _Checked) -> str:
    return lateness.right(work.house, given.purposes, work.now)


async def _take(work: Work, case: Case, given: _Checked, *, further: bool, passes: bool | None) -> Done:
    """The choice, what was shown for it, and the letter to the person, in one transaction."""
    subject, told = await _subject(work, case, given.who)
    said = Said(given.purposes, Source.agent, facts={"case": case.reference})
    pressed = await preferences.say_no(work, said, identity=given.who)
    mandate = mandates.new(work, case, subject, pressed.press, form_key=given.form_key, left=given.left)
    noted = await mandates.show(work, case, mandate, given.shown, agent=given.agent)
    work.session.add(mandate)
    person = trail.commit_to(work, case, given.who.value)
    step = "further_permission" if further and not given.proved else "permission"
    await trail.record(work, case, step, {"press": pressed.press, "person": person, **noted})
    await work.session.flush()
    if given.who.kind == "email" and not set(pressed.purposes) <= told:  # what is new to the person, alone (D11)
        clock = await deadlines.clock(work, case)
        await subject_letters.tell_choice(work, case, subject, pressed, given.who, clock=clock, passes=passes)
    if case.state == "clarifying" and given.proved:  # nobody else answers in the agent's name
        await steps.take(work, case, "reply", Facts(text=AGAIN))
    return _done(work, pressed, given)


async def _subject(work: Work, case: Case, who: Identity) -> tuple[Identifier, frozenset[str]]:
    """The person as this case knows them, and what they have been told of already."""
    index = work.house.keys.index(who.kind, who.value)
    for row in await mandates.subjects(work, case, who.kind):
        if row.index == index:
            presses = list(await work.session.exec(select(Mandate.press).where(col(Mandate.subject_id) == row.id)))
            named = await mandates.purposes(work, presses)
            return row, frozenset(chain.from_iterable(named.values()))
    made = mandates.new_subject(work, case, who)
    work.session.add(made)
    await work.session.flush()
    return made, frozenset()

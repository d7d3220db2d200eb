"""Reception: a request comes in, a case is opened, its first letter goes out."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from privacy_center.casework import budget, deadlines, details, editions, letters, mandates, trail, vault
from privacy_center.casework.facts import Facts, clean
from privacy_center.casework.refusals import Invalid
from privacy_center.casework.work import Work
from privacy_center.law.library import UnknownPlace
from privacy_center.links import new_reference
from privacy_center.phrases import Phrase
from privacy_center.records import inserts
from privacy_center.records.case import Case
from privacy_center.records.rows import new_id
from privacy_center.records.sealed import normal

NAME = 200
NOTE = 2000


@dataclass(frozen=True, slots=True)
class Filing:
    """What a requester gave at the door, and nothing more: times, states and sources are ours (S34).

    `received_at` is set where the house itself has known of the wish for longer, as of a choice; no form has it, nor
    `earlier` and `proved`, which an appeal has: what it is about, and that the mailbox has answered in this session.
    `purposes` are those of a choice that an agent made: their letter lists them. `details` go by the names of their
    fields, for every right at once.
    """

    rights: tuple[str, ...]
    place: str
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    form_key: str = ""
    channel: str = "web"
    language: str = "en"
    received_at: datetime | None = None
    purposes: tuple[str, ...] = ()
    post: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    earlier: UUID | None = None
    proved: bool = False

    @property
    def ways(self) -> dict[str, str]:
        """How the person can be reached, by kind; the door of the web knows mailboxes alone."""
        given = {"email": self.email, "post": self.post, "phone": self.phone}
        return {kind: value for kind, value in given.items() if value}


def checked(work: Work, filing: Filing) -> Filing:
    """The filing, tidied. Raises Invalid with a message for each field that needs mending."""
    errors: dict[str, str] = {}
    known = work.house.library.rights()
    rights = tuple(dict.fromkeys(right for right in filing.rights if right))
    if not rights:
        errors["right"] = Phrase("Choose what you would like us to do.")
    elif any(right not in known for right in rights):
        errors["right"] = Phrase("Choose from the list: we do not know this kind of request.")
    said = details.tidied(work, filing.details, [right for right in rights if right in known], errors)
    place = _place(work, filing.place, errors)
    reached = filing.post or filing.phone
    email = _email(filing.email, errors) if filing.email.strip() or not reached else ""
    name, note = clean(filing.name).strip(), clean(filing.note).strip()
    if len(name) > NAME:
        errors["name"] = Phrase("This name is too long: {most} characters at most.", most=NAME)
    if len(note) > NOTE:
        errors["note"] = Phrase(
            "This note is too long: {most} characters at most. Yours has {has}.", most=f"{NOTE:,}", has=f"{len(note):,}"
        )
    if errors:
        raise Invalid(errors)
    return replace(filing, rights=rights, place=place, email=email, name=name, note=note, details=said)


def _place(work: Work, typed: str, errors: dict[str, str]) -> str:
    if not typed.strip():
        errors["place"] = Phrase("Choose where you live: it decides which law protects you.")
        return ""
    try:
        return work.house.library.parse_place(typed)
    except UnknownPlace:
        errors["place"] = Phrase(
            "We do not know this place. Choose it from the list, or choose “Another country or region”."
        )
        return ""


def _email(typed: str, errors: dict[str, str]) -> str:
    if not typed.strip():
        errors["email"] = Phrase("Enter your e-mail address: we write to it to confirm that you asked.")
        return ""
    try:
        return validate_email(typed.strip(), check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        errors["email"] = Phrase("Enter an e-mail address in the right form, like name@example.com.")
        return ""


async def open_cases(
    work: Work, filing: Filing, *, network: str | None = None, passes: bool | None = None
) -> list[Case]:
    """Open one case for each right, each with its own clock and its first letter. Raises Invalid.

    A right that this sending of this form opened before, by a first click or an earlier try, opens nothing. `network`
    is the address that a form came from: its posts are counted, and it raises TooMany. Those without an address, as
    over a socket, are counted together; None is for what no form brought, or for whoever has counted already, and says
    whether the first letter `passes`.
    """
    filing, opened = checked(work, filing), []
    index = work.house.keys.index("email", filing.email)
    passes = passes if network is None else await budget.check_filing(work, network, index)
    for right in filing.rights:
        if case := await _open(work, filing, right, passes=passes):
            opened.append(case)
            passes = None  # that was the first letter's
    if network and passes is not None:
        await budget.give_back(work, index)
    return opened


def form_key(work: Work, filing: Filing, right: str) -> str | None:
    """What makes one sending of one form unique: a double click opens one case, a corrected form opens its own."""
    if not filing.form_key:
        return None
    said = "\n".join((filing.form_key, right, filing.place, *map(normal, filing.ways.values())))
    return work.house.keys.index("form", said)


async def _open(work: Work, filing: Filing, right: str, *, passes: bool | None) -> Case | None:
    case = _new_case(work, filing, right)
    clock = await deadlines.open_clock(work, case)
    if not await inserts.unless_there(work.session, case, unique="form_key"):
        return None
    mailbox, *others = [vault.new_identifier(work, case, kind, value) for kind, value in filing.ways.items()]
    mailbox.proved_at = work.now if filing.proved else None
    work.session.add_all([mailbox, *others])
    await trail.record(work, case, "open", _noted(work, case, filing), head=trail.NOTHING_YET)
    workflow = work.house.library.workflow_for(right)
    more = {"purposes": mandates.in_words(work, filing.purposes)}
    for kind in workflow.opens:
        await letters.write(work, case, kind, clock=clock, mailbox=mailbox, facts=Facts(), passes=passes, more=more)
    await inserts.added(work.session)
    return case


def _new_case(work: Work, filing: Filing, right: str) -> Case:
    received_at = filing.received_at or work.now
    laws = editions.found(work, right, filing.place, received_at)
    workflow = work.house.library.workflow_for(right)
    case_id = new_id()
    return Case(
        id=case_id,
        reference=new_reference(),
        form_key=form_key(work, filing, right),
        earlier_id=filing.earlier,
        right=right,
        regime=laws[0]["regime"],
        place=filing.place,
        laws=laws,
        workflow_digest=workflow.digest,
        channel=filing.channel,
        language=filing.language,
        notice_version=work.house.installation.notice_version,
        salt=work.house.keys.seal_bytes(os.urandom(32), place=f"case.salt:{case_id}"),
        state=workflow.begins,
        received_at=received_at,
        answer_due=work.now.date(),  # at once, until the clock says otherwise
        target_due=work.now.date(),
    )


def _noted(work: Work, case: Case, filing: Filing) -> dict[str, str | int | bool | None]:
    noted: dict[str, str | int | bool | None] = {
        "right": case.right,
        "regime": case.regime,
        "place": case.place,
        "law": " ".join(law["digest"] for law in case.laws),
        "workflow": case.workflow_digest,
        "received_at": case.received_at.isoformat(),
        "channel": case.channel,
        "notice": case.notice_version,
    }
    for kind, value in filing.ways.items():
        noted[kind] = trail.commit_to(work, case, value)
    for kind, words in (("name", filing.name), ("note", filing.note)):
        if words:
            noted[kind] = vault.keep(work, case, kind, words)
    return noted | details.keep(work, case, filing.details)

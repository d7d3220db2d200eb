"""The cast and the cases: built by taking real steps, never by setting state.

*Ada* requests, *Otto* is her agent, *Hana* handles, *Lea* leads, *Mallory* guesses other people's references.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import cases, intake, sessions, staffing, steps, vault, verification
from privacy_center.casework.facts import Facts, Upload
from privacy_center.casework.intake import Filing
from privacy_center.casework.work import CLOCK, OPERATOR, REQUESTER, Actor, Work
from privacy_center.center import Center
from privacy_center.law.terms import Role
from privacy_center.links import Purpose
from privacy_center.records.case import Case
from privacy_center.records.challenge import Challenge
from privacy_center.records.staff import Staff

ADA = "ada@people.example"
OTTO = "otto@agents.example"
MALLORY = "mallory@people.example"
HANA = "hana@northwind.example"
LEA = "lea@northwind.example"

PLACES = {"eu-gdpr": "DE", "us-ca-ccpa": "US-CA", "voluntary": "US-OH"}

MATCH = Facts(found_in="Shop accounts, since 2021", data_points=3, declaration=True)
ANSWER = Facts(
    text="Here is what we hold about you.",
    contents={
        "restricted_identifier_notice": "We hold your driving licence number.",
        "third_party_list": "Parcel Post Limited; Card Payments Limited.",
        "downstream_notice": "We told our delivery partners.",
        "retained_record_notice": "We keep the invoices for seven years.",
    },
    files=(Upload("orders.csv", b"order,day\n1,2026-01-02\n"),),
)
WORDS = Facts(text="A few words.")


@dataclass(frozen=True, slots=True)
class Cast:
    """Staff who have joined, as actors."""

    hana: Actor
    lea: Actor


async def file(
    center: Center, *, regime: str = "eu-gdpr", right: str = "access", email: str = ADA, name: str = "", note: str = ""
) -> str:
    """Ada files a request; returns its reference."""
    async with center.work(by=REQUESTER) as work:
        filing = Filing((right,), PLACES.get(regime, regime), email, name, note)
        (case,) = await intake.open_cases(work, filing)
    return case.reference


async def prove(center: Center, reference: str) -> None:
    """Her mailbox answers: what a mail server took is confirmed by a click."""
    async with center.work(by=REQUESTER) as work:
        token = work.house.links.sign(Purpose.verify, str((await challenge(work, reference)).id))
        await verification.confirm_link(work, token)


async def challenge(work: Work, reference: str, purpose: Purpose = Purpose.verify) -> Challenge:
    """The newest question to the owner of a case's mailbox."""
    query = (
        select(Challenge)
        .join(Case, col(Case.id) == col(Challenge.case_id))
        .where(col(Case.reference) == reference, col(Challenge.purpose) == purpose)
        .order_by(col(Challenge.created_at).desc(), col(Challenge.id).desc())
    )
    found = (await work.session.exec(query)).first()
    assert found is not None, f"nobody was asked to {purpose} {reference}"
    return found


async def take(center: Center, reference: str, name: str, facts: Facts = WORDS, *, by: Actor) -> Case:
    """One step, as its actor."""
    async with center.work(by=by) as work:
        case = await cases.locked(work, reference)
        await steps.take(work, case, name, facts)
    return case


async def fresh(center: Center, reference: str) -> Actor:
    """Ada as her session proves her freshly for this case."""
    return Actor(Role.requester, fresh_for=(await seen(center, reference)).id)


async def cast(center: Center) -> Cast:
    """Hana and Lea, invited and joined."""
    return Cast(await member(center, HANA, Role.handler), await member(center, LEA, Role.lead))


async def member(center: Center, email: str, role: Role) -> Actor:
    """One member of staff, invited and joined."""
    async with center.work(by=OPERATOR) as work:
        address = await staffing.invite(work, email, role)
    async with center.work(by=REQUESTER) as work:
        cookie = await staffing.enter(work, address.rpartition("/")[2])
    async with center.reading(by=REQUESTER) as work:
        found = await sessions.member(work, cookie)
    assert found is not None
    return found.actor


async def a_case(center: Center, state: str = "reviewing", *, regime: str = "eu-gdpr", right: str = "access") -> str:
    """A case that stands in this state, or is `matched` or `extended`; returns its reference."""
    reference = await file(center, regime=regime, right=right)
    if state == "unverified":
        return reference
    await prove(center, reference)
    staff = await cast(center)
    for name, facts, by in PATHS[state]:
        await take(center, reference, name, facts, by=getattr(staff, by))
    return reference


PATHS: dict[str, tuple[tuple[str, Facts, str], ...]] = {
    "reviewing": (),
    "clarifying": (("ask", WORDS, "hana"),),
    "matched": (("match", MATCH, "hana"),),
    "fulfilled": (("match", MATCH, "hana"), ("fulfil", ANSWER, "hana")),
    "denied": (("deny", Facts(text="We looked.", ground="no_data_held"), "lea"),),
}


async def seen(center: Center, reference: str) -> Case:
    """The case as it stands."""
    async with center.reading(by=REQUESTER) as work:
        return await cases.seen(work, reference)


async def mailbox_proved(center: Center, reference: str) -> bool:
    """Whether the case's mailbox is proved."""
    async with center.reading(by=REQUESTER) as work:
        return (await vault.mailbox(work, await cases.seen(work, reference))).proved_at is not None


async def staff_id(center: Center, email: str) -> UUID:
    """The id of a member of staff."""
    async with center.reading(by=REQUESTER) as work:
        found = (
            await work.session.exec(
                select(Staff).where(col(Staff.email_index) == work.house.keys.index("email", email))
            )
        ).one()
    return found.id


TIME = CLOCK
"""Time as an actor."""

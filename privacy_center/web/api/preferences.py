"""Choices by machines: asking, reporting, the link for a mail, and what has changed."""

import base64
import json
from collections.abc import Sequence
from uuid import UUID

from starlette.responses import JSONResponse, Response

from privacy_center.casework import aliases, fingerprints, lookups, preferences, receipts, reported, unsubscribing
from privacy_center.casework import changes as casework_changes
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Said
from privacy_center.casework.reported import Known, Told
from privacy_center.casework.tokens import Bearer, Scope
from privacy_center.casework.unsubscribing import Mailing
from privacy_center.casework.work import Work
from privacy_center.law.library import UnknownPlace
from privacy_center.records.preference import Source
from privacy_center.web.api import access
from privacy_center.web.api.problems import Problem, invalid
from privacy_center.web.api.schemas import Asked, LinkWanted, Lookup, Person, Put

NAMELESS = (
    "It is no such identifier: an address, a number with its country like +353…, or a name without control characters."
)
UNKNOWN_HASH = "Nobody here has this hash, so nothing can be applied: send the identifier itself."
SIGNATURE = "Privacy-Center-Signature"


@access.reads(Scope.preferences_read, Lookup)
async def lookup(work: Work, bearer: Bearer, sent: Lookup) -> Response:
    """POST /api/v1/preferences/lookup: may it be done? In the order asked, and nobody is named."""
    names = _purposes(work, bearer, sent.purposes)
    place = _place(work, sent.place)
    named = _sorted(bearer, sent.identifiers)
    digests = [who.digest for who in named if not isinstance(who, str)]
    if len(digests) == len(named):
        found = await lookups.answers_by_digest(work, digests, names, place=place, under_16=sent.under_16)
    else:
        people = await _known(work, bearer, named)
        found = await lookups.answers(work, people, names, place=place, under_16=sent.under_16)
    return JSONResponse(
        {"answers": [{"purposes": {name: _said(answer) for name, answer in each.items()}} for each in found]}
    )


def _said(answer: lookups.Answer) -> dict[str, object]:
    said: dict[str, object] = {
        "allowed": answer.allowed,
        "reason": answer.reason,
        "basis": answer.basis,
        "valid_until": answer.valid_until.isoformat(),
    }
    if answer.ask_again:
        said["ask_again"] = answer.ask_again.isoformat()
    return said


@access.writes(Scope.preferences_write, Put)
async def put(work: Work, bearer: Bearer, sent: Put) -> Response:
    """PUT /api/v1/preferences: a no at once, a yes with evidence (D3, D5). All of it or nothing."""
    facts: dict[str, str | int | bool | None] = {"token": str(bearer.id)}
    facts |= {"site": sent.site.lower()} if sent.site else {}
    said = Said(_reported(work, bearer, sent), Source(sent.source), _place(work, sent.place), facts)
    people = [_alone(sent)] if sent.choice == "in" else await _applicable(work, bearer, sent.identifiers)
    presses = [_press(work, await _take(work, said, sent, who), who) for who in people]
    return JSONResponse({"choice": sent.choice, "at": work.now.isoformat(), "presses": presses})


def _alone(sent: Put) -> Identity:
    """The one person of a yes: none in bulk (D5). Raises Problem."""
    if len(sent.identifiers) != 1 or sent.identifiers[0].type == "hash":
        raise invalid("/identifiers", "A yes is for one person, named by one identifier in clear.")
    return _identity(sent.identifiers[0], "/identifiers/0")


async def _take(work: Work, said: Said, sent: Put, who: Known) -> Told:
    if sent.choice == "in":
        return await reported.yes(work, said, _consent(sent), who)
    if said.source is Source.signal:
        return await reported.signal(work, who, facts=said.facts)
    return await reported.no(work, said, who)


def _consent(sent: Put) -> Consent:
    """What shows that a yes was meant. Raises Problem."""
    evidence = sent.evidence
    if evidence is None:
        raise invalid("/evidence", "A yes needs evidence: notice_version, shown_at and given_at.")
    return Consent(
        evidence.notice_version, evidence.shown_at, evidence.given_at, signal=evidence.signal, young=evidence.young
    )


def _press(work: Work, told: Told, who: Known) -> dict[str, object]:
    """What one report did, with its receipt to hand on to the person."""
    pressed, identity = told.pressed, who if isinstance(who, Identity) else None
    if pressed is None:
        return {"press": None, "purposes": [], "changed": False, "receipt": None}
    receipt = receipts.of_press(work, pressed, identity)
    said = {"press": pressed.press, "purposes": list(pressed.purposes), "changed": told.changed}
    return {**said, "receipt": {"url": receipt.address, "proof": receipt.proof or None}}


def _reported(work: Work, bearer: Bearer, sent: Put) -> tuple[str, ...]:
    """The purposes of a report. Global Privacy Control speaks for itself, and whole (11 CCR 7025(c)(1))."""
    if sent.source == "signal":
        if sent.purposes is not None:
            raise invalid("/purposes", "The signal says itself what it covers: leave the purposes out.")
        return preferences.covered(work.house)
    if sent.purposes is None:
        raise invalid("/purposes", "Name the purposes.")
    return _purposes(work, bearer, sent.purposes)


def _purposes(work: Work, bearer: Bearer, named: Sequence[str] | None) -> tuple[str, ...]:
    """The purposes asked for, or all that the token is bound to. Raises Invalid, or Problem 403 beyond them."""
    if named is None:
        named = [name for name in work.house.offers if bearer.may_ask(name)]
    asked = preferences.checked(work, named)
    if not all(bearer.may_ask(name) for name in asked):
        raise Problem(403, "This token is bound to other purposes.")
    return asked


def _place(work: Work, typed: str) -> str:
    try:
        return work.house.library.parse_place(typed) if typed else ""
    except UnknownPlace:
        raise invalid("/place", "This is no code of ISO 3166, like DE or US-CA.") from None


def _identity(person: Person, place: str) -> Identity:
    """Somebody in clear. Raises Problem."""
    named = fingerprints.named(person.type, person.value)
    if named is None:
        raise invalid(f"{place}/value", NAMELESS)
    return named


def _sorted(bearer: Bearer, people: Sequence[Person]) -> list[str | Identity]:
    """Each as a hash or an identity. Raises Problem, naming every one that is none."""
    if not bearer.hashes and any(person.type == "hash" for person in people):
        raise Problem(403, "This token has no hashes: it was created without them.")
    named = [p.value if p.type == "hash" else fingerprints.named(p.type, p.value) for p in people]
    wrong = [number for number, who in enumerate(named) if who is None]
    if wrong:
        errors = [{"pointer": f"/identifiers/{number}/value", "detail": NAMELESS} for number in wrong]
        raise Problem(422, "See the errors.", errors=errors)
    return [who for who in named if who is not None]


async def _known(work: Work, bearer: Bearer, named: Sequence[str | Identity]) -> list[UUID | None]:
    """The fingerprint of each that we know, hash or identity. A statement for either."""
    hashes = await aliases.find(work, bearer.id, [who for who in named if isinstance(who, str)])
    digests = ["" if isinstance(who, str) else who.digest for who in named]
    found = await fingerprints.find(work, filter(None, digests))
    return [hashes.get(who) if isinstance(who, str) else found.get(digests[n]) for n, who in enumerate(named)]


async def _applicable(work: Work, bearer: Bearer, people: Sequence[Person]) -> list[Known]:
    """Everybody to whom a no can be applied. Raises Problem for hashes that lead to nobody."""
    named = _sorted(bearer, people)
    hashes = await aliases.find(work, bearer.id, [who for who in named if isinstance(who, str)])
    lost = [number for number, who in enumerate(named) if isinstance(who, str) and who not in hashes]
    if lost:
        errors = [{"pointer": f"/identifiers/{number}/value", "detail": UNKNOWN_HASH} for number in lost]
        raise Problem(422, "See the errors.", errors=errors)
    return [hashes[who] if isinstance(who, str) else who for who in named]


@access.writes(Scope.preferences_write, LinkWanted)
async def link(work: Work, bearer: Bearer, sent: LinkWanted) -> Response:
    """POST /api/v1/preferences/links: the address of a one-click unsubscribe, and its headers (RFC 8058)."""
    if sent.identifier.type == "hash":
        raise invalid("/identifier", "Name the identifier itself: a link is made for somebody you write to.")
    (purpose,) = _purposes(work, bearer, [sent.purpose])
    person = await fingerprints.make(work, _identity(sent.identifier, "/identifier"))
    url = f"{work.house.base_url}/u/{unsubscribing.token(work.house, Mailing(person.id, purpose))}"
    headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return JSONResponse({"url": url, "headers": headers})


@access.reads(Scope.preferences_read, Asked)
async def changes(work: Work, bearer: Bearer, sent: Asked) -> Response:
    """GET /api/v1/preferences/changes: what has changed since, signed as it stands in the body (D29)."""
    if not bearer.hashes:
        raise Problem(403, "This token has no hashes, and changes name people by nothing else.")
    page = await casework_changes.since(work, bearer, sent.after, limit=sent.limit)
    rows = [
        {
            "number": change.number,
            "hash": change.hash,
            "kind": change.kind,
            "purpose": change.purpose,
            "choice": change.choice,
            "at": change.at.isoformat(),
            "source": change.source,
        }
        for change in page.changes
    ]
    body = json.dumps({"changes": rows, "next": page.next}, separators=(",", ":")).encode()
    key_id, signature = work.house.signer.sign(body)
    signed = {SIGNATURE: f"{key_id}:{base64.b64encode(signature).decode()}"}
    return Response(body, media_type="application/json", headers=signed)

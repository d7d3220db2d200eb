"""Reported: choices that a system of the controller hands on, each with the token that did."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from privacy_center.casework import fingerprints, preferences
from privacy_center.casework.fingerprints import Identity
from privacy_center.casework.preferences import Consent, Noted, Pressed, Said, Standing
from privacy_center.casework.refusals import Refused
from privacy_center.casework.work import Work
from privacy_center.records.preference import Choice, Source

Known = Identity | UUID
"""Somebody by an identifier, or by the fingerprint that a recipient's hash led to."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one report. Without a press nothing changed: what the signal asks for stands already.

    `changed` is False where the same had been reported before; the press is then that of the first report.
    """

    pressed: Pressed | None
    changed: bool


async def no(work: Work, said: Said, who: Known) -> Told:
    """Apply a no at once. Said twice by the same token with nothing in between, it keeps its first press. Raises
    Invalid."""
    asked = preferences.checked(work, said.purposes)
    if (pressed := await _said_already(work, asked, said, who, Choice.out)) is not None:
        return Told(pressed, False)
    identity, person = (who, None) if isinstance(who, Identity) else (None, who)
    return Told(await preferences.say_no(work, said, identity=identity, person=person), True)


async def signal(work: Work, who: Known, *, facts: Noted) -> Told:
    """Global Privacy Control that a site saw from somebody it knows: whole, and written only where it changes
    something (D16, D17)."""
    pressed = await preferences.signalled(work, who, facts=facts)
    return Told(pressed, pressed is not None)


async def yes(work: Work, said: Said, consent: Consent, who: Known) -> Told:
    """A yes, with what shows that it was meant (D5). Raises Invalid or Refused."""
    if said.source is not Source.api:
        raise Refused("A yes comes from the person alone: no agent and no signal can give it.")
    if not isinstance(who, Identity):
        raise Refused("A yes is for somebody who is named, not for a hash.")
    asked = preferences.checked(work, said.purposes)
    if (pressed := await _said_already(work, asked, said, who, Choice.in_, consent)) is not None:
        return Told(pressed, False)
    return Told(await preferences.say_yes(work, said, consent, identity=who), True)


async def _said_already(
    work: Work, asked: Sequence[str], said: Said, who: Known, choice: Choice, consent: Consent | None = None
) -> Pressed | None:
    """The press of a call that this one repeats: same token, same words, and nothing said since (S35)."""
    person = who
    if isinstance(person, Identity):
        found = (await fingerprints.find(work, [person.digest])).get(person.digest)
        if found is None:
            return None
        person = found
    stands = await preferences.states(work, [person], asked)
    rows = [stands.get((person, name)) for name in asked]
    presses = {(row.press, row.at) for row in rows if row is not None and _is_same(row, said, choice, consent)}
    if len(presses) != 1 or not all(row is not None and (row.press, row.at) in presses for row in rows):
        return None
    ((press, at),) = presses
    return Pressed(press, at, choice, said.source, tuple(asked), True)


def _is_same(row: Standing, said: Said, choice: Choice, consent: Consent | None) -> bool:
    kept = dict(row.facts)
    given = consent is None or kept.get("given_at") == consent.given_at.isoformat()
    mine = all(kept.get(name) == value for name, value in said.facts.items())
    return row.choice == choice and row.source == said.source and given and mine

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
    """What became of one report. Without a press nothing changed: what the signal asks for stands already."""

    press: str | None
    purposes: tuple[str, ...]
    changed: bool


async def no(work: Work, said: Said, who: Known) -> Told:
    """Apply a no at once. Said twice by the same token with nothing in between, it keeps its first press. Raises
    Invalid."""
    asked = preferences.checked(work, said.purposes)
    if (press := await _said_already(work, asked, said, who, Choice.out)) is not None:
        return Told(press, asked, False)
    identity, person = (who, None) if isinstance(who, Identity) else (None, who)
    return _told(await preferences.say_no(work, said, identity=identity, person=person))


async def signal(work: Work, who: Known, *, facts: Noted) -> Told:
    """Global Privacy Control that a site saw from somebody it knows: whole, and written only where it changes
    something (D16, D17)."""
    pressed = await preferences.signalled(work, who, facts=facts)
    return _told(pressed) if pressed is not None else Told(None, (), False)


async def yes(work: Work, said: Said, consent: Consent, who: Identity) -> Told:
    """A yes, with what shows that it was meant (D5). Raises Invalid or Refused."""
    if said.source is not Source.api:
        raise Refused("A yes comes from the person alone: no agent and no signal can give it.")
    asked = preferences.checked(work, said.purposes)
    if (press := await _said_already(work, asked, said, who, Choice.in_, consent)) is not None:
        return Told(press, asked, False)
    return _told(await preferences.say_yes(work, said, consent, identity=who))


def _told(pressed: Pressed) -> Told:
    return Told(pressed.press, pressed.purposes, True)


async def _said_already(
    work: Work, asked: Sequence[str], said: Said, who: Known, choice: Choice, consent: Consent | None = None
) -> str | None:
    """The press of a call that this one repeats: same token, same words, and nothing said since (S35)."""
    person = who
    if isinstance(person, Identity):
        found = (await fingerprints.find(work, [person.digest])).get(person.digest)
        if found is None:
            return None
        person = found
    stands = await preferences.states(work, [person], asked)
    rows = [stands.get((person, name)) for name in asked]
    presses = {row.press for row in rows if row is not None and _is_same(row, said, choice, consent)}
    same = len(presses) == 1 and all(row is not None and row.press in presses for row in rows)
    return presses.pop() if same else None


def _is_same(row: Standing, said: Said, choice: Choice, consent: Consent | None) -> bool:
    kept = dict(row.facts)
    given = consent is None or kept.get("given_at") == consent.given_at.isoformat()
    mine = all(kept.get(name) == value for name, value in said.facts.items())
    return row.choice == choice and row.source == said.source and given and mine

"""Permissions: the one thing that may be asked of an agent who says no for somebody (11 CCR 7026(j); L2), and what one
who asks for more shows first (11 CCR 7063).

A file is looked at by its first bytes and never unpacked or rendered; staff save it, and judge it (S17).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from privacy_center.casework import desk, mandates
from privacy_center.casework.facts import Upload, clean
from privacy_center.casework.guards import LONGEST
from privacy_center.casework.intake import NAME
from privacy_center.casework.mandates import Shown
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.phrases import Phrase
from privacy_center.records.mandate import Mandate

LARGEST = 8_000_000
"""Bytes of a permission's file: a page photographed by a telephone has four million."""

BEGINNINGS: Mapping[str, bytes] = {"PDF": b"%PDF-", "PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff"}
"""By which first bytes each kind of file is known, whatever its name says."""

MISSING = Phrase(
    "What is missing is the written permission, signed by the person you act for. Choose it as a file, or write its "
    "words below with the signer’s name and the day. Nothing else is needed, and nothing is asked of the person "
    "(11 CCR 7026(j))."
)
NO_KIND = Phrase(
    "This file is no PDF, PNG or JPEG. Save the permission as one of these, or write its words below instead."
)
TOO_LARGE = Phrase("This file is too large: 8 MB at most. A smaller picture will do, if it can be read.")
EMPTY = Phrase("This file is empty. Choose it again, or write the permission’s words below instead.")
NOT_KEPT = Phrase("Choose the file again: a browser does not keep it. Everything else that you typed is still here.")
AHEAD = timedelta(days=1)
"""Somewhere it is tomorrow already."""


def checked(given: Shown, errors: dict[str, str], *, today: date, missing: str = MISSING) -> Shown:
    """The permission, tidied; what is wrong goes beside its field. What was typed beside a file is kept with it."""
    words, signer = clean(given.words).strip(), clean(given.signer).strip()
    if len(words) > LONGEST:
        errors["words"] = Phrase("This is too long: {most} characters at most. Send it as a file.", most=f"{LONGEST:,}")
    if len(signer) > NAME:
        errors["signer"] = Phrase("This name is too long: {most} characters at most.", most=NAME)
    if given.file is not None:
        _check_file(given.file, errors)
    elif not (words or signer or given.signed_on.strip()):
        errors["permission"] = missing
    else:
        _check_typed(words, signer, errors)
    return Shown(words, signer, _day(given, errors, today=today), given.file)


def _check_file(file: Upload, errors: dict[str, str]) -> None:
    if not file.content:
        errors["permission"] = EMPTY
    elif len(file.content) > LARGEST:
        errors["permission"] = TOO_LARGE
    elif not file.content.startswith(tuple(BEGINNINGS.values())):
        errors["permission"] = NO_KIND


def _check_typed(words: str, signer: str, errors: dict[str, str]) -> None:
    if not words:
        errors.setdefault("words", Phrase("Write what the permission says, word by word, or choose it as a file."))
    if not signer:
        errors.setdefault("signer", Phrase("Write the name with which the person signed it."))


def _day(given: Shown, errors: dict[str, str], *, today: date) -> str:
    """The day of the signature; a file has it in itself."""
    typed = given.signed_on.strip()
    if not typed and (given.file is not None or "permission" in errors):
        return ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        errors["signed_on"] = Phrase("Enter the day on which it was signed.")
        return ""
    if day > today + AHEAD:
        errors["signed_on"] = Phrase("A permission is not signed in the future.")
    return day.isoformat()


async def look(work: Work, reference: str, mandate_id: UUID) -> tuple[Mandate, Shown]:
    """Open a permission to read it. The look is in the trail before anything is shown (rule 4). Raises NotFound or
    Refused."""
    case = await desk.look(work, reference, at="permission")
    mandate = await work.session.get(Mandate, mandate_id)
    if mandate is None or mandate.case_id != case.id:
        raise NotFound
    return mandate, await mandates.shown(work, mandate)

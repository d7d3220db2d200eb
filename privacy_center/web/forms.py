"""Forms: what a browser sent, read once, bounded, and turned into plain values."""

import re
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from privacy_center.casework import details
from privacy_center.casework.facts import Facts, Upload, clean, day
from privacy_center.law.library import Library

SMALL = 64 * 1024
"""Bytes of a form without files."""

WORDY = 512 * 1024
"""Bytes of a form with the words of many rights, in letters that take many bytes."""

FIELD = 256 * 1024
"""Bytes of one field: longer than any text may be, so that a text too long is told so and not lost."""

LARGE = 64 * 1024 * 1024
"""Bytes of a form with the files of an answer."""

PAPER = 12 * 1024 * 1024
"""Bytes of a form with an agent's permission: more than its file may have, so that one too large is told so."""

FILES = 20
FIELDS = 100


CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields. Nothing is trusted for being there."""

    data: FormData = field(repr=False)

    def text(self, name: str) -> str:
        """One field; what is missing or no text is empty."""
        value = self.data.get(name)
        return clean(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may repeat."""
        return tuple(clean(value) for value in self.data.getlist(name) if isinstance(value, str))

    def values(self) -> dict[str, str]:
        """The text fields, to fill the form again (U10)."""
        return {clean(name): clean(value) for name, value in self.data.items() if isinstance(value, str)}

    def details(self, library: Library) -> dict[str, str]:
        """What was said of each right beside the note."""
        return details.typed(library, self.data, self.text)

    async def facts(self) -> Facts:
        """What staff or a requester gave with a step."""
        contents = {
            name.removeprefix("content_"): value for name, value in self.values().items() if name.startswith("content_")
        }
        points = self.text("data_points").strip()
        return Facts(
            text=self.text("text"),
            ground=self.text("ground"),
            citation=self.text("citation"),
            contents=contents,
            corrected=self.text("corrected"),
            files=await self._uploads(),
            until=day(self.text("until")),
            found_in=self.text("found_in"),
            data_points=int(points) if points.isascii() and points.isdecimal() and len(points) < 4 else 0,
            declaration=self.text("declaration") == "yes",
        )

    async def upload(self, name: str) -> Upload | None:
        """One file, or None where none was chosen. Others of the form are let go of."""
        part = self.data.get(name)
        found = await _upload(part) if _is_file(part) else None
        await self.data.close()
        return found

    async def _uploads(self) -> tuple[Upload, ...]:
        uploads = tuple([await _upload(part) for part in self.data.getlist("files") if _is_file(part)])
        await self.data.close()  # what was spooled to a temporary file is gone from there at once
        return uploads


def _is_file(part: object) -> bool:
    return isinstance(part, UploadFile) and bool(part.filename)


async def _upload(part: object) -> Upload:
    if not isinstance(part, UploadFile):
        raise TypeError("only files are read as files")
    return Upload(part.filename or "file", await part.read())


async def read(request: Request, *, files: int = 0) -> Form:
    """Read the form; the body's size is bounded by the route. Raises HTTPException (415) for a charset but UTF-8."""
    charset = CHARSET.search(request.headers.get("content-type", ""))
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8"}:
        raise HTTPException(415)
    return Form(await request.form(max_files=files, max_fields=FIELDS, max_part_size=FIELD))

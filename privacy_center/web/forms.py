"""Forms: what a browser sent, read once, bounded, and turned into plain values."""

from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from privacy_center.casework.facts import Facts, Upload

SMALL = 64 * 1024
"""Bytes of a form without files."""

LARGE = 64 * 1024 * 1024
"""Bytes of a form with the files of an answer."""

FILES = 20
FIELDS = 100


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields. Nothing is trusted for being there."""

    data: FormData = field(repr=False)

    def text(self, name: str) -> str:
        """One field; what is missing or no text is empty."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of a field that may repeat."""
        return tuple(value for value in self.data.getlist(name) if isinstance(value, str))

    def values(self) -> dict[str, str]:
        """The text fields, to fill the form again (U10)."""
        return {name: value for name, value in self.data.items() if isinstance(value, str)}

    async def facts(self) -> Facts:
        """What staff or a requester gave with a step."""
        contents = {
            name.removeprefix("content_"): value for name, value in self.values().items() if name.startswith("content_")
        }
        points = self.text("data_points").strip()
        return Facts(
            text=self.text("text").replace("\r\n", "\n"),
            ground=self.text("ground"),
            citation=self.text("citation"),
            contents=contents,
            files=tuple([await _upload(part) for part in self.data.getlist("files") if _is_file(part)]),
            found_in=self.text("found_in"),
            data_points=int(points) if points.isascii() and points.isdecimal() and len(points) < 4 else 0,
            declaration=self.text("declaration") == "yes",
        )


def _is_file(part: object) -> bool:
    return isinstance(part, UploadFile) and bool(part.filename)


async def _upload(part: object) -> Upload:
    if not isinstance(part, UploadFile):
        raise TypeError("only files are read as files")
    return Upload(part.filename or "file", await part.read())


async def read(request: Request, *, files: int = 0) -> Form:
    """Read the form; the body's size is bounded by the route."""
    return Form(await request.form(max_files=files or 1, max_fields=FIELDS, max_part_size=SMALL))

"""Packages: the files of an answer, sealed at rest, opened only after a fresh code; and permissions, kept alike."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from sqlmodel import col, select

from privacy_center.casework import trail
from privacy_center.casework.facts import Upload
from privacy_center.casework.refusals import NotFound
from privacy_center.casework.work import Work
from privacy_center.records.case import Case
from privacy_center.records.package import PackageFile
from privacy_center.records.rows import new_id

LIFETIME = timedelta(days=30)
"""How long an answer can be fetched; U22 asks for at least 14 days."""


async def seal(work: Work, case: Case, files: tuple[Upload, ...]) -> dict[str, str | int | bool | None]:
    """Store the files sealed; returns what the trail notes: how many, and a commitment to each content."""
    noted: dict[str, str | int | bool | None] = {"files": len(files)}
    for number, upload in enumerate(files, start=1):
        row = await _row(work, case, upload, until=work.now + LIFETIME)
        work.session.add(row)
        noted[f"file_{number}"] = trail.commit_to(work, case, row.sha256)
    return noted


async def keep(work: Work, case: Case, upload: Upload) -> PackageFile:
    """Store a file that is no part of an answer, sealed; it goes with its case."""
    row = await _row(work, case, upload, until=None)
    work.session.add(row)
    await work.session.flush()  # what names it comes after it
    return row


async def opened(work: Work, row: PackageFile) -> Upload:
    """A file in clear. Whoever calls has left the trace already."""
    sealed = row.content if row.content is not None else await _read(work, row.id)
    return Upload(name(work, row), work.house.keys.open_bytes(sealed, place=f"package.content:{row.id}"))


async def _row(work: Work, case: Case, upload: Upload, *, until: datetime | None) -> PackageFile:
    keys, file_id = work.house.keys, new_id()
    sealed = keys.seal_bytes(upload.content, place=f"package.content:{file_id}")
    folder = work.house.files
    if folder is not None:
        await asyncio.to_thread(_write, folder / file_id.hex, sealed)
    return PackageFile(
        id=file_id,
        case_id=case.id,
        name=keys.seal(safe_name(upload.name), place=f"package.name:{file_id}"),
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=None if folder is not None else sealed,
        created_at=work.now,
        expires_at=until,
    )


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed)


async def files(work: Work, case: Case) -> list[PackageFile]:
    """The files of a case's answer that have not expired; expiry is checked here, on reading (rule 5)."""
    query = (
        select(PackageFile)
        .where(col(PackageFile.case_id) == case.id, col(PackageFile.expires_at) > work.now)
        .order_by(col(PackageFile.id))
    )
    return list(await work.session.exec(query))


def until(rows: Sequence[PackageFile]) -> date | None:
    """The last day on which these files can be fetched; None where there are none."""
    return min((row.expires_at.date() for row in rows if row.expires_at is not None), default=None)


async def had_files(work: Work, case: Case) -> bool:
    """Whether there ever were files, expired ones included."""
    had = (col(PackageFile.case_id) == case.id, col(PackageFile.expires_at).is_not(None))
    query = select(PackageFile.id).where(*had).limit(1)
    return (await work.session.exec(query)).first() is not None


async def fetch(work: Work, case: Case, file_id: UUID) -> Upload:
    """One file in clear, noted in the trail: who fetched, and when, can be shown to the person. Raises NotFound."""
    row = next((f for f in await files(work, case) if f.id == file_id), None)
    if row is None:
        raise NotFound
    upload = await opened(work, row)
    await trail.record(work, case, "download", {"file": trail.commit_to(work, case, row.sha256)})
    return upload


async def _read(work: Work, file_id: UUID) -> bytes:
    folder = work.house.files
    if folder is None:
        raise NotFound
    return await asyncio.to_thread((folder / file_id.hex).read_bytes)


def name(work: Work, row: PackageFile) -> str:
    """A file's name in clear."""
    return work.house.keys.open(row.name, place=f"package.name:{row.id}")


def safe_name(text: str) -> str:
    """A file name without folders, control characters or surprises (S17)."""
    last = re.split(r"[\\/]", text)[-1]
    plain = re.sub(r"[^\w .()+-]", "_", last).strip(". ")
    return plain[:100] or "file"


def disposition(text: str) -> str:
    """The header that makes a browser save a file under its name, never show it (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", text)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(text, safe='')}"

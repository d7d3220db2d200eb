"""Sealed files: the bytes of packages that lie in a folder instead of the database: written, destroyed, sealed anew."""

import asyncio
import os
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction
from sqlmodel import col, select

from privacy_center.casework.work import Work
from privacy_center.records.package import PackageFile

NAME = re.compile(r"[0-9a-f]{32}(\.new)?")
OLD = timedelta(days=1)
BATCH = 500
"""Rows asked for at once."""

NEW = ".new"
"""How a file ends that is being written beside the one it replaces."""


async def write(work: Work, file_id: UUID, sealed: bytes) -> None:
    """Put a new file beside its row: where the transaction fails, the row is not there and the file goes, too."""
    if work.house.files is not None:
        path = work.house.files / file_id.hex
        _bind(work, path)
        await asyncio.to_thread(_write, path, sealed)


def _bind(work: Work, path: Path) -> None:
    def rolled_back(_session: Session, ended: SessionTransaction) -> None:
        if ended.parent is None:  # the whole transaction, and not a savepoint or a flush in it
            path.unlink(missing_ok=True)

    event.listen(work.session.sync_session, "after_soft_rollback", rolled_back)


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealed)


async def destroy(work: Work, ids: Iterable[UUID]) -> None:
    """Remove the files of these rows. One that is gone already is no mistake: the last try may have been cut short."""
    if work.house.files is not None:
        paths = [work.house.files / file_id.hex for file_id in ids]
        await asyncio.to_thread(_remove, paths)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
        path.with_suffix(NEW).unlink(missing_ok=True)


async def remove_orphans(work: Work) -> int:
    """Remove files that no row owns: what a process leaves that ends between the file and its commit. Returns how many.

    A file of today may belong to a transaction that is still under way, so only those that are older are looked at.
    """
    if work.house.files is None:
        return 0
    old = await asyncio.to_thread(_older, work.house.files, (work.now - OLD).timestamp())
    gone: list[Path] = [path for path in old if path.suffix == NEW]
    whole = {UUID(path.name): path for path in old if path.suffix != NEW}
    every = list(whole)
    for at in range(0, len(every), BATCH):
        ids = every[at : at + BATCH]
        query = select(PackageFile.id).where(col(PackageFile.id).in_(ids), col(PackageFile.destroyed_at).is_(None))
        owned = list(await work.session.exec(query))
        gone += [whole[each] for each in ids if each not in owned]
    await asyncio.to_thread(_remove, gone)
    return len(gone)


def _older(folder: Path, before: float) -> list[Path]:
    """Sealed files that were last written before a moment; whatever else somebody keeps in the folder is not ours."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if NAME.fullmatch(path.name) and _written(path, before) < before]


def _written(path: Path, now: float) -> float:
    """When a file was last written; one that another worker has just removed is none to look at."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return now


async def read(work: Work, file_id: UUID) -> bytes | None:
    """The sealed bytes, or None where there is no such file."""
    if work.house.files is None:
        return None
    return await asyncio.to_thread(_read, work.house.files / file_id.hex)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


async def replace(work: Work, file_id: UUID, sealed: bytes) -> None:
    """Put new bytes in a file's place at once: whoever reads meanwhile gets the old or the new ones, never half."""
    if work.house.files is not None:
        await asyncio.to_thread(_replace, work.house.files / file_id.hex, sealed)


def _replace(path: Path, sealed: bytes) -> None:
    new = path.with_suffix(NEW)
    with new.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)

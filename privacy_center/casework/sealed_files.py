"""Sealed files: the bytes of packages that lie in a folder instead of the database: written, destroyed, sealed anew."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from privacy_center.casework.work import Work

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

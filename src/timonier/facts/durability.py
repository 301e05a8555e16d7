"""Making what was written survive a power cut: fsync of files and of the folders that name them.

The operating system keeps writes in memory for tens of seconds; the Delta library never asks it to do otherwise
on a local disk. Nothing is acknowledged before these functions have returned.
"""

import os
from contextlib import suppress
from pathlib import Path


def sync_file(path: Path) -> None:
    """Waits until the contents of `path` are on the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Waits until the names in the folder `path` (creations, renames, removals) are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces the file at `path`: a reader, or a restart, sees the old content or the new, whole."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)

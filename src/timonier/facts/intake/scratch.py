"""The folder where a load prepares its files: locked while it lives, removed after, also by the next load if killed.

It takes its name once it is locked and loses it before it is emptied: a load killed at any moment leaves a folder of
which one can tell that nobody works there.
"""

import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timonier.errors import StoreError
from timonier.facts.engines.staging import disk_full
from timonier.text import Text

_PREFIX, _BEGUN, _GONE = "load-", ".begun-", ".gone-"
_SOON = 60.0  # seconds: a folder takes its lock and its name at once
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def scratch(staging: Path) -> Iterator[Path]:
    """A new folder in `staging`; those that killed loads left are removed."""
    staging.mkdir(parents=True, exist_ok=True)
    with disk_errors(staging):
        _clean(staging)
        name = secrets.token_hex(6)
        begun, folder = staging / f"{_BEGUN}{name}", staging / f"{_PREFIX}{name}"
        begun.mkdir()
        descriptor = os.open(begun / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        begun.rename(folder)
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(descriptor)


def _clean(staging: Path) -> None:
    """Removes what killed loads left."""
    for left in staging.glob(f"{_PREFIX}*"):
        _remove_if_abandoned(left)
    for left in staging.glob(f"{_GONE}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in staging.glob(f"{_BEGUN}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _SOON:
                shutil.rmtree(left, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Out of the way at once, then emptied."""
    gone = folder.with_name(folder.name.replace(_PREFIX, _GONE, 1))
    with suppress(OSError):  # another removes it
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _remove_if_abandoned(folder: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            _remove(folder)
        finally:
            os.close(descriptor)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Says in words that the disk is full, or refuses to be written."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        if error.errno in {errno.EACCES, errno.EROFS, errno.EIO}:
            what = error.strerror or str(error)
            raise StoreError(
                Text(f"this folder cannot be written: {what}.", f"ce dossier ne peut être écrit : {what}."),
                where=str(folder),
            ) from error
        raise

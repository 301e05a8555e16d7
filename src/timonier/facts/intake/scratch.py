"""The folder where a load prepares its files: locked while it lives, removed after, also by the next load if killed."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timonier.errors import StoreError
from timonier.facts.engines.staging import disk_full
from timonier.text import Text

_PREFIX = "load-"
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def scratch(staging: Path) -> Iterator[Path]:
    """A new folder in `staging`; those that killed loads left are removed."""
    staging.mkdir(parents=True, exist_ok=True)
    with disk_errors(staging):
        for left in staging.glob(f"{_PREFIX}*"):
            _remove_if_abandoned(left)
        folder = staging / f"{_PREFIX}{secrets.token_hex(6)}"
        folder.mkdir()
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _remove_if_abandoned(folder: Path) -> None:
    """A folder without its lock file is being made, or being removed: the next load will see to it."""
    with suppress(FileNotFoundError):
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            shutil.rmtree(folder, ignore_errors=True)
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

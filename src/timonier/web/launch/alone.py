"""One server a workspace: a lock that ends with its process, however it ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from timonier.errors import UsageError
from timonier.text import Text

FILE = ".serving"
ENDING = "ending"
"""Written instead of an address by what stops the parts of a server that was killed."""
PATIENCE = 60.0  # seconds: a database is first told to end, then made to


class NotAlone(UsageError):
    """Another server holds the workspace."""


@contextmanager
def alone(workspace: Path, address: str) -> Iterator[bool]:
    """Holds the workspace. Gives True when the server before was killed, so that its parts may still be ending.

    Raises NotAlone, with the address that the other one wrote. What ends after a killed server is waited for.
    """
    with _opened(workspace) as file:
        end = time.monotonic() + PATIENCE
        while holder := _other_holder(file):
            if holder != ENDING or time.monotonic() > end:
                raise _taken(workspace, holder)
            time.sleep(0.1)
        killed = bool(_said(file))
        _write(file, address)
        try:
            yield killed
        finally:
            _write(file, "")


@contextmanager
def ending(workspace: Path) -> Iterator[None]:
    """Holds the workspace of a server that was killed, which stays known. Raises NotAlone when another took over."""
    with _opened(workspace) as file:
        if holder := _other_holder(file):
            raise _taken(workspace, holder)
        _write(file, ENDING)
        yield


@contextmanager
def _opened(workspace: Path) -> Iterator[TextIO]:
    path = workspace / FILE
    path.touch(mode=0o600)
    with path.open("r+", encoding="utf-8") as file:
        yield file


def _other_holder(file: TextIO) -> str:
    """ "" once the file is locked, by this process; else what the one that holds it wrote."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a forked child does not hold it
    except OSError:
        return _said(file) or ENDING  # about to write its address, or just emptied: looked at again
    return ""


def _said(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip()


def _write(file: TextIO, words: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(words and f"{words}\n")
    file.flush()


def _taken(workspace: Path, holder: str) -> NotAlone:
    address = "" if holder == ENDING else holder
    return NotAlone(
        Text("this workspace is served already.", "cet espace de travail est déjà servi."),
        where=str(workspace),
        hint=Text(f"Open {address}.", f"Ouvrez {address}.") if address else "",
    )

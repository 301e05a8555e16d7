"""One server a workspace: a lock that ends with its process, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timonier.errors import UsageError
from timonier.text import Text

FILE = ".serving"


class NotAlone(UsageError):
    """Another server holds the workspace."""


@contextmanager
def alone(workspace: Path, address: str = "") -> Iterator[bool]:
    """Holds the workspace. Gives True when the server before was killed, so that its parts may still be ending.

    Raises NotAlone, with the address that the other one wrote.
    """
    path = workspace / FILE
    path.touch(mode=0o600)
    with path.open("r+", encoding="utf-8") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a forked child does not hold it
        except OSError as taken:
            raise _taken(workspace, file.read().strip()) from taken
        killed = bool(file.read().strip())
        if address:
            file.seek(0)
            file.truncate()
            file.write(f"{address}\n")
            file.flush()
        try:
            yield killed
        finally:
            file.seek(0)
            file.truncate()


def _taken(workspace: Path, address: str) -> NotAlone:
    return NotAlone(
        Text("this workspace is served already.", "cet espace de travail est déjà servi."),
        where=str(workspace),
        hint=Text(f"Open {address}.", f"Ouvrez {address}.") if address else "",
    )

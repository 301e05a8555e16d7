"""One writer a table: a lock that the operating system releases even when the process is killed."""

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from timonier.errors import StoreLocked
from timonier.text import Text

_PAUSE = 0.05  # seconds between two tries


class Locks:
    """The locks of a folder, one file each. The thread that holds one may take it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, tuple[int, int]] = {}  # name → thread, times taken
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, name: str, what: str, patience: float) -> Iterator[None]:
        """Holds the lock `name`; raises StoreLocked, telling who holds it, after `patience` seconds."""
        me = threading.get_ident()
        with self._guard:
            thread, times = self._held.get(name, (me, 0))
            again = times > 0 and thread == me
            if again:
                self._held[name] = (me, times + 1)
        if again:
            try:
                yield
            finally:
                with self._guard:
                    self._held[name] = (me, self._held[name][1] - 1)
            return
        descriptor = self._acquire(name, what, patience)
        with self._guard:
            self._held[name] = (me, 1)
        try:
            yield
        finally:
            with self._guard:
                self._held.pop(name, None)
            os.ftruncate(descriptor, 0)
            os.close(descriptor)  # closing releases

    def _acquire(self, name: str, what: str, patience: float) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise _locked(name, path) from None
                time.sleep(_PAUSE)
                continue
            since = datetime.now(UTC).isoformat(timespec="seconds")
            note = {"pid": os.getpid(), "host": socket.gethostname(), "what": what, "since": since}
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(note).encode(), 0)
            return descriptor


def _locked(name: str, path: Path) -> StoreLocked:
    try:
        note = json.loads(path.read_bytes())
        en = f"process {note['pid']} on {note['host']} ({note['what']}, since {note['since']})"
        fr = f"le processus {note['pid']} sur {note['host']} ({note['what']}, depuis {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        en, fr = "another process", "un autre processus"
    return StoreLocked(
        Text(
            f"the table {name} is being written by {en}.",
            f"la table {name} est en cours d’écriture par {fr}.",
        ),
        where=str(path),
        hint=Text("Wait until it ends, then try again.", "Attendez qu’il se termine, puis recommencez."),
    )

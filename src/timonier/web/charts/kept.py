"""Pictures kept on disk, by the digest of what they show; the least used go first when there are too many."""

import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LIMIT = 64_000_000
CHECKED_EVERY = 32
WHOLE = {"svg": (b"<svg", b"</svg>"), "png": (b"\x89PNG", b"IEND\xaeB`\x82")}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    used: float
    size: int


class Kept:
    """A folder shared by threads and processes: files appear whole or not at all; losing one costs a drawing."""

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._lock = threading.Lock()
        self._written = 0

    def get(self, key: str, kind: str) -> bytes | None:
        """The picture, marked as just used; None when it is not there, or was cut by a crash."""
        path = self._path(key, kind)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        start, end = WHOLE[kind]
        return content if content.startswith(start) and content.endswith(end) else None

    def put(self, key: str, kind: str, content: bytes) -> None:
        """Keep it. A disk that refuses is no error: the picture is drawn again next time."""
        path = self._path(key, kind)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        with self._lock:
            self._written += 1
            due = self._written % CHECKED_EVERY == 1
        if due:
            self.trim()

    def trim(self) -> None:
        """Remove the least recently used until nine tenths of the limit, when the limit is passed."""
        files = sorted(self._files(), key=lambda file: file.used)
        size = sum(file.size for file in files)
        if size <= self.limit:
            return
        for file in files:
            if size <= self.limit * 0.9:
                break
            file.path.unlink(missing_ok=True)
            size -= file.size

    def _files(self) -> list[_File]:
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    stat = entry.stat(follow_symlinks=False)
                    found.append(_File(Path(entry.path), stat.st_mtime, stat.st_size))
        return found

    def _path(self, key: str, kind: str) -> Path:
        return self.folder / f"{key}.{kind}"

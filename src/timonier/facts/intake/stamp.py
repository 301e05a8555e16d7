"""Noticing that a file changes between the moment it is judged and the moment it has been read."""

from dataclasses import dataclass
from pathlib import Path

from timonier.errors import SourceError
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size in bytes and last change in nanoseconds."""

    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """The stamp of the file now."""
        status = path.stat()
        return cls(status.st_size, status.st_mtime_ns)

    def check(self, path: Path, where: str) -> None:
        """Raises SourceError when the file is no longer the same."""
        if Stamp.of(path) != self:
            raise SourceError(
                Text(
                    "the file changed while it was being read. Wait until it is complete, then start again.",
                    "le fichier a changé pendant la lecture. Attendez qu’il soit complet, puis recommencez.",
                ),
                where=where,
            )

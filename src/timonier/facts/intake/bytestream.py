"""The bytes of one table, wherever they lie: in a file, in a gzip, in a member of a zip."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BLOCK = 4 << 20


class ByteStream(Protocol):
    """An open stream. `tell_source` counts in the unit of `Stored.total_bytes`."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...

    def tell_source(self) -> int:
        """Bytes consumed so far."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """Where bytes lie and how to open them, as often as needed. `name` is for people.

    `packed`: `path` holds these bytes compressed.
    """

    path: Path
    name: str
    total_bytes: int
    open: Callable[[], AbstractContextManager[ByteStream]]
    packed: bool = False

    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, of the file itself."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def blocks(stream: ByteStream, size: int = BLOCK) -> Iterator[bytes]:
    """The stream, block by block."""
    while block := stream.read(size):
        yield block

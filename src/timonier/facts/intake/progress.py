"""How a load tells where it is."""

from typing import Literal, Protocol

type Stage = Literal["read", "check", "commit"]


class Progress(Protocol):
    """Called from the thread that loads; must return quickly."""

    def start(self, source: str, total_bytes: int) -> None:
        """A source is being opened for reading."""

    def advance(self, done_bytes: int, rows: int) -> None:
        """So many bytes and rows of the current source were read since its start."""

    def stage(self, stage: Stage) -> None:
        """What is being done now with the current source."""


class Silent:
    """Tells nothing."""

    def start(self, source: str, total_bytes: int) -> None:
        """Nothing to tell."""

    def advance(self, done_bytes: int, rows: int) -> None:
        """Nothing to tell."""

    def stage(self, stage: Stage) -> None:
        """Nothing to tell."""

"""What a load did: every row of the file is in exactly one of the counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from timonier.errors import DataError
from timonier.facts.intake.rejects import Rejected
from timonier.text import Text

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one source for one table: read + made = kept + rejected + duplicate + filtered + collapsed.

    made: rows that `explode` added. kept: facts handed to the store. rejected: in the rejects file. duplicate: same
    key as a later row of the same source (conflicting: among them, those with another content). filtered: left out
    by the conditions of the recipe. collapsed: merged into another row by `latest_by` or `sum_by`.
    """

    read: int = 0
    made: int = 0
    kept: int = 0
    rejected: int = 0
    duplicate: int = 0
    conflicting: int = 0
    filtered: int = 0
    collapsed: int = 0
    clock_changes: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in Counts.__slots__))

    def check(self, where: str) -> None:
        """Raises DataError when a row is unaccounted for: a defect of ours, never to be hidden."""
        given = self.read + self.made
        found = self.kept + self.rejected + self.duplicate + self.filtered + self.collapsed
        if given != found:
            raise DataError(
                Text(
                    f"{given} rows were read and {found} accounted for: nothing was loaded. Please report this.",
                    f"{given} lignes lues et {found} retrouvées : rien n’a été chargé. Merci de nous le signaler.",
                ),
                where=where,
            )


@dataclass(frozen=True, slots=True)
class TableLoad:
    """One source into one table. `already`: it had been loaded before, and was not read again.

    added, updated, unchanged: what the store did with the rows kept (updated: the fact had another content).
    `differing`: keys of `sum_by` whose lines disagree on another column, by column. `samples`: the first rejected.
    """

    source: str
    table: str
    counts: Counts = field(default_factory=Counts)
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    already: bool = False
    rejects_file: Path | None = None
    samples: tuple[Rejected, ...] = ()
    differing: tuple[tuple[str, int], ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, source by source and table by table; the properties add them up."""

    loads: tuple[TableLoad, ...]
    dry_run: bool = False

    def _sum(self, value: Callable[[TableLoad], int]) -> int:
        return sum(value(one) for one in self.loads)

    @property
    def counts(self) -> Counts:
        """All the counts, added up."""
        return sum((one.counts for one in self.loads), Counts())

    @property
    def read(self) -> int:
        """Rows read, once for each table."""
        return self.counts.read

    @property
    def kept(self) -> int:
        """Facts handed to the store."""
        return self.counts.kept

    @property
    def rejected(self) -> int:
        """Rows in the rejects files."""
        return self.counts.rejected

    @property
    def duplicate(self) -> int:
        """Rows that repeat the key of another of the same source."""
        return self.counts.duplicate

    @property
    def filtered(self) -> int:
        """Rows left out by the conditions of the recipe."""
        return self.counts.filtered

    @property
    def added(self) -> int:
        """New facts."""
        return self._sum(lambda one: one.added)

    @property
    def updated(self) -> int:
        """Facts whose content changed."""
        return self._sum(lambda one: one.updated)

    @property
    def unchanged(self) -> int:
        """Facts that were there already."""
        return self._sum(lambda one: one.unchanged)

    @property
    def rejects_files(self) -> tuple[Path, ...]:
        """Where rejected rows are."""
        return tuple(one.rejects_file for one in self.loads if one.rejects_file)

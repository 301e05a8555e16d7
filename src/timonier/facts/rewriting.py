# ruff: noqa: S608 -- names come from the schema and paths from us; what people typed is a parameter
"""Writing Parquet files again without some rows: the workshop where it happens, and how."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.facts.settings import Settings

if TYPE_CHECKING:  # starting an engine takes time, and opening a workspace needs none
    from timonier.facts.engines.duckdb import Connection


_SHARE = 0.5  # of the memory allowed: the engine's limit leaves out its Parquet writers and buffers


@dataclass(frozen=True, slots=True)
class Bench:
    """A place in the workshop for the time of one change: an engine, and a folder for its drafts."""

    connection: "Connection"
    folder: Path

    def rewritten(self, groups: Sequence[Sequence[Path]], clause: str, *, numbered: bool = False) -> tuple[Path, ...]:
        """One new file for each group of files, with the rows that `clause` (joins, WHERE) leaves; none if none.

        Every column of the files is kept, including those that the settings no longer declare.
        """
        from timonier.facts.engines.duckdb import literal, scan

        columns = "rows.* EXCLUDE (_file, file_row_number)" if numbered else "rows.*"
        made = []
        for files in groups:
            draft = self.folder / f"{secrets.token_hex(8)}.parquet"
            source = scan(files, named=numbered, numbered=numbered)
            count = self.connection.execute(
                f"COPY (SELECT {columns} FROM {source} AS rows {clause}) TO {literal(str(draft))} "
                "(FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
            if count and count[0]:
                made.append(draft)
            else:
                draft.unlink(missing_ok=True)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder on the file system of the lake, and the limits within which files are rewritten there."""

    folder: Path
    settings: Settings = field(default_factory=Settings)

    @contextmanager
    def bench(self, *folders: Path) -> Iterator[Bench]:
        """A bench that reads `folders`; its drafts that nobody took are removed at the end."""
        from timonier.facts.engines.duckdb import connect, failures

        place = self.folder / secrets.token_hex(6)
        try:
            with failures(place):
                place.mkdir(parents=True)
                connection = connect(self.settings, [place, *folders], share=_SHARE)
                try:
                    yield Bench(connection, place.resolve())
                finally:
                    connection.close()
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def clear(self) -> None:
        """Removes what a killed process left. Only while every table is locked."""
        shutil.rmtree(self.folder, ignore_errors=True)

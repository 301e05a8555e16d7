# ruff: noqa: S608  statements are made of our own words; texts that people typed go through `quote`
"""One source into one table: its chunks converted, its rows collapsed and told apart, its files ready to commit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.facts.engines.staging import Staging
from timonier.facts.intake import instants_sql, numbers_sql
from timonier.facts.intake.chunks import assembled, chunks, good_facts, near_changes, prepared, raw_rows, write_facts
from timonier.facts.intake.contract import LINE, Source
from timonier.facts.intake.conversion import HASH, Setting, conversion
from timonier.facts.intake.recipe_model import TableRecipe
from timonier.facts.intake.rejects import REASONS, Rejected, RejectsFile, faults
from timonier.facts.intake.report import SHOWN, Counts
from timonier.facts.intake.rows_sql import conditions
from timonier.facts.schema import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

PROVENANCE = ("source", "received_at", "seq")
_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of one chunk."""

    counts: Counts
    path: Path | None = None
    rejected: tuple[Rejected, ...] = ()
    rejected_keys: frozenset[str] = frozenset()


class TableStage:
    """Prepares the facts of `source` for one table, in the folder of `staging`."""

    def __init__(
        self,
        recipe: TableRecipe,
        table: Table,
        source: Source,
        setting: Setting,
        staging: Staging,
        rejects: RejectsFile,
    ) -> None:
        self.recipe = recipe
        self.table = table
        self.counts = Counts()
        self.files: list[Path] = []
        self.samples: list[Rejected] = []
        self.differing: tuple[tuple[str, int], ...] = ()
        self._source = source
        self._staging = staging
        self._rejects = rejects
        self._columns = source.columns
        self._spooled: list[Path] = []
        self._rejected_keys: set[str] = set()
        self._conversion = conversion(recipe, table, source.columns, setting)
        self._stem = f"{recipe.into}-{id(self):x}"

    # -- chunks: `work` runs in any thread, `add` in one ------------------------------------------------------

    def work(self, rank: int, chunk: "pa.Table") -> Piece:
        """Converts a chunk of the source, or sets it aside until the latest rows are known."""
        return self._set_aside(rank, chunk) if self.recipe.latest_by else self._convert(rank, chunk)

    def add(self, piece: Piece) -> None:
        """Counts a piece, in the order of the source."""
        self.counts += piece.counts
        self._reject(piece.rejected)
        self._rejected_keys |= piece.rejected_keys
        if piece.path:
            (self._spooled if piece.path.suffix == ".spool" else self.files).append(piece.path)

    def add_malformed(self) -> None:
        """Rows that could not be split into columns are read, and rejected."""
        for row in self._source.malformed:
            self._reject([Rejected(row.line, (("", row.reason),), (row.text,))])
        count = len(self._source.malformed)
        self.counts += Counts(read=count, rejected=count)

    def _reject(self, rows: Sequence[Rejected]) -> None:
        self._rejects.add(rows)
        self.samples.extend(rows[: SHOWN - len(self.samples)])

    def _convert(self, rank: int, chunk: "pa.Table") -> Piece:
        statements = self._conversion
        path = self._staging.folder / f"{self._stem}-{rank:05d}.parquet"
        read = chunk.num_rows
        ready = prepared(chunk, statements.needed, statements.quick)
        with self._staging.chunk(ready):
            kept, made, wanted = read, read, read
            if statements.counts:
                kept, made, wanted = self._staging.rows(statements.counts)[0]
            facts, refusable = good_facts(self._staging.table(statements.facts))
        good = facts.num_rows
        refused = self._refused(ready.take(refusable)) if good < wanted else []
        if good:
            write_facts(assembled(facts, ready, statements.taken, statements.constants, statements.order), path)
        clock = self._clock_changes(facts, ready)
        raw = raw_rows(chunk, [line for line, _, _ in refused]) if refused else {}
        rejected = tuple(Rejected(line, faults(codes), raw.get(line, ())) for line, codes, _ in refused)
        counts = Counts(
            read=read,
            made=made - kept,
            kept=good,
            rejected=len(rejected),
            filtered=(read - kept) + (made - wanted),
            clock_changes=clock,
        )
        keys = frozenset(key for _, _, key in refused if key) if self.recipe.sum_by else frozenset()
        return Piece(counts, path if good else None, rejected, keys)

    def _refused(self, rows: "pa.Table") -> list[tuple[int, str, str]]:
        """Line, reasons and key of those of `rows` that are refused: the whole chunk need not be read twice."""
        with self._staging.chunk(rows):
            return [(line, reasons, key) for line, reasons, key in self._staging.rows(self._conversion.refusals)]

    def _clock_changes(self, facts: "pa.Table", ready: "pa.Table") -> int:
        """How many local times exist twice or not at all: asked of the few rows that are near a change."""
        count = 0
        for name, zone in self._conversion.local.items():
            places, among = near_changes(facts, name, zone)
            if not among:
                continue
            beside = instants_sql.beside_a_change(f'"m_{name}"', among)
            with self._staging.chunk(ready.take(places)):
                query = f"SELECT count(*) FROM ({self._conversion.moments}) WHERE {beside}"
                count += int(self._staging.rows(query)[0][0])
        return count

    def _set_aside(self, rank: int, chunk: "pa.Table") -> Piece:
        path = self._staging.folder / f"{self._stem}-{rank:05d}.spool"
        named = {name: f"c{place}" for place, name in enumerate(self._columns)}
        wanted = conditions([one for one in self.recipe.keep if one.when == "rows"], named)
        with self._staging.chunk(prepared(chunk, self._columns)):
            kept = self._staging.write(f"SELECT * EXCLUDE (place) FROM chunk WHERE {wanted}", path)
        counts = Counts(read=chunk.num_rows, filtered=chunk.num_rows - kept)
        return Piece(counts, path if kept else None)

    # -- the whole ------------------------------------------------------------------------------------------

    def finish(self, cancelled: Callable[[], None]) -> None:
        """Collapses, tells repeated keys apart, and checks that every row is accounted for."""
        if self._spooled:
            for rank, chunk in enumerate(self._latest()):
                cancelled()
                piece = self._convert(rank, chunk)
                self.add(replace(piece, counts=replace(piece.counts, read=0)))
        if self.recipe.sum_by and self.files:
            self._sum()
        elif self._staging.repeated(self.files, self.table.key):
            self._tell_apart()
        self.counts.check(self._source.name)

    def _tell_apart(self) -> None:
        if self.recipe.repeats == "number":
            self.files = self._staging.number_repeats(self.files, self.table.key)
            return
        self.files, found = self._staging.merge_repeats(self.files, self.table.key, PROVENANCE)
        gone = found.identical + found.conflicting
        self.counts += Counts(kept=-gone, duplicate=gone, conflicting=found.conflicting)

    # -- latest_by ------------------------------------------------------------------------------------------

    def _latest(self) -> "Iterator[pa.Table]":
        """The latest row of each key, as chunks of the source; rows that cannot be ordered are rejected."""
        latest = self.recipe.latest_by
        if latest is None:
            return
        key, rank = (f"c{self._columns.index(name)}" for name in (latest.key, latest.column))
        winners = f'"{self._stem}"'
        spool = f"read_parquet([{', '.join(numbers_sql.quote(str(path)) for path in self._spooled)}])"
        place = f"SELECT line, {key} AS k, {_order(rank, latest.order, latest.format)} AS o FROM {spool}"
        self._staging.rows(
            f"CREATE TABLE {winners} AS SELECT arg_max(line, (o, line)) AS line FROM ({place}) "
            f"WHERE k IS NOT NULL AND o IS NOT NULL GROUP BY k"
        )
        self._reject_unordered(place, latest.key, latest.column)
        total, won = self._staging.rows(
            f"SELECT (SELECT count(*) FROM ({place}) WHERE k IS NOT NULL AND o IS NOT NULL), count(*) FROM {winners}"
        )[0]
        self.counts += Counts(collapsed=total - won)
        names = [*self._columns, LINE]
        rows = f"SELECT * FROM {spool} SEMI JOIN {winners} USING (line) ORDER BY line"
        for chunk in chunks(self._staging.batches(rows, _BATCH)):
            yield chunk.rename_columns(names)

    def _reject_unordered(self, place: str, key: str, column: str) -> None:
        lines = self._staging.rows(f"SELECT line, k IS NULL FROM ({place}) WHERE k IS NULL OR o IS NULL ORDER BY line")
        raw = self._raw([line for line, _ in lines])
        self._reject(
            [
                Rejected(
                    line, ((key, REASONS["required"]) if keyless else (column, REASONS["order"]),), raw.get(line, ())
                )
                for line, keyless in lines
            ]
        )
        self.counts += Counts(rejected=len(lines))

    def _raw(self, lines: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Rows of the source read again, for the rejects file."""
        found: dict[int, tuple[str, ...]] = {}
        if lines:
            malformed = list(self._source.malformed)
            for chunk in chunks(self._source.batches()):
                found |= raw_rows(chunk, lines)
            self._source.malformed[:] = malformed
        return found

    # -- sum_by ---------------------------------------------------------------------------------------------

    def _sum(self) -> None:
        self._drop_siblings()
        listing = ", ".join(numbers_sql.quote(str(path)) for path in self.files)
        lines = f"SELECT * FROM read_parquet([{listing}])"
        if self.recipe.distinct:
            lines += f" QUALIFY row_number() OVER (PARTITION BY {HASH} ORDER BY seq) = 1"
        names = [name for name in self._staging.columns(self.files) if name not in {HASH, self.table.key}]
        path = self._staging.folder / f"{self._stem}-sum.parquet"
        key = self.table.key
        columns = ", ".join(f'{_summed(name, self.table.by_name.get(name))} AS "{name}"' for name in names)
        kept = self._staging.write(f'SELECT "{key}", {columns} FROM ({lines}) GROUP BY "{key}"', path)
        (unique,) = self._staging.rows(f"SELECT count(*) FROM ({lines})")[0]
        duplicate = self.counts.kept - unique
        self.counts += Counts(kept=kept - self.counts.kept, duplicate=duplicate, collapsed=unique - kept)
        self.differing = self._differing(lines, [name for name in names if _compared(name, self.table)])
        for file in self.files:
            file.unlink()
        self.files = [path] if kept else []

    def _drop_siblings(self) -> None:
        """A sum that misses a line is a wrong sum: the other lines of the key are rejected with it."""
        import pyarrow as pa

        if not self._rejected_keys:
            return
        with self._staging.chunk(pa.table({"k": pa.array(sorted(self._rejected_keys), pa.string())})):
            for number, file in enumerate(list(self.files)):
                source = f"read_parquet({numbers_sql.quote(str(file))})"
                of_key = f'ON chunk.k = "{self.table.key}"'
                lines = [line for (line,) in self._staging.rows(f"SELECT seq FROM {source} SEMI JOIN chunk {of_key}")]
                if not lines:
                    continue
                raw = self._raw(lines)
                fault = ((self.table.key, REASONS["sibling"]),)
                self._reject([Rejected(line, fault, raw.get(line, ())) for line in sorted(lines)])
                self.counts += Counts(kept=-len(lines), rejected=len(lines))
                draft = file.with_name(f"{file.stem}-without.parquet")
                self._staging.write(f"SELECT * FROM {source} ANTI JOIN chunk {of_key}", draft)
                self.files[number] = draft
                file.unlink()
        self.files = [file for file in self.files if file.exists()]

    def _differing(self, lines: str, names: Sequence[str]) -> tuple[tuple[str, int], ...]:
        if not names:
            return ()
        distinct = ", ".join(f'count(DISTINCT "{name}") AS "{name}"' for name in names)
        tests = ", ".join(f'count(*) FILTER ("{name}" > 1)' for name in names)
        found = self._staging.rows(
            f'SELECT {tests} FROM (SELECT {distinct} FROM ({lines}) GROUP BY "{self.table.key}")'
        )
        return tuple((name, count) for name, count in zip(names, found[0], strict=True) if count)


def _order(text: str, order: str | None, form: str | None) -> str:
    """What is compared to find the latest row: a number, or an instant when the recipe says how to read it."""
    moment = instants_sql.micros(instants_sql.local(text, order or "iso", form))  # type: ignore[arg-type]
    if order or form:
        return f"({moment})::DECIMAL(38, 9)"
    number = f"TRY_CAST({numbers_sql.number(text, 'machine')} AS DECIMAL(38, 9))"
    return f"coalesce({number}, ({moment})::DECIMAL(38, 9))"


def _summed(name: str, column: Column | None) -> str:
    """How a column of the lines becomes one of the sum: money is added, the first line that has a value gives it."""
    if name == "seq":
        return "min(seq)"
    if column is not None and column.type == "money":
        return f'sum("{name}")::DECIMAL(18, 4)'
    return f'arg_min("{name}", seq)'


def _compared(name: str, table: Table) -> bool:
    return name in table.by_name and table.by_name[name].type != "money"

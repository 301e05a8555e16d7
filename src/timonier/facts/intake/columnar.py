"""Parquet and Arrow files as text: numbers as they would be typed, dates as ISO 8601, nothing nested."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from timonier.errors import SourceError
from timonier.facts.intake.bytestream import Stored
from timonier.facts.intake.contract import LINE, MAX_FIELD_BYTES, Detected, Malformed
from timonier.facts.intake.header import column_names
from timonier.facts.intake.stamp import Stamp
from timonier.facts.intake.textbatch import field_too_long
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

_STEP = 4_096


class ColumnarSource:
    """A Parquet or Arrow IPC file; see `contract.Source`. `__line__` is the rank of the row, from 1."""

    def __init__(self, stored: Stored, format: Literal["parquet", "arrow"]) -> None:  # noqa: A002
        self.name = stored.name
        self.path = stored.path
        self.total_bytes = stored.total_bytes
        self.malformed: list[Malformed] = []
        self._format = format
        self._stamp = Stamp.of(stored.path)
        self._position = 0
        self.fingerprint = stored.fingerprint()
        with _damage_told(self.name), self._opened() as (schema, rows, _):
            if not rows:
                raise _refused(self.name, "the file has no row.", "le fichier n’a aucune ligne.")
            for field in schema:
                _check_flat(field, self.name)
            self._rows = rows
            self.raw_columns = tuple(schema.names)
        self.columns = column_names(self.raw_columns, self.name)
        self.detected = Detected(format=format)

    def position(self) -> int:
        """Bytes, in proportion to the rows read so far."""
        return self._position

    def batches(self, rows: int = 65_536) -> "Iterator[pa.RecordBatch]":
        """The rows in order; raises SourceError for a field over 1 MB or damage met on the way."""
        import pyarrow as pa

        done = 0
        with _damage_told(self.name), self._opened() as (_, _, read):
            for batch in read(min(rows, _STEP)):
                columns = [self._as_text(column, done) for column in batch.columns]
                ranks = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int64())
                done += batch.num_rows
                self._position = self.total_bytes * done // self._rows
                yield pa.record_batch([*columns, ranks], names=[*self.columns, LINE])
        self._stamp.check(self.path, self.name)

    @contextmanager
    def _opened(self) -> "Iterator[tuple[pa.Schema, int, Callable[[int], Iterator[pa.RecordBatch]]]]":
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._format == "parquet":
            texts = [field.name for field in pq.read_schema(self.path, memory_map=True) if _is_text(field.type)]
            with pq.ParquetFile(self.path, memory_map=True, read_dictionary=texts) as file:
                yield file.schema_arrow, file.metadata.num_rows, lambda most: file.iter_batches(batch_size=most)
        else:
            with pa.memory_map(str(self.path)) as memory, pa.ipc.open_file(memory) as reader:
                ranks = range(reader.num_record_batches)
                rows = sum(reader.get_batch(rank).num_rows for rank in ranks)
                yield (
                    reader.schema,
                    rows,
                    lambda most: (
                        piece
                        for rank in ranks
                        for piece in pa.Table.from_batches([reader.get_batch(rank)]).to_batches(max_chunksize=most)
                    ),
                )

    def _as_text(self, column: "pa.Array", done: int) -> "pa.Array":
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_dictionary(column.type):
            longest = (
                pc.max(pc.binary_length(column.dictionary.cast(pa.binary()))).as_py() if len(column.dictionary) else 0
            )
            if (longest or 0) > MAX_FIELD_BYTES:
                raise field_too_long(self.name, done + 1)
            column = column.dictionary_decode()
        text = _written(column)
        if (pc.max(pc.binary_length(text)).as_py() or 0) > MAX_FIELD_BYTES:
            raise field_too_long(self.name, done + 1)
        return pc.fill_null(text, "")


def _written(column: "pa.Array") -> "pa.Array":
    """A column of any flat type, as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_floating(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), r"\.0$", "")
    if pa.types.is_timestamp(kind):
        text = column.cast(pa.timestamp(kind.unit, "UTC" if kind.tz else None)).cast(pa.string())
        return pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")
    return column.cast(pa.string())


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _check_flat(field: "pa.Field", where: str) -> None:
    import pyarrow as pa

    inner = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_nested(inner):
        raise _refused(
            where,
            f"the column “{field.name}” holds {inner}: each cell must be one value. Flatten it first.",
            f"la colonne « {field.name} » contient {inner} : chaque cellule doit être une valeur. Aplatissez-la.",
        )


@contextmanager
def _damage_told(where: str) -> Iterator[None]:
    """Turns what Arrow says of a damaged file into one clear refusal."""
    import pyarrow as pa

    try:
        yield
    except SourceError:
        raise
    except (pa.ArrowException, OSError) as error:
        detail = str(error).splitlines()[0]
        raise _refused(
            where,
            f"the file is truncated or damaged ({detail}). Copy it or export it again.",
            f"le fichier est tronqué ou abîmé ({detail}). Copiez-le ou exportez-le de nouveau.",
        ) from None


def _refused(where: str, english: str, french: str) -> SourceError:
    return SourceError(Text(english, french), where=where)

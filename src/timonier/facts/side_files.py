"""Files beside the lake that may name a person: staged loads, rejected rows, sums. What erasure does to them."""

import csv
import gzip
import io
import re
from collections.abc import Sequence
from pathlib import Path

from timonier.facts.durability import sync_folder, write_atomically

_LARGEST_FIELD = 2**31 - 1


def erase_beside(folders: Sequence[Path], words: re.Pattern[str]) -> int:
    """Takes out every record that names the person; returns how many files were cut or removed.

    CSV and JSON Lines lose the records concerned; any other file that names them is removed whole: staged
    files can be prepared again, sums computed again.
    """
    changed = 0
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            if path.is_file() and _names(path, words):
                _cut(path, words)
                changed += 1
    return changed


def _names(path: Path, words: re.Pattern[str]) -> bool:
    if path.suffix == ".parquet":
        return _parquet_names(path, words)
    return words.search(_text(path)) is not None


def _text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError):
            return ""
    return content.decode("utf-8", errors="replace")


def _parquet_names(path: Path, words: re.Pattern[str]) -> bool:
    """Any text of the file; a torn file counts as naming them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        texts = [one.name for one in file.schema_arrow if pa.types.is_string(one.type)]
        return any(
            value is not None and words.search(value)
            for batch in file.iter_batches(columns=texts)
            for column in batch.columns
            for value in column.unique().to_pylist()
        )
    except (OSError, pa.ArrowInvalid):
        return True


def _cut(path: Path, words: re.Pattern[str]) -> None:
    text = _text(path)
    if path.suffix == ".csv":
        write_atomically(path, _csv_without(text, words).encode())
    elif path.suffix in {".jsonl", ".ndjson"}:
        kept = [line for line in text.splitlines(keepends=True) if not words.search(line)]
        write_atomically(path, "".join(kept).encode())
    else:
        path.unlink()
        sync_folder(path.parent)


def _csv_without(text: str, words: re.Pattern[str]) -> str:
    csv.field_size_limit(_LARGEST_FIELD)
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if not any(words.search(field) for field in record):
            writer.writerow(record)
    return out.getvalue()

"""JSON Lines as a source: one flat object a line, numbers kept as they are written."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from timonier.errors import SourceError
from timonier.facts.intake.bytestream import BLOCK, Stored
from timonier.facts.intake.contract import MAX_FIELD_BYTES, Detected, Malformed, ReadOptions
from timonier.facts.intake.encoding import scan, utf8_blocks
from timonier.facts.intake.header import column_names
from timonier.facts.intake.stamp import Stamp
from timonier.facts.intake.textbatch import field_too_long, text_batches
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

_INVALID = Text("this line is not a JSON object.", "cette ligne n’est pas un objet JSON.")
_TWICE = Text("a name appears twice in this object.", "un nom apparaît deux fois dans cet objet.")
_MAX_LINE = 16 << 20


class _NotRowError(ValueError):
    """A line that is no row; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class _NestedError(ValueError):
    """A value that is a list or an object; the argument is its name."""


class JsonLinesSource:
    """A JSON Lines file; see `contract.Source`. Columns are the names met in the whole file, in order."""

    def __init__(self, stored: Stored, options: ReadOptions) -> None:
        self.name = stored.name
        self.path = stored.path
        self.total_bytes = stored.total_bytes
        self.malformed: list[Malformed] = []
        self._stored = stored
        self._stamp = Stamp.of(stored.path)
        self._position = 0
        self._scanned = scan(stored, options.encoding or "utf-8")
        self.fingerprint = self._scanned.fingerprint
        names: dict[str, None] = {}
        for _, row in self._objects():
            names.update(dict.fromkeys(row))
        if not names:
            raise SourceError(
                Text("the file holds no JSON object.", "le fichier ne contient aucun objet JSON."), where=self.name
            )
        self.raw_columns = tuple(names)
        self.columns = column_names(self.raw_columns, self.name)
        self.detected = Detected(format="jsonl", encoding=self._scanned.encoding, header_row=0)

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._position

    def batches(self, rows: int = 65_536) -> "Iterator[pa.RecordBatch]":
        """The rows in order; a name that an object does not have gives an empty text."""
        names = self.raw_columns
        cells = ((line, [row.get(name, "") for name in names]) for line, row in self._objects())
        yield from text_batches(cells, self.columns, rows, self.name)
        self._stamp.check(self.path, self.name)

    def _objects(self) -> Iterator[tuple[int, dict[str, str]]]:
        self.malformed.clear()
        decode = json.JSONDecoder(object_pairs_hook=_flat, parse_float=str, parse_int=str, parse_constant=str).decode
        for line, text in self._lines():
            try:
                row = decode(text)
                if not isinstance(row, dict):
                    raise _NotRowError(_INVALID)
                "".join(row.values()).encode()
            except _NestedError as nested:
                raise self._refuse_nested(line, str(nested)) from None
            except _NotRowError as reason:
                self.malformed.append(Malformed.of(line, reason.reason, text))
            except (ValueError, RecursionError):
                self.malformed.append(Malformed.of(line, _INVALID, text))
            else:
                yield line, row

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Physical lines that are not blank, with their number."""
        rest, number = b"", 0
        with self._stored.open() as stream:
            for block in utf8_blocks(stream, self._scanned, BLOCK):
                self._position = stream.tell_source()
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    number += 1
                    if line.strip():
                        yield number, line.decode("utf-8").rstrip("\r")
                if len(rest) > max(_MAX_LINE, MAX_FIELD_BYTES):
                    raise field_too_long(self.name, number + 1)
        if rest.strip():
            yield number + 1, rest.decode("utf-8")

    def _refuse_nested(self, line: int, name: str) -> SourceError:
        return SourceError(
            Text(
                f"line {line}: “{name}” holds a list or an object; each value must be a text, a number, true, false "
                "or null. Flatten it first.",
                f"ligne {line} : « {name} » contient une liste ou un objet ; chaque valeur doit être un texte, un "
                "nombre, true, false ou null. Aplatissez-la d’abord.",
            ),
            where=self.name,
        )


def _flat(pairs: list[tuple[str, object]]) -> dict[str, str]:
    """An object as texts; JSON null is the empty text."""
    row: dict[str, str] = {}
    for name, value in pairs:
        if isinstance(value, dict | list):
            raise _NestedError(name)
        row[name] = value if isinstance(value, str) else "" if value is None else "true" if value else "false"
    if len(row) < len(pairs):
        raise _NotRowError(_TWICE)
    return row

"""Sums gathered from the facts (what does not add up over days), kept on the disk until a table that they read changes.

Retention or churn compare two moments: their sums by day would not add up, so nothing of them is in a rollup. The
answer to one question is kept instead: it is read again by the next person, and after a restart.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timonier.facts.locks import Locks
from timonier.indicators.definition import Indicator, Query
from timonier.indicators.stats import Moments
from timonier.indicators.sums import Sums

FORMAT = 1
KEPT = 400  # questions; those least recently written go first
PATIENCE = 600.0
_MOMENTS = ("n", "x", "y", "xx", "xy", "yy")


@dataclass(frozen=True)
class Gathered:
    """The answers of a workspace, in `folder`."""

    folder: Path

    def sums(self, question: str, name: str, versions: Mapping[str, int], compute: Callable[[], Sums]) -> Sums:
        """The sums that answer `question` of the indicator `name`, those of the disk when they are of `versions`."""
        path = self.folder / f"{name}-{question}.parquet"
        known = _read(path, versions)
        if known is not None:
            return known
        with Locks(self.folder / ".locks").hold(name, "counting", PATIENCE):  # two who ask at once count once
            known = _read(path, versions)
            if known is None:
                known = compute()
                _write(path, known, versions)
                self._prune()
        return known

    def _prune(self) -> None:
        files = sorted(self.folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-KEPT]:
            path.unlink(missing_ok=True)


def question_of(indicator: Indicator, variant: str, query: Query, where: str | None) -> str:
    """A name for everything that the sums depend on, but the facts."""
    formula = indicator.variants[variant].formula.en
    window = query.window and [query.window.start, query.window.end]
    asked = [query.every, window, list(query.by), where, query.as_of, query.fiscal_year_start, query.zone]
    identity = [FORMAT, indicator.name, indicator.version, variant, formula, dict(query.params), asked]
    return hashlib.sha256(json.dumps(identity, default=str, sort_keys=True).encode()).hexdigest()[:24]


def _write(path: Path, sums: Sums, versions: Mapping[str, int]) -> None:
    """Three kinds of rows: each figure with its moments, its cells, and what was left out (`reason`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = list(range(len(sums)))
    out = [(place, reason, units) for reason, counts in sums.excluded.items() for place, units in enumerate(counts)]
    figures = {
        "row": row,
        "period": [period for period, _ in sums],
        "segment": [list(segment) for _, segment in sums],
        "last": list(sums.last_day) or [None] * len(sums),
        **{name: [getattr(sums.moments_of(place), name) for place in row] for name in _MOMENTS},
    }
    cells = {"row": sums.row, "cell": sums.cell, "units": sums.units}
    left = {"row": [one[0] for one in out], "reason": [one[1] for one in out], "units": [int(one[2]) for one in out]}
    schema = pa.schema(_fields())
    parts = [_table(part, schema) for part in (figures, cells, left)]
    table = pa.concat_tables(parts).replace_schema_metadata({"versions": json.dumps(dict(versions), sort_keys=True)})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    pq.write_table(table, temporary)
    temporary.replace(path)


def _fields() -> list[Any]:
    import pyarrow as pa

    whole = pa.int64()
    moments = [pa.field(name, pa.decimal256(76, 0)) for name in _MOMENTS]
    known = {"row": whole, "period": whole, "segment": pa.list_(pa.string()), "last": pa.date32()}
    counted = {"cell": whole, "units": whole, "reason": pa.string()}
    return [*(pa.field(*one) for one in known.items()), *moments, *(pa.field(*one) for one in counted.items())]


def _table(columns: Mapping[str, Any], schema: Any) -> Any:
    import pyarrow as pa

    size = len(columns["row"])
    arrays = [pa.array(columns.get(one.name, [None] * size), one.type) for one in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _read(path: Path, versions: Mapping[str, int]) -> Sums | None:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read(use_threads=False)
    except (OSError, pa.ArrowInvalid):  # none yet, or removed by an erasure
        return None
    if table.schema.metadata.get(b"versions") != json.dumps(dict(versions), sort_keys=True).encode():
        return None
    figures = table.filter(pc.is_valid(table["period"])).to_pydict()
    cells = table.filter(pc.is_valid(table["cell"]))
    left = table.filter(pc.is_valid(table["reason"])).to_pydict()
    keys = tuple(zip(figures["period"], map(tuple, figures["segment"]), strict=True))
    row, cell, units = (cells[name].to_numpy() for name in ("row", "cell", "units"))
    moments = [Moments(*map(int, each)) for each in zip(*(figures[name] for name in _MOMENTS), strict=True)]
    return Sums(keys, row, cell, units, _left_out(left, len(keys)), moments, figures["last"])


def _left_out(left: Mapping[str, Sequence[Any]], size: int) -> dict[str, Any]:
    import numpy as np

    found = {reason: np.zeros(size, dtype=np.int64) for reason in dict.fromkeys(left["reason"])}
    for row, reason, units in zip(left["row"], left["reason"], left["units"], strict=True):
        found[reason][row] = units
    return found

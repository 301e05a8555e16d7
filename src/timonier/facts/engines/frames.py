"""Any dataframe as a lazy frame: computed where it is when its engine can, by DuckDB in place otherwise."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.text import Text


def adopt(frame: Any) -> nw.LazyFrame[Any]:
    """A lazy frame over `frame`: pandas, Polars, PyArrow, DuckDB relation, Spark, Ibis, or a dict of lists.

    Polars, DuckDB and Spark compute with their own engine. pandas frames and PyArrow tables lack window functions
    or types that we need: DuckDB reads their memory in place, through Arrow. An Ibis expression is computed by its
    own engine, then read the same way: through Ibis, instants cannot be moved by days.
    """
    if isinstance(frame, Mapping):
        import pyarrow as pa

        return _by_duckdb(pa.table(dict(frame)))
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise UsageError(
            Text(
                f"{type(frame).__name__} is not a dataframe that can be read.",
                f"{type(frame).__name__} n’est pas un tableau de données lisible.",
            ),
            hint=Text(
                "Give pandas, Polars, PyArrow, DuckDB, Spark, Ibis, or a dict of lists.",
                "Donnez pandas, Polars, PyArrow, DuckDB, Spark, Ibis ou un dictionnaire de listes.",
            ),
        ) from None
    if known.implementation.is_polars():
        return _in_utc(known.lazy())
    if isinstance(known, nw.LazyFrame):
        return _by_duckdb(known.collect("pyarrow").to_native()) if known.implementation.is_ibis() else known
    return _by_duckdb(known.to_arrow())


def _in_utc(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The instants of a Polars frame in UTC, as every other engine gives them."""
    zoned = [
        name
        for name, dtype in frame.collect_schema().items()
        if isinstance(dtype, nw.Datetime) and dtype.time_zone not in (None, "UTC")
    ]
    return frame.with_columns(nw.col(*zoned).dt.convert_time_zone("UTC")) if zoned else frame


def _by_duckdb(table: Any) -> nw.LazyFrame[Any]:
    """A relation over Arrow memory; frames of one program share a connection, so that they can be joined."""
    frame: nw.LazyFrame[Any] = nw.from_native(_connection().from_arrow(table))
    return frame


@cache
def _connection() -> Any:
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    return connection

"""The same facts through every engine give the same estimates, field by field, for every indicator and variant."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "oracle"))

import shutil
from datetime import date
from functools import cache

import narwhals as nw
import pyarrow as pa
from datasets import arrow, generate

from timonier.facts.engines.frames import adopt
from timonier.facts.settings import Settings
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Indicator, Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate, Period

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ibis calls what DuckDB calls old

CASES = 25
STEPS = {"start_step": "asked", "end_step": "sent"}
PARAMS = {"on_time": {**STEPS, "days": "ouvrable"}, "step_time": STEPS, "step_conversion": STEPS}
ALL = [(name, variant) for name, one in CATALOGUE.items() for variant in one.variants if name != "roi"]
# On Spark, one variant for each population: the others only read the same sums otherwise.
ON_SPARK = list(
    {(name, CATALOGUE[name].variants[variant].units): (name, variant) for name, variant in ALL[::-1]}.values()
)


@cache
def tables() -> dict[str, pa.Table]:
    return {table: arrow(table, rows) for table, rows in generate(20_260_301, CASES).items()}


def asked(name: str, **more: Any) -> Query:
    return Query(
        window=Period(date(2026, 2, 20), date(2026, 4, 10)),
        every="month",
        by=("segment",),
        carry=("segment",),
        as_of=date(2026, 4, 20),
        params=PARAMS.get(name, {}),
        **more,
    )


def counting(name: str, variant: str) -> Indicator:
    return CATALOGUE[name].counting(CATALOGUE[name].variants[variant])


def segmented(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Split by a column that means the same in every table; a channel would not."""
    return frame.with_columns(segment=nw.col("channel"))


def estimates(name: str, variant: str, made: Callable[[pa.Table], Any]) -> list[Estimate]:
    one = counting(name, variant)
    frames = {need.table: segmented(adopt(made(tables()[need.table]))) for need in one.needs}
    return measure(one, frames, asked(name), variant)


@cache
def by_arrow(name: str, variant: str) -> list[Estimate]:
    """What the others are compared with: Arrow tables, read by DuckDB."""
    return estimates(name, variant, lambda table: table)


def polars_eager(table: pa.Table) -> Any:
    import polars as pl

    return pl.from_arrow(table)


def polars_lazy(table: pa.Table) -> Any:
    return polars_eager(table).lazy()


def pandas_numpy(table: pa.Table) -> Any:
    return table.to_pandas()


def pandas_arrow(table: pa.Table) -> Any:
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)


def duckdb_relation(table: pa.Table) -> Any:
    return _duckdb().from_arrow(table)


@cache
def _duckdb() -> Any:
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def ibis_duckdb(table: pa.Table) -> Any:
    backend = _ibis()
    name = "t" + str(abs(hash(tuple(table.column_names))))
    backend.con.register(name, table)
    return backend.table(name)


@cache
def _ibis() -> Any:
    import ibis

    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'UTC'")
    return backend


IN_MEMORY = [polars_eager, polars_lazy, pandas_numpy, pandas_arrow, duckdb_relation, ibis_duckdb]
PAIRS = [(key, made) for key in ALL for made in IN_MEMORY]


@pytest.mark.parametrize(("key", "made"), PAIRS, ids=lambda part: getattr(part, "__name__", None) or "/".join(part))
def test_in_memory_engines(key: tuple[str, str], made: Callable[[pa.Table], Any]) -> None:
    assert estimates(*key, made) == by_arrow(*key)


QUICK = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
}
"""For a few hundred rows, compiling each query takes most of its time; `test_spark_scorecard` compiles."""


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("no Java: Spark not tested")
    from timonier.facts.engines import spark as engine

    session = engine.session(Settings(threads=2))
    session.sparkContext.setLogLevel("OFF")
    for name, value in QUICK.items():
        session.conf.set(name, value)
    yield session
    session.stop()


@pytest.fixture(scope="module")
def spark_tables(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("spark")
    found = {}
    for name, table in tables().items():
        pq.write_table(table, folder / f"{name}.parquet", coerce_timestamps="us")
        found[name] = spark.read.parquet(str(folder / f"{name}.parquet")).cache()
    return found


@pytest.mark.parametrize("key", ON_SPARK[::-1], ids="/".join)
def test_spark(key: tuple[str, str], spark_tables: dict[str, Any]) -> None:
    name, variant = key
    one = counting(name, variant)
    frames = {need.table: segmented(nw.from_native(spark_tables[need.table])) for need in one.needs}
    assert measure(one, frames, asked(name), variant) == by_arrow(name, variant)


def test_the_comparison_can_fail() -> None:
    """Half of the answers gone is seen: the data of this file do tell engines apart."""
    fewer = estimates("nps", "default", lambda table: table.slice(len(table) // 2))
    assert fewer != by_arrow("nps", "default")

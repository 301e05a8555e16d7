"""Apache Spark, the engine past one machine: the same tables, read from the same list of Parquet files.

The list comes from the Delta log, so no Delta package is needed on the cluster; the files must be where every
worker can read them.
"""

from datetime import datetime
from typing import Any

import narwhals as nw
from pyspark.sql import SparkSession
from pyspark.sql import types as spark

from timonier.facts.arrow import columns_of
from timonier.facts.schema import ColumnType, Table
from timonier.facts.settings import Settings
from timonier.facts.snapshot import Snapshots

_TYPES: dict[ColumnType, spark.DataType] = {
    "text": spark.StringType(),
    "int": spark.LongType(),
    "float": spark.DoubleType(),
    "bool": spark.BooleanType(),
    "money": spark.DecimalType(18, 4),
    "instant": spark.TimestampType(),
    "date": spark.DateType(),
}

type Session = SparkSession
"""What other layers call a session: they do not import the engine."""


def session(settings: Settings) -> SparkSession:
    """A local session, for one machine and for tests: UTC, no web page, as many threads as the settings say."""
    threads = settings.threads or "*"
    builder = SparkSession.builder.master(f"local[{threads}]").appName("timonier")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    made: SparkSession = builder.getOrCreate()
    return made


def frame(
    session: SparkSession,
    lake: Snapshots,
    table: str,
    *,
    version: int | None = None,
    as_of: datetime | None = None,
) -> nw.LazyFrame[Any]:
    """The table as a lazy frame, exactly as `engines.duckdb.frame` gives it: same rows, same columns, same types."""
    snapshot = lake.snapshot(table, version=version, as_of=as_of)
    schema = spark_schema(snapshot.table)
    if not snapshot.rows:
        return nw.from_native(session.createDataFrame([], schema))
    rows = session.read.schema(schema).parquet(*(file.as_uri() for file in snapshot.files))
    absent = snapshot.null_columns - {snapshot.table.key, "day"}
    return nw.from_native(rows.drop(*absent))


def spark_schema(table: Table) -> spark.StructType:
    """The Spark schema of a fact table."""
    return spark.StructType([spark.StructField(one.name, _TYPES[one.type]) for one in columns_of(table)])

"""The Arrow schema of a fact table: what its Parquet files contain."""

from collections.abc import Mapping
from typing import Any

from timonier.facts.schema import SYSTEM_COLUMNS, Column, ColumnType, Table


def columns_of(table: Table) -> tuple[Column, ...]:
    """Its columns, then the four that intake writes."""
    return (*table.columns, *SYSTEM_COLUMNS)


def arrow_types() -> Mapping[ColumnType, Any]:
    """The Arrow type of each column type."""
    import pyarrow as pa

    return {
        "text": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "money": pa.decimal128(18, 4),
        "instant": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }


def arrow_schema(table: Table) -> Any:
    """The `pyarrow.Schema` of the files of `table`; write staged files in it."""
    import pyarrow as pa

    types = arrow_types()
    return pa.schema([pa.field(column.name, types[column.type]) for column in columns_of(table)])


def plain_type(found: Any) -> Any:
    """`found` without what changes nothing in a file: large, view or dictionary-coded text."""
    import pyarrow as pa

    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_large_string(found) or found == pa.string_view():
        return pa.string()
    return found


SQL_TYPES: Mapping[ColumnType, str] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "money": "DECIMAL(18, 4)",
    "instant": "TIMESTAMPTZ",
    "date": "DATE",
}

"""Staged files before they enter a table: whole, in the schema of the table, without a hole where none may be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from timonier.errors import DataError
from timonier.facts.arrow import arrow_schema, plain_type
from timonier.facts.parquet import describe, is_whole
from timonier.facts.schema import SYSTEM_COLUMNS, Table
from timonier.text import Text


def check_staged(files: Sequence[Path], table: Table) -> list[Path]:
    """The files that have rows; raises DataError, naming file and column, before anything moves.

    Files without rows are removed.
    """
    kept = []
    for file in files:
        if not is_whole(file):
            raise _refused(file, "it is not a whole Parquet file", "ce n’est pas un fichier Parquet entier")
        _check_types(file, table)
        about = describe(file, [one.name for one in arrow_schema(table)])
        if about.rows == 0:
            file.unlink()
            continue
        _check_nulls(file, table, about.stats["nullCount"])
        kept.append(file)
    return kept


def _check_types(file: Path, table: Table) -> None:
    import pyarrow.parquet as pq

    wanted = {one.name: one.type for one in arrow_schema(table)}
    for one in pq.read_schema(file):
        expected: Any = wanted.get(one.name)
        if expected is None:
            en, fr = f"{table.name} has no column {one.name}", f"{table.name} n’a pas de colonne {one.name}"
            raise _refused(file, en, fr)
        if plain_type(one.type) != expected:
            raise _refused(
                file,
                f"column {one.name} is {one.type}, not {expected}",
                f"la colonne {one.name} est de type {one.type} au lieu de {expected}",
            )


def _check_nulls(file: Path, table: Table, nulls: dict[str, int]) -> None:
    required = [one.name for one in (*table.columns, *SYSTEM_COLUMNS) if one.required]
    if not table.undated_allowed:
        required.append("day")
    for name in required:
        if nulls[name]:
            raise _refused(
                file,
                f"column {name} is empty in {nulls[name]} rows",
                f"la colonne {name} est vide dans {nulls[name]} lignes",
            )


def _refused(file: Path, en: str, fr: str) -> DataError:
    return DataError(
        Text(f"this staged file is refused: {en}.", f"ce fichier préparé est refusé : {fr}."),
        where=str(file),
        hint=Text("Nothing was loaded.", "Rien n’a été chargé."),
    )

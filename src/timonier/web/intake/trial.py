"""Trying a mapping out on the first rows: for each column of the table, values that can be read, missing, or not."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from timonier.facts.engines.staging import Staging
from timonier.facts.intake.chunks import chunks, prepared, raw_rows
from timonier.facts.intake.contract import Source
from timonier.facts.intake.conversion import GOOD, Conversion, Setting, conversion
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.intake.recipe_model import TableRecipe
from timonier.facts.intake.rejects import faults
from timonier.facts.intake.scratch import scratch
from timonier.facts.schema import Table
from timonier.facts.workspace import Workspace
from timonier.text import Text

ROWS = 20_000
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A text that cannot be read, and why."""

    text: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Tried:
    """One column of the table over the rows tried out: valid + missing + invalid = rows."""

    valid: int
    missing: int
    invalid: int
    examples: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """Over the first `rows` rows; `whole` when the file has no more."""

    rows: int
    whole: bool
    columns: Mapping[str, Tried]


def relaxed(table: Table) -> Table:
    """The table with no column required: a mapping can be tried out before it is complete."""
    columns = tuple(replace(one, required=False) for one in table.columns)
    return Table(table.name, table.key, table.dated_by, columns, table.undated_allowed)


def tried(workspace: Workspace, toml: str, source: Source, rows: int = ROWS) -> Trial:
    """Converts the first rows of `source` as a load would. Raises RecipeError, SourceError."""
    tables = {name: relaxed(one) for name, one in workspace.tables().items()}
    recipe = parse_recipe(toml, tables).tables[0]
    recipe = replace(recipe, latest_by=None, sum_by=None, distinct=False)
    settings = workspace.settings
    machine = source.detected.format != "csv"
    setting = Setting(settings.zone, settings.currency, source.name, datetime.now(UTC), machine)
    statements = conversion(recipe, tables[recipe.into], source.columns, setting)
    reading = chunks(source.batches(), rows=rows)
    chunk = next(reading, None)
    if chunk is None:
        return Trial(0, whole=True, columns={})
    whole = chunk.num_rows <= rows and next(reading, None) is None
    chunk = chunk.slice(0, rows)
    with scratch(workspace.staging) as folder:
        staging = Staging(settings, folder)
        try:
            return _counted(staging, statements, recipe, chunk, whole=whole)
        finally:
            staging.close()


def _counted(staging: Staging, statements: Conversion, recipe: TableRecipe, chunk, *, whole: bool) -> Trial:  # type: ignore[no-untyped-def]
    ready = prepared(chunk, statements.needed, statements.quick)
    with staging.chunk(ready):
        facts = staging.table(statements.facts).drop_columns(GOOD)
        refusals = [(line, faults(codes)) for line, codes, _ in staging.rows(statements.refusals)]
    places = facts.column("place")
    invalid: defaultdict[str, list[tuple[int, Text]]] = defaultdict(list)
    for line, found in refusals:
        for name, reason in found:
            invalid[name].append((line, reason))
    counted = {}
    for one in recipe.columns:
        if one.name in statements.taken:
            nulls = ready.column(statements.taken[one.name]).take(places).null_count
        elif one.name in statements.constants:
            nulls = 0
        else:
            nulls = facts.column(one.name).null_count
        bad = invalid[one.name]
        missing = nulls - len(bad)
        counted[one.name] = Tried(facts.num_rows - nulls, missing, len(bad), _examples(chunk, one.columns, bad))
    return Trial(chunk.num_rows, whole, counted)


def _examples(chunk, columns: tuple[str, ...], bad: list[tuple[int, Text]]) -> tuple[Refused, ...]:  # type: ignore[no-untyped-def]
    """The first different texts at fault."""
    if not bad or len(columns) != 1:
        return ()
    reasons = dict(bad[:200])
    rank = [name for name in chunk.column_names if name != "__line__"].index(columns[0])
    raw = raw_rows(chunk, list(reasons))
    seen = {raw[line][rank].strip()[:60]: reason for line, reason in reversed(reasons.items()) if line in raw}
    return tuple(Refused(text, reason) for text, reason in list(seen.items())[::-1][:EXAMPLES])

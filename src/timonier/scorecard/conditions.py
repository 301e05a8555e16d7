"""What people filter by, typed or chosen, as one condition over the columns that an indicator's units can carry."""

from timonier.errors import UsageError
from timonier.indicators.definition import Indicator
from timonier.indicators.grammar import Compiled, Kind, compile_condition
from timonier.scorecard.membership import Condition, Within
from timonier.scorecard.sources import FactSource, can_carry, dimensions
from timonier.text import Text


def filters(source: FactSource, indicator: Indicator) -> dict[str, Kind]:
    """The columns by which the indicator's units can be filtered: its tables' own, and those of the customer."""
    kinds: dict[str, Kind] = {"day": "date"}
    tables = ["customers", *(need.table for need in indicator.needs)]
    for table in tables:
        for column in source.tables[table].columns:
            if can_carry(indicator, source, column.name):
                kinds[column.name] = column.type
    kinds.update({name: "text" for name in dimensions(source) if can_carry(indicator, source, name)})
    return kinds


def condition(
    source: FactSource, indicator: Indicator, where: str | None, within: tuple[Within, ...] = (), *, zone: str
) -> Compiled | Condition | None:
    """The filter, over the columns that the indicator's units can carry. Raises UsageError for another column."""
    kinds = filters(source, indicator) if where or within else {}
    for name in (one.name for one in within if one.name not in kinds):
        raise UsageError(
            Text(f"{indicator.name} cannot be filtered by {name}.", f"{indicator.name} ne se filtre pas par {name}.")
        )
    typed = None if where is None else compile_condition(where, kinds, where="--where", lenient=True, zone=zone)
    return Condition(typed, within, source) if within else typed

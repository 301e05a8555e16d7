"""An indicator by the values of a dimension, in the order in which tables, charts and files show them."""

from timonier.indicators.estimate import State
from timonier.scorecard.score import Line
from timonier.web.charts.breakdown import ranked
from timonier.web.figures.indicator import Asked


def lines_by(asked: Asked, dimension: str) -> tuple[Line, ...]:
    """A line a segment: those of 30 people or more ranked, then the others by name; empty ones left out."""
    found = {line.estimate.by: line for line in asked.scorecard(by=(dimension,)).lines if _is_there(line)}
    order = ranked([line.estimate for line in found.values()])
    return tuple(found[one.by] for one in (*order.firm, *order.others))


def _is_there(line: Line) -> bool:
    was = line.reference is not None and line.reference.n > 0
    return bool(line.estimate.n) or line.estimate.state == State.SUPPRESSED or was

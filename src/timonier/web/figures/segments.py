"""An indicator by the values of a dimension: in the order of tables, charts and files, each against the others."""

from collections.abc import Mapping, Sequence

from timonier.indicators.estimate import Estimate, State
from timonier.scorecard.contrast import against_rest
from timonier.scorecard.judged import Judged
from timonier.scorecard.score import Line, Segment
from timonier.web.charts.breakdown import ranked
from timonier.web.core.desks import facts_key, lent_desk
from timonier.web.core.memory import Memory
from timonier.web.figures.indicator import Asked, headline

_contrasts: Memory[Mapping[Segment, Judged]] = Memory(100)


def lines_by(asked: Asked, dimension: str) -> tuple[Line, ...]:
    """A line a segment: those of 30 people or more ranked, then the others by name; empty ones left out."""
    found = {line.estimate.by: line for line in asked.scorecard(by=(dimension,)).lines if _is_there(line)}
    order = ranked([line.estimate for line in found.values()])
    return tuple(found[one.by] for one in (*order.firm, *order.others))


def _is_there(line: Line) -> bool:
    was = line.reference is not None and line.reference.n > 0
    return bool(line.estimate.n) or line.estimate.state == State.SUPPRESSED or was


def contrasts(asked: Asked, dimension: str, published: Sequence[Estimate]) -> Mapping[Segment, Judged]:
    """Each of the `published` segments minus all the others together.

    Nothing where the whole is hidden: a segment and how it differs from the others would tell what the whole is.
    """
    whole = headline(asked).line
    if whole is None or whole.estimate.state == State.SUPPRESSED:
        return {}
    request = asked.scorecard(by=(dimension,)).request

    def compute() -> Mapping[Segment, Judged]:
        with lent_desk(asked.state.as_of) as desk:
            return against_rest(desk, asked.indicator, request, published)

    return _contrasts.get((facts_key(), asked.scope.key, repr(request)), compute)

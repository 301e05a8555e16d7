"""Figures to draw, computed by the formulas themselves from counts of scores."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from timonier.indicators.definition import Query, Stat
from timonier.indicators.estimate import Estimate, Period, State
from timonier.indicators.formulas import net_score

NO_PERIOD = Period(date(2026, 1, 1), date(2026, 2, 1), "2026-01")


def nps(detractors: int, passives: int, promoters: int, **more: Any) -> Estimate:
    """The NPS of so many answers of 3, 8 and 10; not computable without answers."""
    counts = {score: count for score, count in ((3, detractors), (8, passives), (10, promoters)) if count}
    figure = net_score(Stat(counts=counts), Query())
    state = State.OK if figure.value is not None else State.NOT_COMPUTABLE
    low, high, method = figure.interval
    made = Estimate(
        "nps", figure.value, low, high, figure.n, unit="points", direction="up", method=method, detail=figure.detail
    )
    return replace(made, **{"state": state, "period": NO_PERIOD, **more})


def month(number: int) -> Period:
    """The month so many months after January 2026."""
    first, after = (date(2026 + place // 12, place % 12 + 1, 1) for place in (number, number + 1))
    return Period(first, after, f"{first:%Y-%m}")


def course(values: Sequence[int | None], *, running: bool = False) -> list[Estimate]:
    """Months in a row, of 100 answers each: so many promoters, the others passive; None: nobody answered."""
    found = [
        nps(0, 0 if value is None else 100 - value, value or 0, period=month(number))
        for number, value in enumerate(values)
    ]
    return [*found[:-1], replace(found[-1], state=State.IMMATURE)] if running else found


def regions(sizes: Mapping[str | None, int]) -> list[Estimate]:
    """One NPS a region, of so many answers; below 5 it is hidden."""
    made = []
    for place, (name, n) in enumerate(sizes.items()):
        by = (("region", name),)
        if n < 5:
            made.append(
                Estimate("nps", None, unit="points", direction="up", state=State.SUPPRESSED, by=by, detail={"min_n": 5})
            )
        else:
            made.append(nps(n // (place + 3), n // 4, n - n // (place + 3) - n // 4, by=by))
    return made

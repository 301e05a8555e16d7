"""Complaints beside what they are compared with: orders of the period, customers known by its end."""

from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import CODES, columns_of
from timonier.indicators.definition import Figure, Frames, Query, Stat
from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import poisson_exact
from timonier.indicators.money import is_cancelled
from timonier.indicators.periods import as_day, within
from timonier.indicators.populations.contacts import COMPLAINT, complaint_contacts
from timonier.indicators.populations.contracts import required_window
from timonier.indicators.populations.stacking import stacked
from timonier.text import Text

EXPOSED = 3


def complaints_and_orders(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Complaints (once an issue) and orders, one row each; cancelled orders apart."""
    orders = frames["orders"]
    gone = is_cancelled() if "status" in columns_of(orders) else nw.lit(value=False)
    cell = nw.when(gone).then(nw.lit(CODES["cancelled"])).otherwise(nw.lit(EXPOSED))
    return stacked(_names(query), _complaints(frames, query), orders.with_columns(cell=cell))


def complaints_and_customers(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Complaints of the window and customers acquired before its end (or nobody knows when), one row each."""
    window = required_window(query)
    complaints = _complaints(frames, query).filter(within(window, nw.col("day")))
    day = nw.col("day")
    customers = frames["customers"].filter(day.is_null() | (day < as_day(window.end)))
    return stacked(_names(query), complaints, customers.with_columns(cell=nw.lit(EXPOSED)))


def _complaints(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """New complaints. A channel is that of a contact here, of an order or an acquisition there: refused."""
    if "channel" in query.carry:
        raise UsageError(
            Text(
                "the channel of a complaint is not that of an order nor of a customer.",
                "le canal d’une réclamation n’est pas celui d’une commande ni d’un client.",
            ),
            hint=Text(
                "Split the default variant by channel, or this one by an attribute of the customer.",
                "Ventilez par canal la variante par défaut, ou celle-ci par un attribut du client.",
            ),
        )
    return complaint_contacts(frames, query).filter(nw.col("cell") == COMPLAINT)


def _names(query: Query) -> list[str]:
    return [*dict.fromkeys((*query.carry, "day")), "cell"]


def per_thousand_exposed(stat: Stat, query: Query) -> Figure:
    """1,000 × complaints / exposure, with the exact Poisson interval."""
    events, exposure = stat.counts.get(COMPLAINT, 0), stat.counts.get(EXPOSED, 0)
    if exposure == 0:
        return Figure(None, detail={"x": events, "n": 0})
    low, high, method = poisson_exact(events, exposure, query.confidence)
    bounds = Interval(None if low is None else 1000 * low, None if high is None else 1000 * high, method)
    return Figure(1000 * events / exposure, bounds, exposure, float(exposure), {"x": events, "n": exposure})

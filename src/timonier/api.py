"""The Python door: any dataframe in, estimates out.

    >>> import timonier
    >>> answers = {"note": [10, 9, 9, 8, 7, 6, 5, 10, 0, 8]}
    >>> timonier.nps(answers, score="note").value
    10.0

A frame is anything that narwhals reads (pandas, Polars, PyArrow, DuckDB, Spark, Ibis) or a dict of lists. Polars,
DuckDB, Spark and Ibis compute where the data are; pandas and PyArrow tables are read in place by DuckDB.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict, Unpack

import narwhals as nw

from timonier.errors import ColumnMissing, UsageError
from timonier.estimates import Estimates
from timonier.facts.engines.frames import adopt
from timonier.facts.schema import TABLES
from timonier.indicators import programme
from timonier.indicators.catalogue import CATALOGUE, find
from timonier.indicators.cohorts import triangle
from timonier.indicators.definition import Indicator, Needs, Query
from timonier.indicators.engine import measure, pick_variant
from timonier.indicators.estimate import Direction, Estimate, Period, State
from timonier.indicators.localtime import local
from timonier.indicators.periods import Every
from timonier.indicators.programme import Arm
from timonier.scorecard.publish import publishable
from timonier.scorecard.sources import completed
from timonier.text import Text

NO_DAY = date(1970, 1, 1)

type Columns = Mapping[str, str | None]


class Asked(TypedDict, total=False):
    """What every question may add.

    `by`: columns to split by; `every`: kind of period; `at`: column of dates or instants that gives the accounting
    day; `weight`: column of weights; `window`: (first day, day after the last); `variant`, `method`, `confidence`;
    `as_of`: last day known, for maturity; `zone`: whose calendar tells the day of instants that have a zone (theirs by
    default); `minimum_n`: smallest group shown; `params`: the indicator's parameters.
    """

    by: Sequence[str]
    every: Every
    at: str | None
    weight: str | None
    window: tuple[date, date] | None
    variant: str | None
    method: str
    confidence: float
    as_of: date | None
    zone: str | None
    minimum_n: int
    params: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Question:
    """`Asked`, with the defaults."""

    by: Sequence[str] = ()
    every: Every = "all"
    at: str | None = None
    weight: str | None = None
    window: tuple[date, date] | None = None
    variant: str | None = None
    method: str = "default"
    confidence: float = 0.95
    as_of: date | None = None
    zone: str | None = None
    minimum_n: int = 0
    params: Mapping[str, Any] | None = None


def measure_frame(
    name: str, frame: Any, columns: Columns, *, catalogue: Mapping[str, Indicator] = CATALOGUE, **asked: Unpack[Asked]
) -> Estimates:
    """Measure the indicator `name` on one frame.

    `columns` maps the indicator's columns (score, customer_id, amount…) to those of the frame; columns that are not
    given are missing. Raises ColumnMissing, UsageError, UnknownName.
    """
    question = _Question(**asked)
    indicator = find(name, dict(catalogue))
    _refuse_several(indicator, question.variant)
    need = indicator.one_table(question.params or {})
    if question.at is None:
        question = replace(question, at=columns.get(TABLES[need.table].dated_by))
    if question.every != "all" and question.at is None and indicator.timing == "dated":
        raise UsageError(
            Text("to split by period, a column of dates is needed.", "pour découper, il faut une colonne de dates."),
            hint=Text("Give at=…", "Donnez at=…"),
        )
    names = {column: f"by_{place}" for place, column in enumerate(question.by)}
    zone = question.zone or _zone_of(frame, question.at)
    units = _facts(adopt(frame), need, columns, names, replace(question, zone=zone))
    query = Query(
        window=None if question.window is None else Period(*question.window),
        every=question.every,
        by=tuple(names.values()),
        carry=(*names.values(), *(["w"] if question.weight else [])),
        params=dict(question.params or {}),
        as_of=question.as_of,
        zone=zone,
        confidence=question.confidence,
        method=question.method,
        weighted=question.weight is not None,
    )
    found = measure(indicator, {need.table: units}, query, question.variant)
    return Estimates(publishable(_renamed(found, tuple(question.by)), question.minimum_n))


def _refuse_several(indicator: Indicator, variant: str | None) -> None:
    """Some variants read a table that no other does: one frame cannot answer."""
    tables = [need.table for need in pick_variant(indicator, variant).needs]
    if len(tables) > 1:
        listing = ", ".join(tables)
        raise UsageError(
            Text(f"{variant} reads several tables: {listing}.", f"{variant} lit plusieurs tables : {listing}."),
            hint=Text("Load them into a workspace.", "Chargez-les dans un espace de travail."),
        )


def _facts(
    table: nw.LazyFrame[Any], need: Needs, columns: Columns, names: Mapping[str, str], question: _Question
) -> nw.LazyFrame[Any]:
    """The frame under the names of its fact table, breakdowns under inner names, the day computed."""
    at, weight = question.at, question.weight
    roles = {role: column for role, column in columns.items() if column is not None}
    _require(table, [*roles.values(), *names, *(one for one in (at, weight) if one)])
    if at is not None:
        roles.setdefault(TABLES[need.table].dated_by, at)
    units = table.select(
        *(nw.col(column).alias(role) for role, column in roles.items()),
        *(nw.col(column).cast(nw.String).alias(inner) for column, inner in names.items()),
        *([nw.col(weight).cast(nw.Float64).alias("w")] if weight else []),
        day=_day(table, at, question.zone or "UTC") if at else nw.lit(NO_DAY, dtype=nw.Date),
    )
    return completed(units, need, TABLES)


def _zone_of(frame: Any, at: str | None) -> str:
    """The zone that the column of instants carries; UTC when it has none."""
    if at is None or isinstance(frame, Mapping):
        return "UTC"
    dtype = nw.from_native(frame).lazy().collect_schema().get(at)
    return dtype.time_zone or "UTC" if isinstance(dtype, nw.Datetime) else "UTC"


def _day(table: nw.LazyFrame[Any], at: str, zone: str) -> nw.Expr:
    """The accounting day: the date as it is, or that of an instant on the zone's calendar."""
    dtype = table.collect_schema()[at]
    zoned = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
    return (local(nw.col(at), zone) if zoned else nw.col(at)).cast(nw.Date)


def _renamed(found: list[Estimate], names: tuple[str, ...]) -> list[Estimate]:
    """Segments under the names that the caller gave."""
    return [replace(one, by=tuple(zip(names, (value for _, value in one.by), strict=True))) for one in found]


def _require(table: nw.LazyFrame[Any], wanted: Sequence[str]) -> None:
    present = table.columns
    for column in wanted:
        if column not in present:
            raise ColumnMissing(
                Text(f"there is no column “{column}”.", f"il n’y a pas de colonne « {column} »."),
                hint=Text(f"The frame has: {', '.join(present)}.", f"Le tableau contient : {', '.join(present)}."),
            )


def nps(
    answers: Any,
    score: str,
    *,
    customer: str | None = None,
    wave: str | None = None,
    account: str | None = None,
    **asked: Unpack[Asked],
) -> Estimates:
    """Net Promoter Score of 0–10 answers, in points, with the score interval.

    With `customer` and `wave`, one answer a respondent and wave counts: the latest by `at`. With `account`, one vote an
    account counts, the mean of its answers, unless another variant is asked for.
    """
    columns = {"score": score, "customer_id": customer, "wave": wave, "answered_at": asked.get("at")}
    if account is not None:
        columns["account_id"] = account
        asked.setdefault("variant", "accounts")
    return measure_frame("nps", answers, columns, **asked)


def csat(
    answers: Any, score: str, *, scale: tuple[int, int] = (1, 5), direction: Direction = "up", **asked: Unpack[Asked]
) -> Estimates:
    """Share of satisfied answers (top boxes), 0–1, with Wilson's interval. `direction="down"`: 1 is very satisfied."""
    return measure_frame("csat", answers, {"score": score}, **_with(asked, scale=scale, direction=direction))


def ces(
    answers: Any, score: str, *, scale: tuple[int, int] = (1, 7), direction: Direction = "up", **asked: Unpack[Asked]
) -> Estimates:
    """Share of customers for whom it was easy, 0–1. `direction="down"`: the question asks how much effort."""
    name = "ces" if direction == "up" else "ces_effort"
    return measure_frame(name, answers, {"score": score}, **_with(asked, scale=scale, direction=direction))


def average_basket(orders: Any, amount: str, *, customer: str | None = None, **asked: Unpack[Asked]) -> Estimates:
    """Net amount per order, the interval clustered by customer (linearised; `method="fieller"` on request)."""
    return measure_frame("average_basket", orders, {"amount": amount, "customer_id": customer}, **asked)


def repeat_purchase(orders: Any, customer: str, **asked: Unpack[Asked]) -> Estimates:
    """Share of the buyers of the period before `window` who buy again in it, 0–1; needs `at` and `window`."""
    return measure_frame("repeat_purchase", orders, {"customer_id": customer}, **asked)


def churn(contracts: Any, customer: str, *, started: str, ended: str, **asked: Unpack[Asked]) -> Estimates:
    """Share of the customers under contract on the first day of `window` who are lost in it, 0–1."""
    columns = {"customer_id": customer, "contract_id": customer, "started_on": started, "ended_on": ended}
    return measure_frame("churn", contracts, columns, **asked)


def fcr(
    contacts: Any,
    issue: str,
    *,
    opened: str,
    resolved: str | None = None,
    closed: str | None = None,
    **asked: Unpack[Asked],
) -> Estimates:
    """Share of issues resolved at their first contact, without another within 7 days, 0–1."""
    columns = {"issue_id": issue, "opened_at": opened, "resolved": resolved, "closed_at": closed}
    asked.setdefault("at", opened)
    return measure_frame("fcr", contacts, columns, **asked)


def cohort_triangle(
    orders: Any, customer: str, *, at: str, as_of: date, confidence: float = 0.95, minimum_n: int = 0
) -> Estimates:
    """Of the customers who first bought in a month (`cohort`), the share that bought `age` months later, 0–1."""
    table = adopt(orders)
    _require(table, [customer, at])
    activity = table.select(customer_id=nw.col(customer), day=nw.col(at).cast(nw.Date))
    return Estimates(publishable(triangle(activity, as_of=as_of, confidence=confidence), minimum_n))


def roi(
    cost: float, margin_per_unit: float, treated: tuple[int, int], control: tuple[int, int], confidence: float = 0.95
) -> Estimates:
    """Return of a programme: (incremental margin − cost) / cost, its interval carried from that of the uplift.

    `treated` and `control` are (people who did what the programme aims at, people). `detail` holds the naive
    return, which takes everything that treated people brought and is not an effect.
    """
    arms = Arm(*treated), Arm(*control)
    found = programme.roi(cost, margin_per_unit, *arms, confidence)
    state = State.NOT_COMPUTABLE if found.roi is None else State.OK
    return Estimates(
        [
            Estimate(
                "roi",
                found.roi,
                found.low,
                found.high,
                arms[0].people,
                unit="ratio",
                direction="up",
                state=state,
                method="newcombe",
                confidence=confidence,
                detail=found._asdict(),
            )
        ]
    )


def _with(asked: Asked, **params: Any) -> Asked:
    settled = asked.copy()
    settled["params"] = {**params, **(asked.get("params") or {})}
    return settled

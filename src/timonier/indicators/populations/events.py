"""Cases going from one step of the journey to another as units."""

from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import first_rows, instead, ordering
from timonier.indicators.definition import Frames, Query
from timonier.indicators.periods import epoch_second
from timonier.indicators.populations.contacts import duration_cell
from timonier.text import Text


def _step(query: Query, name: str) -> str:
    step = query[name]
    if step is None:
        raise UsageError(
            Text(f"which step? The parameter {name} is missing.", f"quelle étape ? Le paramètre {name} manque."),
            hint=Text("Give start_step and end_step.", "Donnez start_step et end_step."),
        )
    return str(step)


def passages(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Cases that entered the first step, one row each, with the first entry of the second step after it (or null)."""
    events = frames["events"].filter(~nw.col("case_id").is_null())
    order = ordering(events, "occurred_at")
    entered = first_rows(events.filter(nw.col("step") == _step(query, "start_step")), "case_id", order)
    reached = events.filter(nw.col("step") == _step(query, "end_step")).select("case_id", _at="occurred_at")
    pairs = entered.select("case_id", _since="occurred_at").join(reached, on="case_id", how="inner")
    after = pairs.filter(nw.col("_at") >= nw.col("_since")).group_by("case_id").agg(nw.col("_at").min())
    before = pairs.group_by("case_id").agg(nw.col("_at").min().alias("_before"))
    return entered.join(after, on="case_id", how="left").join(before, on="case_id", how="left")


def durations(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Cases, one row each; the cell is 2 × seconds + 1 when done, 2 × seconds known so far when still open."""
    cases = passages(frames, query).with_columns(
        _since=epoch_second(nw.col("occurred_at")), _until=epoch_second(nw.col("_at"))
    )
    backwards = nw.col("_until").is_null() & ~nw.col("_before").is_null()
    return instead(cases.with_columns(cell=duration_cell(query)), backwards, "negative")


NOT_REACHED, REACHED = 0, 1


def reached(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Cases that entered the first step, one row each: the second one followed within the window, or not."""
    cases = passages(frames, query)
    limit = nw.col("occurred_at").dt.offset_by(f"{int(query['window_days'])}d")
    in_time = (nw.col("_at") <= limit).fill_null(value=False)
    return cases.with_columns(cell=nw.when(in_time).then(nw.lit(REACHED)).otherwise(nw.lit(NOT_REACHED)))


def occurrences(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Events of one step (or all), one row each."""
    events = frames["events"].with_columns(cell=nw.lit(1))
    return events if query["step"] is None else events.filter(nw.col("step") == query["step"])

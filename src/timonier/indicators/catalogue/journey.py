"""Along the journey: time between two steps, passage from one to the next, counts of an event."""

from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import CODES, first_rows, ordering
from timonier.indicators.definition import Frames, Indicator, Needs, Parameter, Query, Variant
from timonier.indicators.formulas import count, mean_of_completed, quantile_of_durations, share
from timonier.indicators.periods import epoch_second
from timonier.text import Text

EVENTS = (Needs("events", ("case_id", "step", "occurred_at")),)
CASE_DAY = Text("day the case entered the first step", "jour d’entrée dans la première étape")
START = Parameter("start_step", None, Text("step that starts the clock", "étape de départ"))
END = Parameter("end_step", None, Text("step that stops the clock", "étape d’arrivée"))


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
    events = frames["events"]
    order = ordering(events, "occurred_at")
    entered = first_rows(events.filter(nw.col("step") == _step(query, "start_step")), "case_id", order)
    reached = events.filter(nw.col("step") == _step(query, "end_step")).select("case_id", _at="occurred_at")
    pairs = entered.select("case_id", _since="occurred_at").join(reached, on="case_id", how="inner")
    after = pairs.filter(nw.col("_at") >= nw.col("_since")).group_by("case_id").agg(nw.col("_at").min())
    before = pairs.group_by("case_id").agg(nw.col("_at").min().alias("_before"))
    return entered.join(after, on="case_id", how="left").join(before, on="case_id", how="left")


def durations(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Cases, one row each; the cell is 2 × seconds + 1 when done, 2 × seconds known so far when still open."""
    cases = passages(frames, query)
    since, done = epoch_second(nw.col("occurred_at")), epoch_second(nw.col("_at"))
    known = since if query.as_of is None else nw.lit((query.as_of.toordinal() + 1 - 719_163) * 86_400)
    backwards = nw.col("_at").is_null() & ~nw.col("_before").is_null()
    cell = (
        nw.when(backwards)
        .then(nw.lit(CODES["negative"]))
        .when(nw.col("_at").is_null())
        .then(nw.max_horizontal(known - since, nw.lit(0)) * 2)
        .otherwise((done - since) * 2 + 1)
    )
    return cases.with_columns(cell=cell)


STEP_TIME = Indicator(
    name="step_time",
    label=Text("Time between two steps", "Temps entre deux étapes"),
    family="journey",
    needs=EVENTS,
    dated_by=CASE_DAY,
    units=durations,
    variants={
        "default": Variant(
            Text("median, open cases censored", "médiane, dossiers en cours censurés"),
            Text(
                "median of the time from the first step to the second (Kaplan–Meier while cases are open)",
                "médiane du temps de la première étape à la seconde (Kaplan–Meier tant que des dossiers sont ouverts)",
            ),
            "days",
            "down",
            quantile_of_durations(0.5),
        ),
        "p90": Variant(
            Text("nine cases in ten", "neuf dossiers sur dix"),
            Text("90th percentile of the same time (type 7)", "90e centile du même temps (type 7)"),
            "days",
            "down",
            quantile_of_durations(0.9),
        ),
        "completed-mean": Variant(
            Text("mean of completed cases (biased down)", "moyenne des dossiers terminés (biaisée à la baisse)"),
            Text("Σ times of completed cases / completed cases", "Σ temps des dossiers terminés / leur nombre"),
            "days",
            "down",
            mean_of_completed,
        ),
    },
    parameters=(START, END),
    rollup=False,
    source="Kaplan, Meier 1958; Brookmeyer, Crowley 1982; Hyndman, Fan 1996 (type 7)",
    notes=Text(
        "A case whose second step only comes before the first is an error, counted as negative.",
        "Un dossier dont la seconde étape ne vient qu’avant la première est une erreur, comptée comme négative.",
    ),
    on_request=True,
)

NOT_REACHED, REACHED = 0, 1


def reached(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Cases that entered the first step, one row each: the second one followed within the window, or not."""
    cases = passages(frames, query)
    limit = nw.col("occurred_at").dt.offset_by(f"{int(query['window_days'])}d")
    in_time = (nw.col("_at") <= limit).fill_null(value=False)
    return cases.with_columns(cell=nw.when(in_time).then(nw.lit(REACHED)).otherwise(nw.lit(NOT_REACHED)))


STEP_CONVERSION = Indicator(
    name="step_conversion",
    label=Text("Passage from one step to the next", "Passage d’une étape à la suivante"),
    family="journey",
    needs=EVENTS,
    dated_by=CASE_DAY,
    units=reached,
    variants={
        "default": Variant(
            Text("within the window", "dans le délai"),
            Text(
                "cases that reach the second step within the window / cases that entered the first",
                "dossiers qui atteignent la seconde étape dans le délai / dossiers entrés dans la première",
            ),
            "share",
            "up",
            share(lambda _query: {REACHED}),
        )
    },
    parameters=(START, END, Parameter("window_days", 30, Text("days to reach it", "jours pour l’atteindre"))),
    follow_up="window_days",
    rollup=False,
    source="strict order of steps; interval: Wilson 1927",
    on_request=True,
)


def occurrences(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Events of one step (or all), one row each."""
    events = frames["events"].with_columns(cell=nw.lit(1))
    return events if query["step"] is None else events.filter(nw.col("step") == query["step"])


EVENT_COUNT = Indicator(
    name="event_count",
    label=Text("Count of an event", "Nombre d’événements"),
    family="journey",
    needs=(Needs("events", ("step",)),),
    dated_by=Text("day of the event", "jour de l’événement"),
    units=occurrences,
    variants={
        "default": Variant(
            Text("occurrences", "occurrences"),
            Text("count of events of the step", "nombre d’événements de l’étape"),
            "count",
            "none",
            count,
        )
    },
    parameters=(Parameter("step", None, Text("step counted; none: all", "étape comptée ; aucune : toutes")),),
    source="count; interval: Garwood 1936 (exact Poisson)",
    on_request=True,
)

ALL = (STEP_TIME, STEP_CONVERSION, EVENT_COUNT)

"""Answers and invitations as units: one row each, in the cell that says what it counts for."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import CODES, columns_of, instead, is_last, ordering, score_cell
from timonier.indicators.definition import Figure, Frames, Query, Stat, Units
from timonier.indicators.estimate import Interval
from timonier.indicators.formulas import mean_score
from timonier.text import Text


def scored_answers(instrument: str) -> Units:
    """Answers of one instrument, one row each, the score in its cell (recoded so that high is good)."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        low, high = scale_of(query)
        if instrument == "nps":
            _refuse_other_than_nps(low, high)
        answers = _of_instrument(frames["answers"], instrument)
        answers = answers.with_columns(cell=score_cell(low, high))
        answers = _on_declared_scale(answers, low, high)
        if query["direction"] == "down":
            answers = answers.with_columns(
                cell=nw.when(nw.col("cell") >= 0).then(low + high - nw.col("cell")).otherwise(nw.col("cell"))
            )
        if query.weighted:
            answers = _weighed(answers)
        return _without_superseded(_without_tests(answers), query)

    return units


def _weighed(answers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Each answer with its weight in `w`, from the column of the facts; one that has none is left out, and counted."""
    present = columns_of(answers)
    if "w" in present or "weight" not in present:
        return answers
    answers = answers.with_columns(w=nw.col("weight").cast(nw.Float64))
    return instead(answers, nw.col("w").is_null() & (nw.col("cell") >= 0), "no_weight")


def _refuse_other_than_nps(low: int, high: int) -> None:
    """Only answers up to 10 (from 0, or from 1 as some tools ask) give an NPS: a 5-point «NPS» is another score."""
    if high != 10 or low not in (0, 1):
        raise UsageError(
            Text(
                f"answers from {low} to {high} do not give an NPS.",
                f"des réponses de {low} à {high} ne font pas un NPS.",
            ),
            hint=Text("Measure csat on that scale.", "Mesurez plutôt csat sur cette échelle."),
        )


def scale_of(query: Query) -> tuple[int, int]:
    """Lowest and highest answer; a scale is declared, never guessed."""
    low, high = query["scale"]
    if low >= high:
        raise UsageError(
            Text(
                f"a scale from {low} to {high} is upside down.",
                f"une échelle de {low} à {high} est à l’envers.",
            ),
            hint=Text("Give it as min:max.", "Donnez-la sous la forme min:max."),
        )
    return int(low), int(high)


def _of_instrument(answers: nw.LazyFrame[Any], instrument: str) -> nw.LazyFrame[Any]:
    if "instrument" not in columns_of(answers):
        return answers
    return answers.filter(nw.col("instrument") == instrument)


def _on_declared_scale(answers: nw.LazyFrame[Any], low: int, high: int) -> nw.LazyFrame[Any]:
    """Two scales are never chained in one series: answers on another one are counted apart."""
    if not {"scale_min", "scale_max"} <= columns_of(answers):
        return answers
    other = (nw.col("scale_min") != low) | (nw.col("scale_max") != high)
    return instead(answers, other.fill_null(value=False), "other_scale")


def _without_tests(answers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    if "test" not in columns_of(answers):
        return answers
    return instead(answers, nw.col("test").fill_null(value=False), "test")


def _without_superseded(answers: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    """Within a wave the latest valid answer of a respondent wins; an exact tie goes to the last received.

    An answer left out (a test, a score off the scale) supersedes nothing.
    """
    present = columns_of(answers)
    if query["repeats"] == "keep" or not {"customer_id", "wave", "answered_at"} <= present:
        return answers
    key = [name for name in ("survey", "question", "wave", "customer_id") if name in present]
    order = ordering(answers, "answered_at")
    unnamed = nw.col("wave").is_null() | nw.col("customer_id").is_null() | nw.col("answered_at").is_null()
    apart = unnamed | (nw.col("cell") < 0)
    if not len(answers.filter(~apart).select("wave").head(1).collect()):
        return answers  # no wave among these answers: one pass over them is enough
    waves = answers.filter(~apart).with_columns(_latest=is_last(key, order))
    waves = instead(waves, ~nw.col("_latest"), "duplicate").drop("_latest")
    return nw.concat([answers.filter(apart), waves], how="vertical")


def at_least(threshold: int | None = None) -> Any:
    """Cells from the threshold up; by default the usual top boxes of the scale."""

    def cells(query: Query) -> range:
        low, high = scale_of(query)
        return range(top_boxes(low, high) if threshold is None else threshold, high + 1)

    return cells


def top_boxes(low: int, high: int) -> int:
    """Lowest satisfied answer: top 1 of 2–3 answers, top 2 of 4–7, top 3 of 8 and more."""
    steps = high - low + 1
    return high if steps <= 3 else high - 1 if steps <= 7 else high - 2


def easy_from(query: Query) -> range:
    """Cells that mean «it was easy»: 5–7 of 7, 4–5 of 5, else the top boxes."""
    low, high = scale_of(query)
    return range(high - 2 if high - low == 6 else top_boxes(low, high), high + 1)


def bottom_boxes(query: Query) -> range:
    low, high = scale_of(query)
    return range(low, low + high - top_boxes(low, high) + 1)


def hard_from(query: Query) -> range:
    low, high = scale_of(query)
    return range(low, low + (high - low + 1) // 2)


def top_answer(query: Query) -> range:
    high = scale_of(query)[1]
    return range(high, high + 1)


def index_of_mean(stat: Stat, query: Query) -> Figure:
    """The mean score on 0–100, with its interval."""
    low, high = scale_of(query)
    figure = mean_score()(stat, query)

    def on_index(score: float | None) -> float | None:
        return None if score is None else 100 * (score - low) / (high - low)

    bounds = Interval(on_index(figure.interval.low), on_index(figure.interval.high), figure.interval.method)
    return figure._replace(value=on_index(figure.value), interval=bounds)


def as_asked(cell: int, query: Query) -> int:
    """The score as it was asked, before recoding."""
    low, high = scale_of(query)
    return low + high - cell if query["direction"] == "down" else cell


COMPLETE, PARTIAL, NO_ANSWER = 2, 1, 0
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "complete": (
        "complete",
        "completed",
        "answered",
        "complet",
        "complète",
        "complétée",
        "répondu",
        "repondu",
        "réponse",
    ),
    "partial": ("partial", "partiel", "partielle", "incomplet", "incomplète", "abandon", "abandonné", "abandonnée"),
    "bounced": ("bounced", "bounce", "undelivered", "rebond", "non délivré", "non délivrée", "non distribué", "npai"),
}
SILENT = (
    *(
        "no answer",
        "none",
        "sent",
        "delivered",
        "opened",
        "refused",
        "opt-out",
        "unsubscribed",
        "sans réponse",
        "envoyé",
    ),
    *("envoyée", "délivré", "délivrée", "ouvert", "ouverte", "refus", "refusé", "désinscrit", "désinscrite"),
)
"""Words for what became of an invitation, English and French; any other is taken as no answer."""


def _is_one_of(words: tuple[str, ...], present: set[str]) -> nw.Expr:
    if "outcome" not in present:
        return nw.lit(value=False)
    told = nw.col("outcome").str.strip_chars().str.to_lowercase()
    return reduce(or_, (told == word for word in words)).fill_null(value=False)


def invited(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Invitations, one row each: complete, partial or no answer within the window; bounced ones apart."""
    invitations = frames["invitations"]
    present = columns_of(invitations)
    sent, answered = nw.col("sent_at"), nw.col("answered_at")
    complete, partial, bounced = (_is_one_of(words, present) for words in OUTCOMES.values())
    backwards = nw.lit(value=False)
    if "answered_at" in present:
        in_time = answered <= sent.dt.offset_by(f"{int(query['window_days'])}d")
        complete = nw.when(answered.is_null()).then(complete).otherwise(in_time.fill_null(value=False))
        backwards = (answered < sent).fill_null(value=False)
    cell = (
        nw.when(bounced)
        .then(nw.lit(CODES["bounced"]))
        .when(backwards)
        .then(nw.lit(CODES["negative"]))
        .when(partial)
        .then(nw.lit(PARTIAL))
        .when(complete)
        .then(nw.lit(COMPLETE))
        .otherwise(nw.lit(NO_ANSWER))
    )
    return invitations.with_columns(cell=cell)

"""What customers say: NPS, CSAT, CES in its three instruments, response rate.

Answers count once a respondent and wave (the latest), outside waves each answer counts. A score that is missing,
invalid or on another scale is left out and counted; it is never taken as a passive nor as 0.
"""

from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import CODES, columns_of, instead, is_last, ordering, score_cell
from timonier.indicators.definition import Figure, Frames, Indicator, Needs, Parameter, Query, Stat, Units, Variant
from timonier.indicators.estimate import Interval
from timonier.indicators.formulas import mean_score, net_score, net_share, share
from timonier.text import Text

ANSWERS = (
    Needs(
        "answers",
        ("score",),
        ("answered_at", "instrument", "scale_min", "scale_max", "customer_id", "survey", "question", "wave", "test"),
    ),
)
DAY_OF_ANSWER = Text("day of the answer", "jour de la réponse")


def scored_answers(instrument: str) -> Units:
    """Answers of one instrument, one row each, the score in its cell (recoded so that high is good)."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        low, high = scale_of(query)
        answers = _of_instrument(frames["answers"], instrument)
        answers = answers.with_columns(cell=score_cell(low, high))
        answers = _on_declared_scale(answers, low, high)
        if query["direction"] == "down":
            answers = answers.with_columns(
                cell=nw.when(nw.col("cell") >= 0).then(low + high - nw.col("cell")).otherwise(nw.col("cell"))
            )
        return _without_superseded(_without_tests(answers), query)

    return units


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
    """Within a wave the latest answer of a respondent wins; an exact tie goes to the last received."""
    present = columns_of(answers)
    if query["repeats"] == "keep" or not {"customer_id", "wave", "answered_at"} <= present:
        return answers
    key = [name for name in ("survey", "question", "wave", "customer_id") if name in present]
    order = ordering(answers, "answered_at")
    named = nw.col("wave").is_null() | nw.col("customer_id").is_null() | nw.col("answered_at").is_null()
    waves = answers.filter(~named).with_columns(_latest=is_last(key, order))
    waves = instead(waves, ~nw.col("_latest") & (nw.col("cell") >= 0), "duplicate").drop("_latest")
    return nw.concat([answers.filter(named), waves], how="vertical")


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


def _bottom_boxes(query: Query) -> range:
    low, high = scale_of(query)
    return range(low, low + high - top_boxes(low, high) + 1)


def _hard_from(query: Query) -> range:
    low, high = scale_of(query)
    return range(low, low + (high - low + 1) // 2)


def _top(query: Query) -> range:
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


def _as_asked(cell: int, query: Query) -> int:
    """The score as it was asked, before recoding."""
    low, high = scale_of(query)
    return low + high - cell if query["direction"] == "down" else cell


REPEATS = Parameter(
    "repeats",
    "latest",
    Text(
        "“latest”: one answer a respondent and wave; “keep”: all of them",
        "« latest » : une réponse par répondant et par vague ; « keep » : toutes",
    ),
)


def _scale(default: tuple[int, int]) -> Parameter:
    return Parameter("scale", default, Text("lowest and highest answer", "réponse la plus basse et la plus haute"))


def _direction(default: str) -> Parameter:
    return Parameter(
        "direction",
        default,
        Text(
            "“up” if a high answer is good, else “down”",
            "« up » si une réponse haute est bonne, sinon « down »",
        ),
    )


NPS = Indicator(
    name="nps",
    label=Text("Net Promoter Score", "NPS (recommandation nette)"),
    family="satisfaction",
    needs=ANSWERS,
    dated_by=DAY_OF_ANSWER,
    units=scored_answers("nps"),
    variants={
        "default": Variant(
            Text("net score", "score net"),
            Text(
                "100 × (answers 9–10 − answers 0–6) / valid answers",
                "100 × (réponses 9–10 − réponses 0–6) / réponses valides",
            ),
            "points",
            "up",
            net_score,
        ),
        "mean": Variant(
            Text("mean likelihood to recommend", "note moyenne de recommandation"),
            Text("sum of scores / valid answers", "somme des notes / réponses valides"),
            "score",
            "up",
            mean_score(),
        ),
    },
    parameters=(_scale((0, 10)), _direction("up"), REPEATS),
    entity="customer_id",
    source="Reichheld 2003 (Harvard Business Review); interval: Tango 1998, Rocks 2016 (arXiv:1601.07235)",
    notes=Text(
        "Only a 0–10 question gives an NPS. Relational and transactional surveys are never pooled by default reading:"
        " filter or break down by survey.",
        "Seule une question de 0 à 10 donne un NPS. Ne mélangez pas enquêtes relationnelles et à chaud : filtrez ou"
        " ventilez par enquête.",
    ),
)

CSAT = Indicator(
    name="csat",
    label=Text("Satisfaction (CSAT)", "Satisfaction (CSAT)"),
    family="satisfaction",
    needs=ANSWERS,
    dated_by=DAY_OF_ANSWER,
    units=scored_answers("csat"),
    variants={
        "default": Variant(
            Text("satisfied (top 2 boxes)", "satisfaits (deux meilleures réponses)"),
            Text(
                "answers 4–5 / valid answers (3 boxes: the best; 8 and more: the best three)",
                "réponses 4–5 / réponses valides (3 cases : la meilleure ; 8 et plus : les trois meilleures)",
            ),
            "share",
            "up",
            share(at_least()),
        ),
        "top-box": Variant(
            Text("very satisfied (top box)", "très satisfaits (meilleure réponse)"),
            Text("best answers / valid answers", "meilleures réponses / réponses valides"),
            "share",
            "up",
            share(_top),
        ),
        "mean": Variant(
            Text("mean score", "note moyenne"),
            Text("sum of scores / valid answers", "somme des notes / réponses valides"),
            "score",
            "up",
            mean_score(),
        ),
        "index": Variant(
            Text("index from 0 to 100", "indice de 0 à 100"),
            Text("100 × (mean − lowest) / (highest − lowest)", "100 × (moyenne − minimum) / (maximum − minimum)"),
            "points",
            "up",
            index_of_mean,
        ),
        "net": Variant(
            Text("net satisfaction", "satisfaction nette"),
            Text(
                "100 × (top boxes − bottom boxes) / valid answers",
                "100 × (meilleures − moins bonnes réponses) / réponses valides",
            ),
            "points",
            "up",
            net_share(at_least(), _bottom_boxes),
        ),
    },
    parameters=(_scale((1, 5)), _direction("up"), REPEATS),
    entity="customer_id",
    source="ISO 10004:2018; top-2-box usage; interval: Wilson 1927",
)


def _ces(name: str, label: Text, direction: str, note: Text) -> Indicator:
    return Indicator(
        name=name,
        label=label,
        family="satisfaction",
        needs=ANSWERS,
        dated_by=DAY_OF_ANSWER,
        units=scored_answers("ces_agreement" if name == "ces" else name),
        variants={
            "default": Variant(
                Text("share who found it easy", "part des clients pour qui c’était facile"),
                Text(
                    "answers on the easy side (5–7 of 7 once recoded) / valid answers",
                    "réponses du côté facile (5–7 sur 7 une fois recodées) / réponses valides",
                ),
                "share",
                "up",
                share(easy_from),
            ),
            "mean": Variant(
                Text("mean, as asked", "moyenne, telle que demandée"),
                Text(
                    "sum of answers as asked / valid answers",
                    "somme des réponses telles que posées / valides",
                ),
                "score",
                "down" if direction == "down" else "up",
                mean_score(_as_asked),
            ),
            "mean-ease": Variant(
                Text("mean ease (high is easy)", "facilité moyenne (élevé = facile)"),
                Text("sum of recoded answers / valid answers", "somme des réponses recodées / réponses valides"),
                "score",
                "up",
                mean_score(),
            ),
            "net": Variant(
                Text("net ease", "facilité nette"),
                Text(
                    "100 × (easy side − hard side) / valid answers",
                    "100 × (côté facile − côté difficile) / réponses valides",
                ),
                "points",
                "up",
                net_share(easy_from, _hard_from),
            ),
        },
        parameters=(_scale((1, 7)), _direction(direction), REPEATS),
        entity="customer_id",
        source="Dixon, Freeman, Toman 2010, 2013 (CEB); interval: Wilson 1927",
        notes=note,
    )


CES = _ces(
    "ces",
    Text("Customer effort: agreement (CES 2.0)", "Effort client : accord (CES 2.0)"),
    "up",
    Text(
        "“The company made it easy”: high is easy. Never pooled with the effort or ease wordings.",
        "« L’entreprise m’a facilité la démarche » : élevé = facile. Jamais mélangé aux formulations effort ou"
        " facilité.",
    ),
)
CES_EFFORT = _ces(
    "ces_effort",
    Text("Customer effort: effort spent (CES)", "Effort client : effort consenti (CES)"),
    "down",
    Text(
        "“How much effort did you put in?”: low is good; recoded so that easy is high, the raw mean kept.",
        "« À combien évaluez-vous l’effort que vous avez consenti ? » : bas = bon ; recodé pour que facile soit élevé,"
        " la moyenne brute reste disponible.",
    ),
)
CES_EASE = _ces(
    "ces_ease",
    Text("Customer effort: ease (CES)", "Effort client : facilité (CES)"),
    "up",
    Text("“How easy was it?”: high is easy.", "« À quel point était-ce facile ? » : élevé = facile."),
)

COMPLETE, PARTIAL, NO_ANSWER = 2, 1, 0


def invited(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Invitations, one row each: complete, partial or no answer within the window; bounced ones apart."""
    invitations = frames["invitations"]
    present = columns_of(invitations)
    sent, answered = nw.col("sent_at"), nw.col("answered_at")
    outcome = nw.col("outcome") if "outcome" in present else nw.lit(None, dtype=nw.String)
    if "answered_at" in present:
        window = f"{int(query['window_days'])}d"
        complete = (answered <= sent.dt.offset_by(window)).fill_null(value=False)
        partial = (outcome == "partial").fill_null(value=False)
    else:
        complete = (outcome == "complete").fill_null(value=False)
        partial = (outcome == "partial").fill_null(value=False)
    cell = (
        nw.when((outcome == "bounced").fill_null(value=False))
        .then(nw.lit(CODES["bounced"]))
        .when(partial)
        .then(nw.lit(PARTIAL))
        .when(complete)
        .then(nw.lit(COMPLETE))
        .otherwise(nw.lit(NO_ANSWER))
    )
    return invitations.with_columns(cell=cell)


RESPONSE_RATE = Indicator(
    name="response_rate",
    label=Text("Response rate", "Taux de réponse"),
    family="satisfaction",
    needs=(Needs("invitations", ("sent_at",), ("answered_at", "outcome")),),
    dated_by=Text("day of the invitation (cohort)", "jour de l’invitation (cohorte)"),
    units=invited,
    variants={
        "default": Variant(
            Text("complete answers (AAPOR RR1)", "réponses complètes (AAPOR RR1)"),
            Text(
                "complete answers within the window / invitations delivered",
                "réponses complètes dans le délai / invitations délivrées",
            ),
            "share",
            "up",
            share(lambda _query: {COMPLETE}),
        ),
        "with-partial": Variant(
            Text("complete or partial (AAPOR RR2)", "complètes ou partielles (AAPOR RR2)"),
            Text(
                "complete and partial answers / invitations delivered",
                "réponses complètes ou partielles / invitations délivrées",
            ),
            "share",
            "up",
            share(lambda _query: {COMPLETE, PARTIAL}),
        ),
    },
    parameters=(
        Parameter(
            "window_days",
            30,
            Text(
                "days after the invitation in which an answer counts",
                "jours pendant lesquels une réponse compte",
            ),
        ),
    ),
    follow_up="window_days",
    source="AAPOR Standard Definitions 2015; interval: Wilson 1927",
    notes=Text("Refusals and opt-outs stay in the denominator.", "Refus et désinscriptions restent au dénominateur."),
)

ALL = (NPS, CSAT, CES, CES_EFFORT, CES_EASE, RESPONSE_RATE)

"""Sheets of figures: a scorecard, the course of an indicator, a breakdown; the keys are those of the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from timonier import formats
from timonier.indicators.definition import STEP_PARAMETERS, Indicator
from timonier.indicators.estimate import Estimate, Period, State, Unit
from timonier.scorecard import words
from timonier.scorecard.codes import PARAMETERS, dimension_name, method_name, value_name
from timonier.scorecard.judged import Judged
from timonier.scorecard.records import flat, line_records, plain, record
from timonier.scorecard.score import Line, Scorecard, Segment
from timonier.text import Text, say
from timonier.web.exports.sheet import NOTHING, About, Cell, Column, Kind, Quantity, Sheet

STATES: Mapping[str, Text] = {
    State.OK: Text("computed", "calculé"),
    State.NOT_COMPUTABLE: Text("not computable", "non calculable"),
    State.SUPPRESSED: Text("suppressed", "masqué"),
    State.IMMATURE: Text("provisional", "provisoire"),
}
VERDICTS: Mapping[str, Text] = {
    "up": Text("up", "en hausse"),
    "down": Text("down", "en baisse"),
    "within": Text("within margin", "dans la marge"),
    "to_be_confirmed": Text("to be confirmed", "à confirmer"),
    "unmeasured": Text("unknown margin", "marge inconnue"),
    "not_comparable": Text("not comparable", "non comparable"),
}
NAMES: Mapping[str, Text] = {
    "family": Text("family", "famille"),
    "label": Text("indicator", "indicateur"),
    "indicator": Text("code", "code"),
    "variant": Text("variant", "variante"),
    "period_label": Text("period", "période"),
    "period_start": Text("period from", "période du"),
    "period_end": Text("period to (excluded)", "période au (exclu)"),
    "value": Text("value", "valeur"),
    "low": Text("interval, low", "intervalle, bas"),
    "high": Text("interval, high", "intervalle, haut"),
    "n": Text("n", "n"),
    "state": Text("state", "état"),
    "unit": Text("unit", "unité"),
    "currency": Text("currency", "devise"),
    "reference_value": Text("compared with", "comparé à"),
    "reference_low": Text("compared with, low", "comparé à, bas"),
    "reference_high": Text("compared with, high", "comparé à, haut"),
    "reference_n": Text("compared with, n", "comparé à, n"),
    "reference_state": Text("compared with, state", "comparé à, état"),
    "reference_start": Text("compared with, from", "comparé à, du"),
    "reference_end": Text("compared with, to (excluded)", "comparé à, au (exclu)"),
    "difference_value": Text("change", "évolution"),
    "difference_low": Text("change, low", "évolution, bas"),
    "difference_high": Text("change, high", "évolution, haut"),
    "difference_p_value": Text("p-value", "p-valeur"),
    "difference_p_adjusted": Text("p-value, corrected", "p-valeur corrigée"),
    "difference_method": Text("test", "test"),
    "difference_verdict": Text("verdict", "verdict"),
    "difference_text": Text("verdict in words", "verdict en clair"),
    "against_value": Text("difference from the others", "écart aux autres"),
    "against_low": Text("difference from the others, low", "écart aux autres, bas"),
    "against_high": Text("difference from the others, high", "écart aux autres, haut"),
    "against_p_adjusted": Text("difference from the others, corrected p-value", "écart aux autres, p-valeur corrigée"),
    "against_text": Text("compared with the others", "face aux autres"),
    "direction": Text("direction", "sens"),
    "method": Text("interval method", "méthode d’intervalle"),
    "confidence": Text("confidence", "confiance"),
    "n_eff": Text("effective n", "n efficace"),
    "origin": Text("computed on", "calculé sur"),
    "version": Text("version", "version"),
    "definition": Text("definition", "définition"),
}
HELP: Mapping[str, Text] = {
    "value": Text("in the unit of the row; a share is a fraction of 1", "dans l’unité de la ligne ; 0,35 est 35 %"),
    "low": Text("at the confidence of the row", "à la confiance indiquée sur la ligne"),
    "high": Text("at the confidence of the row", "à la confiance indiquée sur la ligne"),
    "n": Text("answers, customers, orders… counted", "réponses, clients, commandes… comptés"),
    "state": Text(
        "provisional: may still change; suppressed: too few people, or what would give them away",
        "provisoire : peut encore changer ; masqué : trop peu de personnes, ou ce qui les révélerait",
    ),
    "difference_value": Text("value minus the one compared with", "valeur moins celle à laquelle elle est comparée"),
    "difference_p_value": Text("of this row alone", "celle de cette ligne seule"),
    "difference_p_adjusted": Text(
        "all the comparisons of the file counted together", "toutes les comparaisons du fichier comptées ensemble"
    ),
    "difference_text": Text(
        "to be confirmed: beyond its own margin, but chance may be enough among so many comparisons",
        "à confirmer : hors de sa propre marge, mais le hasard peut y suffire parmi tant de comparaisons",
    ),
    "n_eff": Text("as many answers of equal weight would say as much", "réponses de même poids qui en diraient autant"),
    "origin": Text("facts, or sums of facts kept by day", "faits, ou sommes de faits gardées par jour"),
    "version": Text("of the definition", "de la définition"),
}
AGAINST = Text(
    "Each segment is compared with all the others together; the verdict and its p-value count all the comparisons, "
    "the interval is that of its row alone. Below 30 people it is not compared.",
    "Chaque segment est comparé à tous les autres réunis ; le verdict et sa p-valeur tiennent compte de toutes les "
    "comparaisons, l’intervalle est celui de la ligne seule. En dessous de 30 personnes, il n’est pas comparé.",
)
MEASURES = ("value", "low", "high", "reference_value", "reference_low", "reference_high")
MOVES = (
    *("difference_value", "difference_low", "difference_high"),
    *("against_value", "against_low", "against_high"),
)
DATES = ("period_start", "period_end", "reference_start", "reference_end")
COUNTS = ("n", "n_eff", "reference_n", "version")
WORDS: Mapping[str, Mapping[str, Text]] = {
    "state": STATES,
    "reference_state": STATES,
    "difference_verdict": VERDICTS,
    "unit": words.UNITS,
    "direction": words.DIRECTIONS,
    "family": words.FAMILIES,
    "origin": {"facts": Text("facts", "faits"), "rollup": Text("sums by day", "sommes par jour")},
}


def of_scorecard(
    scorecard: Scorecard, *, title: str, generated_at: datetime, filters: str = "", permalink: str = ""
) -> Sheet:
    """A row a line of the scorecard, with what it is compared with; `filters` in words."""
    about = About(
        generated_at=generated_at,
        definition=say(Text("Each row has its own.", "Chaque ligne porte la sienne.")),
        period=words.span(scorecard.window),
        filters=filters or scorecard.request.filters,
        as_of=scorecard.as_of,
        permalink=permalink,
        notes=tuple(f"{say(one.indicator.label)} — {say(one.reason)}" for one in scorecard.skipped),
    )
    return _sheet(title, _records(scorecard.lines), _hidden_told(about, scorecard.lines))


def of_estimates(
    indicator: Indicator,
    estimates: Sequence[Estimate],
    *,
    title: str,
    generated_at: datetime,
    filters: str = "",
    as_of: date | None = None,
    permalink: str = "",
) -> Sheet:
    """A row an estimate of one indicator: its course, or a breakdown. They share their variant."""
    about = about_of(
        indicator,
        estimates[0].variant if estimates else None,
        generated_at=generated_at,
        period=_span(estimates),
        filters=filters,
        n=_units(estimates),
        as_of=as_of,
        permalink=permalink,
    )
    return _sheet(title, [_worded(record(one, indicator), indicator) for one in estimates], about)


def of_lines(
    indicator: Indicator,
    lines: Sequence[Line],
    *,
    title: str,
    generated_at: datetime,
    contrasts: Mapping[Segment, Judged] | None = None,
    apart: Mapping[str, str] | None = None,
    **more: Any,
) -> Sheet:
    """The same of lines, each with what it is compared with and, if given, how it differs from all the others.

    `apart`: what is the same for every row (the survey, the steps of the journey). `more` as for `of_estimates`.
    """
    estimates = [line.estimate for line in lines]
    about = of_estimates(indicator, estimates, title=title, generated_at=generated_at, **more).about
    records = _records(lines)
    if apart:
        records = [{**one, "by": {**apart, **one["by"]}} for one in records]
    if contrasts:
        records = [
            {**one, "against": _against(contrasts.get(line.estimate.by, Judged()))}
            for one, line in zip(records, lines, strict=True)
        ]
        about = replace(about, notes=(*about.notes, say(AGAINST)))
    return _sheet(title, records, _hidden_told(about, lines))


def _records(lines: Sequence[Line]) -> list[Mapping[str, Any]]:
    """Those of the command line, in words."""
    return [_worded(one, line.indicator) for one, line in zip(line_records(lines), lines, strict=True)]


def _worded(one: Mapping[str, Any], indicator: Indicator) -> Mapping[str, Any]:
    """With the name of its variant."""
    return {**one, "variant": say(indicator.variants[one["variant"]].label)}


def _against(contrast: Judged) -> Mapping[str, Any]:
    """Empty where a segment is not compared."""
    text, found = words.standing(contrast), contrast.difference
    if found is None or not text:
        return dict.fromkeys(("value", "low", "high", "p_adjusted", "text"))
    bounds = {"value": found.value, "low": found.low, "high": found.high}
    return {**bounds, "p_adjusted": contrast.p_adjusted, "text": text}


def _hidden_told(about: About, lines: Sequence[Line]) -> About:
    """With the reason why figures of enough people are hidden, when there are some."""
    estimates = (one for line in lines for one in (line.estimate, line.reference) if one is not None)
    why = next((told for one in estimates if (told := words.why_hidden(one))), "")
    return replace(about, notes=(why, *about.notes)) if why else about


def about_of(indicator: Indicator, variant: str | None = None, *, generated_at: datetime, **more: Any) -> About:
    """What a file about one indicator says of it; `more` gives the other fields of `About`."""
    chosen = indicator.variants[variant or indicator.default_variant]
    return About(
        generated_at=generated_at,
        definition=say(indicator.label),
        formula=say(chosen.formula),
        source=say(indicator.source),
        notes=tuple(text for text in (say(indicator.notes), say(indicator.dated_by)) if text),
        **more,
    )


def _span(estimates: Sequence[Estimate]) -> str:
    """From the first day covered to the last."""
    periods = [one.period for one in estimates if one.period is not None]
    if not periods:
        return ""
    return words.span(Period(min(one.start for one in periods), max(one.end for one in periods)))


def _units(estimates: Sequence[Estimate]) -> int | None:
    """The units behind all the rows; None when some are hidden: the sum would tell how many."""
    if any(one.state == State.SUPPRESSED for one in estimates):
        return None
    return sum(one.n for one in estimates)


def _sheet(title: str, records: Sequence[Mapping[str, Any]], about: About) -> Sheet:
    rows = [flat(_dated(plain(one))) for one in records]
    present = dict.fromkeys(name for row in rows for name in row)
    dimensions = [name for name in present if name.startswith("by_")]
    known = [name for name in NAMES if name in present]
    excluded = [name for name in present if name.startswith("excluded_")]
    cut = known.index("period_start") if "period_start" in known else 0
    names = [*known[:cut], *dimensions, *known[cut:], *excluded]
    columns = tuple(Column(name, _name(name), _kind(name), help=HELP.get(name, NOTHING)) for name in names)
    return Sheet(title, columns, [[_cell(name, row) for name in names] for row in rows], about)


def _dated(one: dict[str, Any]) -> dict[str, Any]:
    """The two periods of a record under columns of dates; a period without a name of its own has none."""
    reference, period = one.get("reference"), one.get("period")
    if reference:
        compared = reference.pop("period") or {}
        one["reference"] = {**reference, "start": compared.get("start"), "end": compared.get("end")}
    if period and not period["label"]:
        one["period"] = {"start": period["start"], "end": period["end"]}
    return one


def _name(key: str) -> Text:
    if key.startswith("by_"):
        name = key.removeprefix("by_")
        label = PARAMETERS[name] if name in STEP_PARAMETERS else dimension_name(name)
        return Text(*(text[:1].lower() + text[1:] for text in (label.en, label.fr)))
    if key.startswith("excluded_"):
        reason = key.removeprefix("excluded_")
        text = words.EXCLUDED.get(reason, Text(reason, reason))
        return Text(f"left out: {text.en}", f"écartés : {text.fr}")
    return NAMES[key]


def _kind(key: str) -> Kind:
    if key in DATES:
        return "date"
    numbers = (
        *MEASURES,
        *MOVES,
        *COUNTS,
        "difference_p_value",
        "difference_p_adjusted",
        "against_p_adjusted",
        "confidence",
    )
    return "number" if key in numbers or key.startswith("excluded_") else "text"


def _cell(key: str, row: Mapping[str, Any]) -> Cell:
    value = row.get(key)
    if key in MEASURES or key in MOVES:
        unit: Unit = row["unit"]
        return Quantity(value, unit, row.get("currency") or "", moved=key in MOVES)
    if key in DATES and value:
        return date.fromisoformat(value)
    if isinstance(value, str) and key in ("method", "difference_method"):
        return method_name(value)
    if isinstance(value, str) and key == "period_label":
        return formats.period_name(value)
    if isinstance(value, str) and key.startswith("by_"):
        return value_name(key.removeprefix("by_"), value)
    if key in WORDS and value is not None:
        found = WORDS[key].get(value)
        return value if found is None else say(found)
    return value if value is None or isinstance(value, str | int | float) else str(value)

"""Figures as plain objects, the same keys in every export; texts that no spreadsheet will run."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from timonier.scorecard import words
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.indicators.definition import Indicator
    from timonier.indicators.difference import Difference
    from timonier.indicators.estimate import Estimate
    from timonier.scorecard.judged import Judged
    from timonier.scorecard.score import Line

# What a spreadsheet takes for the start of a formula, full-width forms too, whatever blanks come before.
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
DANGEROUS_BLANKS = ("\t", "\r", "\n")


def record(estimate: "Estimate", indicator: "Indicator") -> dict[str, Any]:
    """One figure with its definition in words."""
    from timonier.estimates import as_dict

    variant = indicator.variants[estimate.variant]
    definition = say(variant.formula)
    if estimate.detail.get("weighted"):
        definition += say(Text(", each answer counting for its weight", ", chaque réponse comptant pour son poids"))
    named = {"label": say(indicator.label), "definition": definition}
    return {**as_dict(estimate), "currency": estimate.currency if estimate.unit == "money" else "", **named}


def line_records(lines: "Sequence[Line]") -> list[dict[str, Any]]:
    """The lines of a scorecard, their changes judged together."""
    from timonier.scorecard.judged import judged_lines

    return [line_record(line, judged) for line, judged in zip(lines, judged_lines(lines), strict=True)]


def line_record(line: "Line", judged: "Judged") -> dict[str, Any]:
    """One line of a scorecard: the figure, what it is compared with, the difference, where it was computed."""
    from timonier.estimates import as_dict

    reference = None
    if line.reference is not None:
        whole = as_dict(line.reference)
        reference = {name: whole[name] for name in ("period", "value", "low", "high", "n", "state")}
    return {
        **record(line.estimate, line.indicator),
        "family": line.indicator.family,
        "origin": line.origin,
        "reference": reference,
        "difference": None if line.difference is None else _difference(line.difference, judged),
    }


def _difference(difference: "Difference", judged: "Judged") -> dict[str, Any]:
    """`verdict` and `text` are those among the other lines, `p_value` that of the comparison alone."""
    return {
        "value": difference.value,
        "low": difference.low,
        "high": difference.high,
        "p_value": difference.p_value,
        "p_adjusted": judged.p_adjusted,
        "method": difference.method,
        "verdict": "to_be_confirmed" if judged.doubtful else difference.movement,
        "text": words.judgement_in_full(judged),
    }


def plain(value: Any) -> Any:
    """Only what JSON can say: a number that is none becomes null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, date):  # an instant too
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def flat(record_: Mapping[str, Any]) -> dict[str, Any]:
    """One level: `period` gives `period_start`…; the details of each family stay in JSON."""
    row: dict[str, Any] = {}
    for name, value in record_.items():
        if isinstance(value, Mapping) and name != "detail":
            row.update({f"{name}_{inner}": _cell(one) for inner, one in value.items()})
        elif name != "detail" and value is not None:
            row[name] = value
        elif name in ("value", "low", "high", "n", "n_eff"):
            row[name] = None
    return row


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping):
        return " ".join(str(one) for one in value.values() if one)
    return value


def harmless(value: Any) -> Any:
    """A text that would be run as a formula gets a quote before it; numbers stay numbers."""
    if isinstance(value, str) and (value.startswith(DANGEROUS_BLANKS) or value.lstrip().startswith(DANGEROUS)):
        return f"'{value}"
    return value

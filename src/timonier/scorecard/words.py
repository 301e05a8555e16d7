"""The words that tables show: families, units, states, verdicts and reasons, in both languages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from timonier import formats
from timonier.formats import NBSP
from timonier.indicators.disclosure import BY_SUBTRACTION
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.indicators.difference import Difference
    from timonier.indicators.estimate import Estimate, Period
    from timonier.scorecard.judged import Judged

PROVISIONAL_MARK = "○"
UNCHANGED = frozenset({"sans", "pas", "was", "is", "us"})

FAMILIES: Mapping[str, Text] = {
    "satisfaction": Text("Satisfaction", "Satisfaction"),
    "loyalty": Text("Loyalty", "Fidélité"),
    "sales": Text("Sales", "Ventes"),
    "service": Text("Service", "Service"),
    "journey": Text("Journey", "Parcours"),
    "own": Text("Your indicators", "Vos indicateurs"),
}
TO_BE_CONFIRMED = Text("change to be confirmed", "évolution à confirmer")
UNITS: Mapping[str, Text] = {
    "points": Text("points, −100 to 100", "points, de −100 à 100"),
    "share": Text("share, 0 to 1 (shown in %)", "part, de 0 à 1 (affichée en %)"),
    "score": Text("score, on the scale of the answers", "note, sur l’échelle des réponses"),
    "money": Text("money", "montant"),
    "days": Text("days", "jours"),
    "count": Text("count", "nombre"),
    "per_1000": Text("per 1,000", "pour 1 000"),
    "ratio": Text("ratio", "rapport"),
}
DIRECTIONS: Mapping[str, Text] = {
    "up": Text("higher is better", "plus haut vaut mieux"),
    "down": Text("lower is better", "plus bas vaut mieux"),
    "none": Text("neither way is better", "sans sens préféré"),
}
EXCLUDED: Mapping[str, Text] = {
    "missing": Text("no value", "sans valeur"),
    "invalid": Text("invalid", "invalides"),
    "test": Text("tests", "tests"),
    "duplicate": Text("duplicates", "doublons"),
    "other_scale": Text("other scale", "autre échelle"),
    "unknown": Text("unknown", "inconnus"),
    "bounced": Text("not delivered", "non délivrés"),
    "not_due": Text("not yet due", "pas encore échus"),
    "negative": Text("negative duration", "durée négative"),
    "cancelled": Text("cancelled", "annulés"),
    "other_currency": Text("other currency", "autre devise"),
    "no_weight": Text("no weight", "sans poids"),
}
STEPS: Mapping[str, formats.Step] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter"}


def value(estimate: "Estimate") -> str:
    """The value in its unit, or why there is none; a figure that may still change carries a hollow mark."""
    text = formats.estimate_value(estimate)
    if estimate.unit == "per_1000" and estimate.value is not None:
        text = f"{formats.grain_of(estimate).bare(estimate.value)}{NBSP}‰"
    return f"{text}{NBSP}{PROVISIONAL_MARK}" if estimate.state == "immature" else text


def why_hidden(estimate: "Estimate") -> str:
    """Why a figure of enough people is hidden; empty for any other."""
    minimum = estimate.detail.get(BY_SUBTRACTION)
    if minimum is None:
        return ""
    return say(
        Text(
            f"hidden: beside a figure already seen, it would give away one of fewer than {minimum} people",
            f"masqué : rapproché d’un chiffre déjà vu, il en révélerait un de moins de {minimum} personnes",
        )
    )


def why_none(estimate: "Estimate") -> str:
    """Why a figure that nothing hides has no value; empty when it has one."""
    if estimate.value is not None or estimate.state == "suppressed":
        return ""
    if not estimate.n:
        return say(Text("nothing to count over this period", "rien à compter sur cette période"))
    if estimate.unit == "days" and estimate.detail.get("open"):
        return say(
            Text(
                "too many cases are still open for this figure to be known",
                "trop de dossiers sont encore en cours pour que ce chiffre soit connu",
            )
        )
    return ""


def bounds(estimate: "Estimate") -> str:
    """The interval, its unit left to the value beside it."""
    if estimate.state == "suppressed" or estimate.value is None or (estimate.low is None and estimate.high is None):
        return ""
    wide = formats.vague(estimate.low, estimate.high)
    return formats.interval(estimate.low, estimate.high, lambda bound: _bare(bound, estimate, wide=wide))


def _bare(bound: formats.Number | None, estimate: "Estimate", *, wide: bool) -> str:
    """A bound; cents are left out of an interval of amounts that is ten wide or more."""
    unit = estimate.unit
    if unit == "share":
        return formats.number(None if bound is None else 100 * bound, 1)
    if unit == "points":
        return formats.points(bound)
    if unit == "count":
        return formats.count(round(float(bound or 0)))
    return formats.number(bound, 0) if wide and unit == "money" else formats.grain_of(estimate).bare(bound)


def change(difference: "Difference | None", estimate: "Estimate") -> str:
    """How far the figure moved, in the unit of the value beside it (shares in points); empty when it cannot be said."""
    if difference is None or difference.value is None:
        return ""
    if estimate.unit in ("points", "share", "count"):
        return formats.change(difference.value, estimate.unit)
    wide = whole(difference, estimate) or abs(difference.value) >= 10_000
    if estimate.unit == "money" and wide:
        return formats.number(difference.value, 0, sign=True)
    return formats.grain_of(estimate).bare(difference.value, sign=True)


def whole(difference: "Difference", estimate: "Estimate") -> bool:
    """Whether a change of amount is written without cents: as the amount beside it, else by its own interval."""
    if estimate.low is not None and estimate.high is not None:
        return formats.vague(estimate.low, estimate.high)
    return formats.vague(difference.low, difference.high)


def moved_by(difference: "Difference | None", estimate: "Estimate") -> str:
    """How far the figure moved, with its unit; empty when it cannot be said."""
    if difference is None or difference.value is None:
        return ""
    wide, fine = whole(difference, estimate), formats.grain_of(estimate)
    return formats.change(difference.value, estimate.unit, currency=estimate.currency, whole=wide, beside=fine)


def margin(difference: "Difference | None", estimate: "Estimate") -> str:
    """The interval of a change, bounds signed, its unit left to the change beside it; empty when there is none."""
    if difference is None or difference.value is None or (difference.low is None and difference.high is None):
        return ""
    unit, low, high = estimate.unit, difference.low, difference.high
    wide = whole(difference, estimate)
    decimals = {"share": 1, "points": 1, "count": 0, "money": 0 if wide else 2}.get(unit)
    fine = formats.grain_of(estimate) if decimals is None else formats.Grain(decimals)
    factor = 100 if unit == "share" else 1

    def written(bound: formats.Number | None) -> str:
        return fine.bare(None if bound is None else float(bound) * factor, sign=True)

    return formats.interval(low, high, written)


def verdict(difference: "Difference | None") -> str:
    """The arrow says where the figure went, the words whether that is good."""
    if difference is None:
        return ""
    movement = difference.movement
    if movement == "within":
        return say(Text("≈ within margin", "≈ dans la marge"))
    if movement == "unmeasured":
        return say(Text("? unknown margin", "? marge inconnue"))
    if movement == "not_comparable":
        return "—"
    return f"{'▲' if movement == 'up' else '▼'} {say(_JUDGED[difference.direction][movement])}"


def judgement(judged: "Judged") -> str:
    """The verdict of a change among others: one that chance may explain is to be confirmed."""
    return say(Text("? to be confirmed", "? à confirmer")) if judged.doubtful else verdict(judged.difference)


def judgement_in_full(judged: "Judged") -> str:
    """The same verdict without an arrow, in a few more words."""
    if judged.doubtful:
        return say(TO_BE_CONFIRMED)
    return "" if judged.difference is None else say(judged.difference.verdict)


def standing(judged: "Judged") -> str:
    """Where a segment stands beside all the others; empty when it is not compared."""
    found = judged.difference
    if judged.p_adjusted is None or found is None or found.value is None:
        return ""
    if not judged.significant:
        return say(Text("no difference shown", "écart non établi"))
    above, below = Text("above the others", "au-dessus des autres"), Text("below the others", "en dessous des autres")
    return say(above if found.value > 0 else below)


_BETTER, _WORSE = Text("better", "mieux"), Text("worse", "moins bien")
_JUDGED: Mapping[str, Mapping[str, Text]] = {
    "up": {"up": _BETTER, "down": _WORSE},
    "down": {"up": _WORSE, "down": _BETTER},
    "none": {"up": Text("rise", "hausse"), "down": Text("fall", "baisse")},
}


def style_among(judged: "Judged") -> str:
    """The colour that goes with a judgement."""
    return "" if judged.doubtful else style_of(judged.difference)


def style_of(difference: "Difference | None") -> str:
    """The colour that goes with the words; never alone."""
    if difference is None or difference.movement not in ("up", "down") or difference.direction == "none":
        return ""
    return "green" if difference.movement == difference.direction else "red"


def span(period: "Period") -> str:
    """A period by its first and last day: «du 1er janv. 2026 au 31 déc. 2026»."""
    first, last = formats.day(period.start), formats.day(period.end - timedelta(days=1))
    if period.days == 1:
        return say(Text(f"on {first}", f"le {first}"))
    return say(Text(f"from {first} to {last}", f"du {first} au {last}"))


def period_label(period: "Period | None", every: str | None) -> str:
    """A period as a person reads it in a column or a sentence: «nov. 2026», «T4 2026», «2026-S45»."""
    if period is None:
        return say(Text("all", "tout"))
    start = _whole_start(period.start, every)
    if every is not None and every in STEPS and start == period.start:
        return formats.period(period.start, STEPS[every])
    return formats.period_name(period.label) if period.label else span(period)


def _whole_start(start: date, every: str | None) -> date:
    """The start of the calendar period of `start`; a cut or fiscal period keeps its own label."""
    if every == "quarter":
        return start.replace(month=(start.month - 1) // 3 * 3 + 1, day=1)
    return start.replace(day=1) if every == "month" else start


def left_out(excluded: Mapping[str, int]) -> str:
    """What the figure leaves out, by reason: «12 sans valeur, 3 invalides»."""
    shown = (f"{formats.count(count)} {reason(name, count)}" for name, count in excluded.items() if count)
    return ", ".join(shown)


def reason(name: str, count: int = 1) -> str:
    """Why units were left out, agreeing with how many they are."""
    return agreed(count, EXCLUDED.get(name, Text(name, name)))


def agreed(count: int, plural: Text) -> str:
    """Words given in the plural, as they are written for `count`: French keeps the singular below two."""
    text = say(plural)
    if count > 1 or (count == 0 and say(Text("en", "fr")) == "en"):
        return text
    return " ".join(word if word in UNCHANGED else word.removesuffix("s") for word in text.split(" "))


def megabytes(size: int) -> str:
    """A size of files, in MB with one decimal."""
    text = formats.number(size / 1e6, 1)
    return say(Text(f"{text} MB", f"{text}{formats.NBSP}Mo"))

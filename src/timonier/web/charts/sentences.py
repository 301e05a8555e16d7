"""What a chart says, in one plain sentence computed from the figures that it draws."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from timonier import formats
from timonier.formats import NBSP
from timonier.indicators.periods import is_cut
from timonier.scorecard import words
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.indicators.difference import Difference
    from timonier.indicators.estimate import Estimate
    from timonier.scorecard.score import Line
    from timonier.scorecard.why import Moves

# The singular nouns that begin the names of indicators, each with the article that it takes in a sentence.
ARTICLES: Mapping[str, str] = {
    **dict.fromkeys(("nps", "taux", "panier", "coût", "délai", "temps", "passage", "nombre", "retour"), "le "),
    **dict.fromkeys(("score", "montant", "chiffre", "revenu", "pourcentage", "volume", "ratio"), "le "),
    **dict.fromkeys(("satisfaction", "résolution", "conversion", "récupération", "valeur", "rétention"), "la "),
    **dict.fromkeys(("part", "note", "moyenne", "durée", "proportion", "commande", "médiane"), "la "),
    **dict.fromkeys(("attrition", "abandon", "indice", "âge"), "l’"),
}


def short(label: Text | str) -> str:
    """A name without what it stands for: «Net Promoter Score (NPS)» stays, «NPS (recommandation)» gives «NPS»."""
    return say(label).partition(" (")[0]


def of_line(line: "Line") -> str:
    """«Le NPS est de +35,0, en hausse de 0,9 point, dans la marge d’erreur.»"""
    return of_change(short(line.indicator.label), line.estimate, line.difference)


def of_change(label: str, estimate: "Estimate", difference: "Difference | None") -> str:
    """A figure and where it went; why there is none when there is none."""
    said = difference is not None and difference.provisional and difference.value is not None
    parts = [of_value(label, estimate, provisional=not said)]
    if estimate.value is not None and difference is not None:
        parts.append(moved(difference, estimate))
    return ", ".join(part for part in parts if part) + "."


def with_article(label: str) -> str:
    """«le taux de réponse»: a French name as the subject of a sentence; empty for those that take no singular verb."""
    head = label.partition(" ")[0]
    article = ARTICLES.get(head.lower(), "")
    if not article or " — " in label:
        return ""
    return article + (label if head.isupper() else label[0].lower() + label[1:])


def _opening(label: str, verb: str) -> str:
    """How a French sentence begins: «Le taux de réponse est», or «Réclamations :» without article nor verb."""
    name = with_article(label)
    if name:
        return f"{name[0].upper()}{name[1:]} {verb}"
    usual, dash, variant = label.partition(" — ")
    head, colon, tail = usual.partition(f"{NBSP}: ")
    usual = f"{head} ({tail.removesuffix(')').replace(' (', ', ')})" if colon else usual
    return f"{usual}{dash}{variant}{NBSP}:"


def of_value(label: str, estimate: "Estimate", *, provisional: bool = True) -> str:
    """«Le NPS est de +35,0 (provisoire)», «NPS : masqué (n < 5)»; no full stop. `provisional`: say it, if it is."""
    value = formats.estimate_value(estimate)
    if estimate.state == "suppressed" or estimate.value is None:
        return say(Text(f"{label}: {value}", f"{label} : {value}"))
    running = provisional and estimate.state == "immature"
    mark = say(Text(" (provisional)", " (provisoire)")) if running else ""
    return say(Text(f"{label} at {value}", f"{_opening(label, 'est de')} {value}")) + mark


def moved(difference: "Difference", estimate: "Estimate") -> str:
    """«en hausse de 0,9 point [−0,5 ; +2,3], dans la marge d’erreur», «en baisse de 3,2 points […] : dégradation…»."""
    verdict = say(difference.verdict).replace("'", "’")
    if difference.value is None:
        return verdict
    margin = verdict.removeprefix("évolution ").removeprefix("change ")
    whole = words.whole(difference, estimate)
    size = amount(abs(difference.value), estimate, whole=whole)
    between = ", " if margin != verdict else say(Text(": ", " : "))
    if size != amount(0.0, estimate, whole=whole):
        way = _UP if difference.value > 0 else _DOWN
        return f"{say(way)} {size}{_between(difference, estimate)}{between}{margin}"
    if difference.movement in ("up", "down"):
        return f"{say(_HARDLY_UP if difference.value > 0 else _HARDLY_DOWN)}{between}{margin}"
    return f"{say(Text('unchanged', 'sans changement'))}, {margin}"


_UP, _DOWN = Text("up", "en hausse de"), Text("down", "en baisse de")
_HARDLY_UP = Text("up by a hair", "en très légère hausse")
_HARDLY_DOWN = Text("down by a hair", "en très légère baisse")


def amount(size: float, estimate: "Estimate", *, whole: bool = False) -> str:
    """How far, without a sign: shares and indices in points, amounts without cents if `whole`."""
    if estimate.unit in ("points", "share"):
        in_points = size * 100 if estimate.unit == "share" else size
        shown = round(in_points, 1)
        word = say(Text("point" if shown == 1 else "points", "point" if shown < 2 else "points"))
        return f"{formats.number(in_points, 1)}{NBSP}{word}"
    fine = formats.grain_of(estimate)
    return formats.quantity(size, estimate.unit, currency=estimate.currency, whole=whole, beside=fine)


def of_trend(label: str, course: Sequence["Estimate"], every: str | None = None) -> str:
    """First and last known values, the lowest and the highest, and how many periods have none."""
    known = [one for one in course if one.value is not None]
    if not known:
        return say(Text(f"{label}: no figure over these periods.", f"{label} : aucun chiffre sur ces périodes."))
    first, last = known[0], known[-1]
    if first is last:
        return of_value(label, last) + "."
    low = min(known, key=lambda one: one.value or 0)
    high = max(known, key=lambda one: one.value or 0)
    start, end, lowest, highest = (f"{_figure(one)} ({when(one, every)})" for one in (first, last, low, high))
    text = say(
        Text(
            f"{label} from {start} to {end}, between {lowest} and {highest}",
            f"{_opening(label, 'passe')} de {start} à {end}, entre {lowest} et {highest}",
        )
    )
    if last.state == "immature":
        text += say(Text("; the last value is provisional", " ; la dernière valeur est provisoire"))
    return text + _missing(len(course) - len(known)) + "."


def _missing(count: int) -> str:
    if not count:
        return ""
    figures = words.agreed(count, Text("periods without a figure", "périodes sans chiffre"))
    return say(Text("; ", " ; ")) + f"{count} {figures}"


def _figure(estimate: "Estimate") -> str:
    return formats.estimate_value(estimate)


def when(estimate: "Estimate", every: str | None = None) -> str:
    """The period of an estimate as an axis or a sentence writes it: months, quarters, weeks by their name, with their
    days when they are cut short by the window.
    """
    period = estimate.period
    if period is None:
        return ""
    guessed = every or {7: "week", 1: "day"}.get(period.days) or ("month" if period.days in range(28, 32) else None)
    name = words.period_label(period, guessed)
    return f"{name} ({formats.days(period.days, decimals=0)})" if every and is_cut(period, every) else name


def of_point(estimate: "Estimate", name: str) -> str:
    """What a mark says: «févr. 2026 : +35,0 [+9,4 ; +30,1], n = 214, provisoire»."""
    figures = [formats.estimate_value(estimate), formats.estimate_interval(estimate)]
    parts = [" ".join(part for part in figures if part)]
    if estimate.state != "suppressed":
        parts.append(f"n{NBSP}={NBSP}{formats.count(estimate.n)}")
    if estimate.state == "immature":
        parts.append(say(Text("provisional", "provisoire")))
    return say(Text(f"{name}: ", f"{name} : ")) + ", ".join(parts)


def of_classes(label: str, detractors: int, passives: int, promoters: int) -> str:
    """«NPS : 12 % de détracteurs, 30 % de passifs, 58 % de promoteurs (n = 214).»"""
    n = detractors + passives + promoters
    if not n:
        return say(Text(f"{label}: no answer.", f"{label} : aucune réponse."))
    low, middle, high = (formats.share(part / n, decimals=0) for part in (detractors, passives, promoters))
    count = formats.count(n)
    return say(
        Text(
            f"{label}: {low} detractors, {middle} passives, {high} promoters (n = {count}).",
            f"{label} : {low} de détracteurs, {middle} de passifs, {high} de promoteurs (n{NBSP}={NBSP}{count}).",
        )
    )


def of_breakdown(label: str, firm: Sequence[tuple[str, "Estimate"]], others: int) -> str:
    """The highest and the lowest of the segments that may be ranked; how many may not."""
    rest = ""
    if others:
        segments = words.agreed(others, Text("segments", "segments"))
        rest = say(
            Text(
                f" {others} {segments} not ranked (n < 30).",
                f" {others} {segments} hors classement (n{NBSP}<{NBSP}30).",
            )
        )
    if len(firm) < 2:
        none = Text(f"{label}: too few answers to rank segments.", f"{label} : trop peu de réponses pour classer.")
        return say(none) + rest
    (top, high), (bottom, low) = firm[0], firm[-1]
    return (
        say(
            Text(
                f"{label}: highest for {top} ({_figure(high)}), lowest for {bottom} ({_figure(low)}).",
                f"{label} : au plus haut pour {top} ({_figure(high)}), au plus bas pour {bottom} ({_figure(low)}).",
            )
        )
        + rest
    )


def of_split(label: str, halves: "Moves", estimate: "Estimate") -> str:
    """«Le NPS est en baisse de 3,1 points […], soit −2,5 pts […] du fait des segments eux-mêmes et −0,6 pt […]…»"""
    delta = halves.total.value or 0.0
    whole = formats.vague(halves.total.low, halves.total.high)
    size = amount(abs(delta), estimate, whole=whole) + _between(halves.total, estimate)
    own, weight = (brought(half, estimate) for half in (halves.within, halves.mix))
    up = delta >= 0
    return say(
        Text(
            f"{label} {'up' if up else 'down'} {size}: {own} from the segments themselves, {weight} from their weight.",
            f"{_opening(label, 'est')} en {'hausse' if up else 'baisse'} de {size}, soit "
            f"{own} du fait des segments eux-mêmes et {weight} du fait de leur poids.",
        )
    )


def brought(difference: "Difference", estimate: "Estimate") -> str:
    """A part of a change, with its sign, its unit and its interval: «−2,5 pts [−4,0 ; −1,0]»."""
    return words.moved_by(difference, estimate) + _between(difference, estimate)


def _between(difference: "Difference", estimate: "Estimate") -> str:
    """The interval after a figure, never cut by the end of a line; empty when there is none."""
    interval = words.margin(difference, estimate).replace(" ", NBSP)
    return f" {interval}" if interval else ""

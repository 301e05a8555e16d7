"""An indicator by the values of a dimension: who differs from the others, and who makes the change."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from timonier.indicators.difference import Difference
from timonier.indicators.disclosure import FIRM
from timonier.indicators.estimate import Estimate
from timonier.indicators.significance import holm
from timonier.scorecard import words
from timonier.scorecard.codes import value_name
from timonier.scorecard.judged import Judged, judged_lines
from timonier.scorecard.publish import people
from timonier.scorecard.score import Line
from timonier.scorecard.why import OTHERS, Reason, Why, why
from timonier.text import Text, say
from timonier.web.charts.marks import Scale, interval_bar, scale_of
from timonier.web.charts.rows import named
from timonier.web.charts.sentences import brought, of_split
from timonier.web.core.desks import workspace
from timonier.web.figures.broken import parted_by
from timonier.web.figures.filtering import label_of
from timonier.web.figures.indicator import Asked, headline, splittable
from timonier.web.figures.segments import contrasts, lines_by

SEMICOLON = Text("; ", " ; ")
SHOWN = 100
"""Rows beyond this are in the export."""
LOOKED_AT = 6
"""Dimensions looked at for the one that explains most: each costs two breakdowns."""


@dataclass(frozen=True)
class Shift:
    """A difference in words: how far, within which interval, what it is worth; all empty where there is none."""

    size: str = ""
    margin: str = ""
    verdict: str = ""
    tone: str = "is-noise"


@dataclass(frozen=True)
class BreakdownRow:
    """A segment. `url` is the query that filters by it ("" when it has no value to filter by)."""

    name: str
    line: Line
    bar: str
    url: str
    small: bool
    against: Shift
    change: Shift


@dataclass(frozen=True)
class Breakdown:
    """Ranked rows first, then those of fewer than 30 people, by name; `left` more are not shown.

    `compared` is how many are judged beside the others, `moved` how many beside themselves before.
    """

    rows: tuple[BreakdownRow, ...]
    left: int
    compared: int
    moved: int


def breakdown(asked: Asked) -> Breakdown:
    """The table by the dimension asked for."""
    lines = {line.estimate.by: line for line in lines_by(asked, asked.by)}
    order = tuple(line.estimate for line in lines.values())
    found = contrasts(asked, asked.by, order)
    scale = scale_of(order[:SHOWN])
    moves = judged_lines([*lines.values()])
    judged = dict(zip(lines, moves, strict=True))
    rows = [_row(asked, lines[one.by], found.get(one.by, Judged()), judged[one.by], scale) for one in order[:SHOWN]]
    return Breakdown(tuple(rows), max(0, len(order) - SHOWN), _tested(found.values()), _tested(moves))


def _tested(judged: Iterable[Judged]) -> int:
    return sum(one.p_adjusted is not None for one in judged)


def _row(asked: Asked, line: Line, contrast: Judged, move: Judged, scale: Scale) -> BreakdownRow:
    estimate = line.estimate
    name, value = named(estimate.by), estimate.by[-1][1]
    others = tuple(pair for pair in asked.state.filters if pair[0] != asked.by)
    filtered = replace(asked.state, filters=others).with_filter(asked.by, value) if value else None
    return BreakdownRow(
        name,
        line,
        interval_bar(name, estimate, scale),
        asked.at(filtered, par="") if filtered else "",
        estimate.value is None or people(estimate) < FIRM,
        _against(contrast, estimate),
        _change(move, estimate),
    )


def _against(contrast: Judged, estimate: Estimate) -> Shift:
    """A segment minus the others. The interval is that of this comparison alone, the verdict counts them all."""
    found, verdict = contrast.difference, words.standing(contrast)
    if found is None or found.value is None or not verdict:
        return Shift()
    return Shift(words.moved_by(found, estimate), words.margin(found, estimate), verdict, _tone(contrast))


def _change(move: Judged, estimate: Estimate) -> Shift:
    """A segment now minus itself before."""
    found = move.difference
    tone = {"green": "is-better", "red": "is-worse"}.get(words.style_among(move), "is-noise")
    return Shift(words.moved_by(found, estimate), words.margin(found, estimate), words.judgement(move), tone)


def _tone(contrast: Judged) -> str:
    found = contrast.difference
    if not contrast.significant or found is None or found.direction == "none":
        return "is-noise"
    return "is-better" if ((found.value or 0) > 0) == (found.direction == "up") else "is-worse"


class Part(NamedTuple):
    """A part of a change in words: how far, within which interval ("" when none is known)."""

    size: str
    margin: str


@dataclass(frozen=True)
class PartRow:
    """What a segment brings to a change, by its own figure and by its weight."""

    name: str
    within: Part
    mix: Part
    total: Part


@dataclass(frozen=True)
class Explained:
    """A change by one dimension, in words; `tail` completes the sentence of the page."""

    dimension: str
    label: str
    url: str
    sentence: str
    tail: str
    rows: tuple[PartRow, ...]
    found: Why


@dataclass(frozen=True)
class Explanations:
    """By the dimension asked for, and by the one that explains most among those looked at (None: no one stands out).

    `changed` is false when one of the two periods has no figure: there is no change to explain. `alone` is true when
    the dimension has one value only, within the filters; `broken`, when a break of the series parts the two periods.
    """

    asked: Explained | None
    most: Explained | None
    looked_at: tuple[str, ...]
    moved: bool = True
    changed: bool = True
    alone: bool = False
    broken: bool = False


def explanations(asked: Asked) -> Explanations:
    """Why the figure moved. Costs one breakdown a dimension looked at, remembered."""
    line = headline(asked).line
    if line is None or line.difference is None or line.difference.value is None:
        broken = line is not None and parted_by(line) is not None
        return Explanations(None, None, (), changed=False, broken=broken)
    looked = _looked_at(asked)
    found = {name: one for name in looked if (one := why(name, line, lines_by(asked, name))) is not None}
    tested = [name for name, one in found.items() if one.p_value is not None]
    adjusted = dict(zip(tested, holm([found[name].p_value or 0.0 for name in tested]), strict=True))
    moved = line.difference.movement in ("up", "down")
    reasons: dict[str, Reason] = {
        name: one.judged(adjusted.get(name)) if moved else "unclear" for name, one in found.items()
    }
    written = {name: _explained(asked, line, one, reasons[name]) for name, one in found.items()}
    strong = [name for name in found if reasons[name] in ("segment", "weights")]
    best = min(strong, key=lambda name: (reasons[name] != "segment", adjusted.get(name, 1.0)), default="")
    alone = bool(asked.by) and len(lines_by(asked, asked.by)) < 2
    return Explanations(written.get(asked.by), written.get(best), tuple(map(label_of, found)), moved, alone=alone)


def _looked_at(asked: Asked) -> tuple[str, ...]:
    """The dimension asked for, then those that the company declared: others may follow from the outcome itself (the
    reason for leaving), or have as many values as people. What is computed from the facts each time: the first only.
    """
    declared = [name for names in workspace().settings.breakdowns for name in names]
    if asked.indicator.on_request or not asked.by:
        declared = []
    possible = set(splittable(asked))
    wanted = dict.fromkeys(name for name in (asked.by, *declared) if name in possible)
    return tuple(wanted)[:LOOKED_AT]


def _explained(asked: Asked, line: Line, found: Why, reason: Reason) -> Explained:
    label = label_of(found.dimension)
    ordered = sorted(found.moves, key=lambda name: (-abs(found.brought(name)), name))
    estimate = line.estimate

    def part(moved: Difference) -> Part:
        return Part(words.moved_by(moved, estimate), words.margin(moved, estimate))

    rows = tuple(PartRow(_segment(name, found.dimension), *map(part, found.moves[name])) for name in ordered[:SHOWN])
    first = of_split(say(asked.indicator.label), found.halves, estimate)
    tail = _tail(found, reason, line)
    sentence = first.rstrip(".") + (f"{say(SEMICOLON)}{tail}." if tail else ".")
    return Explained(found.dimension, label, asked.query(par=found.dimension), sentence, tail, rows, found)


def _segment(name: str, dimension: str) -> str:
    if name == OTHERS:
        return say(Text("other segments (hidden)", "autres segments (masqués)"))
    return value_name(dimension, name) or say(Text("not stated", "non précisé"))


def _tail(found: Why, reason: Reason, line: Line) -> str:
    """What the change is mostly due to: thanks to, or because of, by the direction of the indicator."""
    if reason == "weights":
        label = label_of(found.dimension).lower()
        return say(Text(f"mostly by the weight of each {label}", f"surtout par le poids de chaque {label}"))
    if reason == "alike":
        return say(Text("no segment stands out", "aucun segment ne se détache"))
    if reason == "unclear":
        return ""
    size = brought(found.moves[found.leader].total, line.estimate)
    name, direction = _segment(found.leader, found.dimension), line.estimate.direction
    if direction == "none":
        return say(Text(f"mostly from “{name}” ({size})", f"surtout du fait de « {name} » ({size})"))
    if (found.delta > 0) == (direction == "up"):
        return say(Text(f"mostly thanks to “{name}” ({size})", f"surtout grâce à « {name} » ({size})"))
    return say(Text(f"mostly because of “{name}” ({size})", f"surtout à cause de « {name} » ({size})"))

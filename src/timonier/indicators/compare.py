"""Two figures of the same indicator: what changed, by how much, and whether it is more than noise."""

from dataclasses import replace
from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.difference import Difference, Movement, verdict
from timonier.indicators.estimate import Estimate, Interval, State, Unit
from timonier.indicators.two_samples import (
    NetCounts,
    mover_difference,
    net_difference,
    rate_difference,
    share_difference,
)
from timonier.text import Text

__all__ = ["Change", "Difference", "Movement", "change", "compare_estimates", "verdict"]

SAME = ("indicator", "variant", "version", "unit", "currency", "confidence")
NET_METHODS = {"score", "adjusted-wald", "wald"}
SHARE_METHODS = {"wilson", "clopper-pearson", "agresti-coull", "jeffreys"}
RATE_SCALE: dict[Unit, float] = {"per_1000": 1000.0, "count": 1.0}
RATIO_SCALES: frozenset[Unit] = frozenset({"money", "days", "count", "per_1000", "ratio"})

SUPPRESSED = Text("too few people to publish a figure", "trop peu de personnes pour publier un chiffre")
NOTHING_TO_DIVIDE = Text("a figure cannot be computed", "un chiffre n’est pas calculable")


class Change(NamedTuple):
    """How far a figure moved: in its own unit, and in per cent only where a per cent means something."""

    absolute: float | None
    per_cent: float | None


def change(now: float | None, before: float | None, unit: Unit) -> Change:
    """now − before. An index, a mean score or a share changes in points, never in per cent.

    A per cent is given for strictly positive amounts, durations, counts and rates only.
    """
    if now is None or before is None:
        return Change(None, None)
    relative = unit in RATIO_SCALES and now > 0 and before > 0
    return Change(now - before, 100 * (now / before - 1) if relative else None)


def compare_estimates(now: Estimate, before: Estimate) -> Difference:
    """now − before, in the unit of the estimates, taken as independent samples.

    Counts are used where the estimates carry them (net scores, shares, rates); otherwise the two intervals are
    (Zou and Donner 2008). DataError when they are not the same indicator, variant, version, unit, currency or
    confidence. A side that is suppressed or not computable gives a difference without value, with the reason.
    """
    _check_same(now, before)
    states = {now.state, before.state}
    if State.SUPPRESSED in states:
        return Difference(None, direction=now.direction, reason=SUPPRESSED)
    if now.value is None or before.value is None:
        return Difference(None, direction=now.direction, reason=NOTHING_TO_DIVIDE)
    found = _by_counts(now, before) or mover_difference(
        now.value, _interval(now), before.value, _interval(before), now.confidence
    )
    return replace(found, direction=now.direction, provisional=State.IMMATURE in states)


def _by_counts(now: Estimate, before: Estimate) -> Difference | None:
    """The difference from raw counts; None when either side was weighted or carries no counts."""
    methods = {now.method, before.method}
    if now.unit == "points" and methods <= NET_METHODS:
        net_now, net_before = _net(now), _net(before)
        if net_now and net_before:
            return net_difference(net_now, net_before, now.confidence).scaled(100)
    one, other = _out_of(now), _out_of(before)
    if one is None or other is None:
        return None
    if now.unit == "share" and methods <= SHARE_METHODS:
        return share_difference(*one, *other, now.confidence)
    if now.unit in RATE_SCALE and methods == {"poisson-exact"}:
        return rate_difference(*one, *other, now.confidence).scaled(RATE_SCALE[now.unit])
    return None


def _net(estimate: Estimate) -> NetCounts | None:
    found = [estimate.detail.get(name) for name in NetCounts._fields]
    counts = [count for count in found if isinstance(count, int | float)]
    return NetCounts(*counts) if len(counts) == len(found) else None


class _OutOf(NamedTuple):
    x: int
    n: int


def _out_of(estimate: Estimate) -> _OutOf | None:
    x, n = estimate.detail.get("x"), estimate.detail.get("n")
    return _OutOf(x, n) if isinstance(x, int) and isinstance(n, int) else None


def _interval(estimate: Estimate) -> Interval:
    return Interval(estimate.low, estimate.high, estimate.method)


def _check_same(now: Estimate, before: Estimate) -> None:
    for name in SAME:
        one, other = getattr(now, name), getattr(before, name)
        if one != other:
            raise DataError(
                Text(
                    f"two figures with a different {name} cannot be compared: {one} and {other}.",
                    f"deux chiffres dont « {name} » diffère ne se comparent pas : {one} et {other}.",
                ),
                where=now.indicator,
                hint=Text("Compute both with the same definition.", "Calculez les deux avec la même définition."),
            )

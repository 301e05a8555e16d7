"""Did the action work? From the design that proves most to the one that proves nothing.

1. `holdout`: chance chose who was treated. Difference of means (Welch).
2. `difference_in_differences`: treated and control, before and after; (T₁ − T₀) − (C₁ − C₀) by least squares.
   It supposes that both would have moved alike: look at the periods before. Stores chosen BECAUSE they were
   low rise anyway: choose the control the same way.
3. `interrupted_time_series` (in `timonier.insight.interruption`): one series, its level and slope before and
after.
4. `before_after`: no control at all; shown, and always flagged as non causal.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from timonier.errors import DataError
from timonier.insight.arrays import Floats, check_confidence, numbers, same_length
from timonier.insight.regression import NO_NOISE, Coefficient, coefficient, least_squares
from timonier.text import Text

type Design = Literal["holdout", "difference_in_differences", "interrupted_time_series", "before_after"]
type Wanted = Literal["up", "down"]

FEW_CLUSTERS = 30
FEW_ON_A_SIDE = 5


class Verdict(StrEnum):
    """What the interval says of the effect, given the direction wanted."""

    PROVEN = "proven"
    INCONCLUSIVE = "inconclusive"
    CONTRARY = "contrary"


VERDICTS: dict[Verdict, Text] = {
    Verdict.PROVEN: Text("effect demonstrated", "effet démontré"),
    Verdict.INCONCLUSIVE: Text("inconclusive", "non concluant"),
    Verdict.CONTRARY: Text("contrary effect", "effet contraire"),
}
OBSERVED: dict[Verdict, Text] = {
    Verdict.PROVEN: Text(
        "change in the wanted direction, without proof of its cause",
        "évolution dans le sens voulu, sans preuve de sa cause",
    ),
    Verdict.INCONCLUSIVE: Text("change within the margin of error", "évolution dans la marge d’erreur"),
    Verdict.CONTRARY: Text(
        "change in the opposite direction, without proof of its cause",
        "évolution dans le sens contraire, sans preuve de sa cause",
    ),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect in the unit of the outcome, with its t interval. `causal`: whether the design can prove a cause.

    `clusters` counts what the standard error was computed on, None when each observation stands alone.
    """

    value: float
    low: float
    high: float
    se: float
    statistic: float | None
    p_value: float | None
    df: float
    n: int
    design: Design
    method: str
    confidence: float
    causal: bool
    verdict: Verdict
    text: Text
    clusters: int | None = None
    warnings: tuple[Text, ...] = ()


def verdict(low: float, high: float, wanted: Wanted) -> Verdict:
    """Proven when the whole interval is on the wanted side of 0, contrary when it is on the other side."""
    if wanted == "down":
        low, high = -high, -low
    if low > 0:
        return Verdict.PROVEN
    return Verdict.CONTRARY if high < 0 else Verdict.INCONCLUSIVE


def difference_in_differences(
    outcome: ArrayLike,
    treated: Sequence[bool],
    after: Sequence[bool],
    *,
    cluster: Sequence[Hashable] | None = None,
    wanted: Wanted = "up",
    confidence: float = 0.95,
) -> Effect:
    """Two groups, two periods, one row per observation.

    `cluster`: the store or customer of each row, when the same one is seen several times. From 30 clusters
    on, the standard error is by cluster; under 30 it would be too small, so each cluster becomes one number,
    its change, and the two groups of changes are compared (Donald & Lang 2007): clusters then count the same
    whatever their size. Raises DataError when one of the four cells is empty, or a cluster is both treated
    and control.
    """
    check_confidence(confidence)
    y = numbers(outcome, "outcome")
    is_treated, is_after = np.asarray(treated, dtype=bool), np.asarray(after, dtype=bool)
    same_length([y, is_treated.astype(float), is_after.astype(float)], ["outcome", "treated", "after"])
    _four_cells(is_treated, is_after)
    if cluster is None:
        fit = least_squares(_did_design(is_treated, is_after), y, "difference_in_differences")
        found = fit.contrast([0, 0, 0, 1], fit.covariance_ols(), fit.df, confidence)
        return as_effect(found, len(y), "difference_in_differences", "ols", confidence, wanted)
    groups = _cluster_codes(cluster, y)
    count = int(groups.max()) + 1
    if count >= FEW_CLUSTERS:
        fit = least_squares(_did_design(is_treated, is_after), y, "difference_in_differences")
        found = fit.contrast([0, 0, 0, 1], fit.covariance_cluster(groups), count - 1, confidence)
        method = "ols_cluster_se"
    else:
        found = _did_of_cluster_changes(y, is_treated, is_after, groups, confidence)
        method = "cluster_changes"
    return as_effect(
        found, len(y), "difference_in_differences", method, confidence, wanted,
        clusters=count, warnings=_few_on_a_side(is_treated, groups),
    )  # fmt: skip


def holdout(treated: ArrayLike, control: ArrayLike, *, wanted: Wanted = "up", confidence: float = 0.95) -> Effect:
    """Difference of means between those treated and those held out AT RANDOM (Welch)."""
    found, n = _welch(treated, control, ("treated", "control"), confidence)
    return as_effect(found, n, "holdout", "welch", confidence, wanted)


def before_after(before: ArrayLike, after: ArrayLike, *, wanted: Wanted = "up", confidence: float = 0.95) -> Effect:
    """Difference of means between two periods (Welch). Anything else may have changed too: never causal."""
    found, n = _welch(after, before, ("after", "before"), confidence)
    warning = Text(
        "no control group: season, price or a return to normal may explain this change",
        "sans groupe témoin : la saison, le prix ou un retour à la normale peuvent expliquer cette évolution",
    )
    return as_effect(found, n, "before_after", "welch", confidence, wanted, warnings=(warning,))


def as_effect(
    found: Coefficient,
    n: int,
    design: Design,
    method: str,
    confidence: float,
    wanted: Wanted,
    *,
    clusters: int | None = None,
    warnings: tuple[Text, ...] = (),
) -> Effect:
    """An effect with its verdict in words, from a coefficient."""
    said = verdict(found.low, found.high, wanted)
    causal = design != "before_after"
    return Effect(
        found.value, found.low, found.high, found.se, found.statistic, found.p_value, found.df, n, design, method,
        confidence, causal, said, (VERDICTS if causal else OBSERVED)[said], clusters, warnings,
    )  # fmt: skip


def _did_design(treated: NDArray[np.bool_], after: NDArray[np.bool_]) -> Floats:
    return np.column_stack([np.ones(len(treated)), treated, after, treated & after]).astype(np.float64)


def _four_cells(treated: NDArray[np.bool_], after: NDArray[np.bool_]) -> None:
    for group, group_text in ((True, Text("treated", "traités")), (False, Text("control", "témoins"))):
        for late, late_text in ((False, Text("before", "avant")), (True, Text("after", "après"))):
            if not ((treated == group) & (after == late)).any():
                raise DataError(
                    Text(
                        f"no observation for {group_text.en}, {late_text.en}",
                        f"aucune observation : {group_text.fr}, {late_text.fr}",
                    ),
                    where="difference_in_differences",
                )


def _cluster_codes(cluster: Sequence[Hashable], y: Floats) -> NDArray[np.int64]:
    codes: dict[Hashable, int] = {}
    found = np.array([codes.setdefault(name, len(codes)) for name in cluster], dtype=np.int64)
    same_length([y, found.astype(np.float64)], ["outcome", "cluster"])
    return found


def _few_on_a_side(treated: NDArray[np.bool_], groups: NDArray[np.int64]) -> tuple[Text, ...]:
    acted, control = len(set(groups[treated].tolist())), len(set(groups[~treated].tolist()))
    if min(acted, control) >= FEW_ON_A_SIDE:
        return ()
    return (
        Text(
            f"{acted} treated clusters against {control}: one of them may make the whole difference",
            f"{acted} groupes traités contre {control} : un seul peut faire toute la différence",
        ),
    )


def _did_of_cluster_changes(
    y: Floats,
    treated: NDArray[np.bool_],
    after: NDArray[np.bool_],
    groups: NDArray[np.int64],
    confidence: float,
) -> Coefficient:
    """Pooled t test between the changes of the treated clusters and those of the control ones."""
    changes: tuple[list[float], list[float]] = ([], [])
    for code in range(int(groups.max()) + 1):
        mine = groups == code
        sides, late = treated[mine], after[mine]
        if sides.any() != sides.all() or late.all() or not late.any():
            raise DataError(
                Text(
                    "with fewer than 30 clusters, each must be wholly treated or wholly control, and seen both "
                    "before and after: leave out the others",
                    "avec moins de 30 groupes, chacun doit être entièrement traité ou entièrement témoin, et "
                    "observé avant et après : retirez les autres",
                ),
                where="cluster",
            )
        changes[int(sides.all())].append(float(y[mine][late].mean() - y[mine][~late].mean()))
    control, acted = changes
    column = np.array([0.0] * len(control) + [1.0] * len(acted))
    design = np.column_stack([np.ones(len(column)), column])
    fit = least_squares(design, np.array(control + acted), "cluster")
    return fit.contrast([0, 1], fit.covariance_ols(), fit.df, confidence)


def _welch(one: ArrayLike, other: ArrayLike, names: tuple[str, str], confidence: float) -> tuple[Coefficient, int]:
    check_confidence(confidence)
    x, y = numbers(one, names[0], at_least=2), numbers(other, names[1], at_least=2)
    a, b = float(x.var(ddof=1)) / x.size, float(y.var(ddof=1)) / y.size
    if a + b == 0:
        raise DataError(NO_NOISE)
    df = (a + b) ** 2 / (a**2 / (x.size - 1) + b**2 / (y.size - 1))
    return coefficient(float(x.mean() - y.mean()), (a + b) ** 0.5, df, confidence), x.size + y.size

"""What may be published about few people: a minimum n, and no subtraction that gives back what was hidden.

A cell under the threshold is hidden (primary). When the total is shown, total − shown cells is the sum of the
hidden ones: further cells are hidden (complementary) until that sum covers two cells and the threshold. Empty
cells tell of nobody: they stay shown, and hide nothing.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from timonier.indicators.estimate import Estimate, State

MINIMUM = 5
MINIMUM_VERBATIMS = 10
FIRM = 30
BY_SUBTRACTION = "by_subtraction"
"""In the detail of a hidden figure: the threshold that it would break beside another."""

type Reliability = Literal["suppressed", "indicative", "firm"]
type Cell = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Suppression[K: Hashable]:
    """Keys to hide, in the order given: for their own n, then to protect these; and whether the total may show."""

    primary: tuple[K, ...]
    complementary: tuple[K, ...]
    total_shown: bool

    @property
    def hidden(self) -> frozenset[K]:
        return frozenset(self.primary) | frozenset(self.complementary)


def suppress[K: Hashable](
    cells: Iterable[tuple[K, int]], threshold: int = MINIMUM, *, total_published: bool = True
) -> Suppression[K]:
    """Which of the (key, n) of a one-way table to hide; the cells are disjoint and add up to the total.

    The complement is the smallest cell left, the first given on a tie. Where no total (nor any other figure that
    includes these people) is published, pass `total_published=False`: only the minimum n is then applied.
    """
    sizes = dict(cells)
    primary = tuple(key for key, n in sizes.items() if 0 < n < threshold)
    extra = complement(sizes, set(primary), threshold) if total_published else set()
    total = sum(sizes.values())
    return Suppression(primary, tuple(key for key in sizes if key in extra), not 0 < total < threshold)


def complement[K: Hashable](sizes: Mapping[K, int], hidden: set[K], threshold: int) -> set[K]:
    """Further keys to hide so that the hidden ones are several and add up to the threshold."""
    extra: set[K] = set()
    left = sorted((key for key, n in sizes.items() if n and key not in hidden), key=lambda key: sizes[key])
    count, people = len(hidden), sum(sizes[key] for key in hidden)
    for key in left:
        if not count or (count > 1 and people >= threshold):
            break
        extra.add(key)
        count, people = count + 1, people + sizes[key]
    return extra


def suppress_table(cells: Mapping[Cell, int], threshold: int = MINIMUM) -> Suppression[Cell]:
    """Cells to hide in a table of several dimensions whose margins are shown.

    The rule of `suppress` is applied along every line (all dimensions fixed but one); then any hidden cell that
    the shown lines still determine together is covered by hiding one more, until nothing changes. A line of one
    person-bearing cell is not counted as a margin: it is that very cell, and hidden or shown as such.
    """
    primary = tuple(key for key, n in cells.items() if 0 < n < threshold)
    total = sum(cells.values())
    if not primary:  # nothing to protect: no line hides anything
        return Suppression((), (), not 0 < total < threshold)
    hidden = set(primary)
    lines = _lines(cells, threshold)
    while extra := _along(lines, cells, hidden, threshold) or _against_systems(lines, cells, hidden):
        hidden |= extra
    extra_keys = tuple(key for key in cells if key in hidden and key not in primary)
    return Suppression(primary, extra_keys, not 0 < total < threshold)


def _lines(cells: Mapping[Cell, int], threshold: int) -> list[list[Cell]]:
    """Cells that add up to one shown margin, empty ones left out."""
    lines: dict[tuple[int, Cell], list[Cell]] = {}
    for key, n in cells.items():
        for place in range(len(key) if n else 0):
            lines.setdefault((place, key[:place] + key[place + 1 :]), []).append(key)
    return [line for line in lines.values() if len(line) > 1 and sum(cells[key] for key in line) >= threshold]


def _along(lines: list[list[Cell]], cells: Mapping[Cell, int], hidden: set[Cell], threshold: int) -> set[Cell]:
    """Further cells to hide so that no single line gives one away."""
    extra: set[Cell] = set()
    for line in lines:
        extra |= complement({key: cells[key] for key in line}, (hidden | extra) & set(line), threshold)
    return extra


def _against_systems(lines: list[list[Cell]], cells: Mapping[Cell, int], hidden: set[Cell]) -> set[Cell]:
    """One more cell to hide when the lines, solved together, determine a hidden one; empty when they do not.

    With A the lines by hidden cells, a cell is determined when the projection on the rows of A holds it whole
    (its diagonal in A⁺A is 1).
    """
    import numpy as np

    unknown = [key for key in cells if key in hidden and cells[key]]
    place = {key: number for number, key in enumerate(unknown)}
    shown = np.zeros((len(lines), len(unknown)))
    for row, line in enumerate(lines):
        shown[row, [place[key] for key in line if key in place]] = 1
    held = np.einsum("ij,ji->i", np.linalg.pinv(shown), shown)
    for key in (key for key, whole in zip(unknown, held, strict=True) if whole > 1 - 1e-6):
        near = {other for line in lines if key in line for other in line} - hidden
        left = near or {other for other in cells if cells[other]} - hidden
        if left:
            return {min(left, key=lambda other: (cells[other], repr(other)))}
    return set()


def hide(estimate: Estimate) -> Estimate:
    """The estimate with everything that describes its people taken out, in the state «suppressed»."""
    return replace(
        estimate,
        value=None,
        low=None,
        high=None,
        n=0,
        n_eff=None,
        state=State.SUPPRESSED,
        excluded={},
        detail={},
    )


def by_subtraction(estimate: Estimate, threshold: int) -> Estimate:
    """Hidden because it would give fewer than `threshold` people away beside a figure already seen."""
    return replace(hide(estimate), detail={BY_SUBTRACTION: threshold})


def reliability(n: int, threshold: int = MINIMUM) -> Reliability:
    """How much an n allows: nothing, a figure with its interval but no ranking nor alert, or all."""
    if n < threshold:
        return "suppressed"
    return "indicative" if n < FIRM else "firm"

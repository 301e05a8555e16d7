"""From grouped rows (period, segment, cell and counts, or moments) to the additive parts of each figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import TYPE_CHECKING, Any

from timonier.errors import DataError
from timonier.indicators.bounds import Ints
from timonier.indicators.cells import EXCLUSIONS
from timonier.indicators.definition import Indicator, Query, WeightedCell
from timonier.indicators.stats import Moments
from timonier.indicators.sums import Key, Sums, add_up
from timonier.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMB = 1 << 16
_BIG = LIMB * LIMB


@dataclass(frozen=True, slots=True)
class Words:
    """A column of texts: the few that differ, and the place of each row's own among them."""

    values: Sequence[str | None]
    codes: Ints

    @classmethod
    def of(cls, column: Sequence[str | None]) -> "Words":
        """Texts, or None, one a row."""
        import numpy as np

        places: dict[str | None, int] = {}
        codes = [places.setdefault(value, len(places)) for value in column]
        return cls(tuple(places), np.array(codes, dtype=np.int64))

    def where(self, kept: Any) -> "Words":
        """The rows kept."""
        return Words(self.values, self.codes[kept])


type Columns = Mapping[str, Any]  # Words for breakdowns; whole numbers, in arrays or lists; dates or None for `_last`


def read_sums(indicator: Indicator, columns: Columns, query: Query) -> Sums:
    """The additive parts by period and segment, from the columns of grouped rows (in any order, in any number)."""
    import numpy as np

    if isinstance(columns["period"], list) and None in columns["period"]:
        raise DataError(
            Text("some rows have no date.", "des lignes n’ont pas de date."),
            hint=Text("Fill it, leave those rows out, or give a period.", "Complétez-la, ou retirez ces lignes."),
        )
    keys, row = _keyed(integers(columns["period"]), [columns[name] for name in query.by])
    cell = integers(columns["cell"])
    counted = cell >= 0
    moments = indicator.form == "moments"
    units = integers(columns["_units" if moments else "_count"])
    excluded = {
        EXCLUSIONS[code]: add_up(row[cell == code], units[cell == code], len(keys))
        for code in np.unique(cell[~counted]).tolist()
    }
    kept_row = row[counted]
    last = _last_days(columns["_last"], row, len(keys)) if "_last" in columns else ()
    if moments:
        none = np.zeros(0, dtype=np.int64)
        return Sums(keys, none, none, none, excluded, _moments(columns, counted, kept_row, len(keys)), last)
    weighted = _weighted(columns, row) if query.weighted else {}
    return Sums(keys, *_once(kept_row, cell[counted], units[counted]), excluded, (), last, weighted)


def integers(values: Any) -> "NDArray[Any]":
    """Whole numbers that engines give in several types, in 64 bits where they fit, else as Python integers."""
    import numpy as np

    if isinstance(values, np.ndarray):
        return values
    whole = list(map(int, values))
    try:
        return np.array(whole, dtype=np.int64)
    except OverflowError:
        return np.array(whole, dtype=object)


def _keyed(period: Ints, breakdowns: Sequence[Words]) -> "tuple[tuple[Key, ...], Ints]":
    """The keys that there are, and the row of each entry among them."""
    import numpy as np

    first = int(period.min()) if len(period) else 0
    code, sizes = period - first, []
    for words in breakdowns:
        code = code * len(words.values) + words.codes
        sizes.append(len(words.values))
    found, row = np.unique(code, return_inverse=True)
    parts: list[list[str | None]] = []
    for words, size in zip(reversed(breakdowns), reversed(sizes), strict=True):
        found, place = np.divmod(found, size)
        parts.append([words.values[one] for one in place.tolist()])
    segments = zip(*reversed(parts), strict=True) if parts else [()] * len(found)
    return tuple(zip((found + first).tolist(), segments, strict=True)), row


def _once(row: Ints, cell: Ints, units: Ints) -> "tuple[Ints, Ints, Ints]":
    """Entries sorted by row and cell, those of the same pair added."""
    import numpy as np

    order = np.lexsort((cell, row))
    row, cell, units = row[order], cell[order], units[order]
    new = np.flatnonzero((np.diff(row, prepend=-1) != 0) | (np.diff(cell, prepend=-1) != 0))
    return row[new], cell[new], np.add.reduceat(units, new) if len(new) else units


def _weighted(columns: Columns, row: Ints) -> dict[int, list[WeightedCell]]:
    found: dict[int, list[WeightedCell]] = {}
    parts = zip(row.tolist(), columns["cell"], columns["_count"], columns["w"], strict=True)
    for place, cell, count, weight in parts:
        if cell >= 0:
            one = WeightedCell(int(cell), nan if weight is None else float(weight), int(count))
            found.setdefault(place, []).append(one)
    for cells in found.values():
        cells.sort()
    return found


def _last_days(days: Any, row: Ints, size: int) -> list[date | None]:
    import numpy as np

    if isinstance(days, np.ndarray):
        numbers = days
    else:
        numbers = np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)
    last = np.zeros(size, dtype=np.int64)
    np.maximum.at(last, row, numbers)
    return [date.fromordinal(day) if day else None for day in last.tolist()]


def _moments(columns: Columns, counted: Any, row: Ints, size: int) -> list[Moments]:
    """The six moments of each figure, put together from the limbs of large amounts in exact integers."""
    names = [name for name in columns if name.startswith("_") and name not in ("_last", "_units")]
    sums = {name: integers(_filled(columns[name])) for name in names}
    totals = {name: add_up(row, values[counted], size).tolist() for name, values in sums.items()}
    empty = [0] * size

    def of(name: str) -> list[int]:
        found: list[int] = totals.get(f"_{name}", empty)
        return found

    squares_x = (cc * _BIG + 2 * cd * LIMB + dd for cc, cd, dd in zip(of("cc"), of("cd"), of("dd"), strict=True))
    squares_y = (aa * _BIG + 2 * ab * LIMB + bb for aa, ab, bb in zip(of("aa"), of("ab"), of("bb"), strict=True))
    products = (
        xy + ac * _BIG + (ad + bc) * LIMB + bd
        for xy, ac, ad, bc, bd in zip(of("xy"), of("ac"), of("ad"), of("bc"), of("bd"), strict=True)
    )
    return list(map(Moments, of("n"), of("x"), of("y"), squares_x, products, squares_y))


def _filled(values: Any) -> Any:
    """Sums of nothing, which engines leave empty, are 0."""
    return [value or 0 for value in values] if isinstance(values, list) else values

"""What a programme brought, against people who did not get it."""

from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.difference import Difference
from timonier.indicators.two_samples import share_difference
from timonier.text import Text


class Arm(NamedTuple):
    """`kept` people of `people` did what the programme aims at (stayed, came back, bought)."""

    kept: int
    people: int


class Return(NamedTuple):
    """Money in the currency of the cost; ratios are (margin − cost)/cost, None without cost or without control.

    `roi_naive` takes everything that treated people brought: it is not an effect, and `naive_is_causal` is there
    to say so wherever it travels. `payback_share` is cost / incremental margin, None when nothing was gained.
    """

    incremental_units: float | None
    incremental_margin: float | None
    roi: float | None
    low: float | None
    high: float | None
    p_value: float | None
    payback_share: float | None
    roi_naive: float | None
    naive_is_causal: bool = False


def incremental(treated: Arm, control: Arm, confidence: float = 0.95) -> Difference:
    """Share of the treated minus share of the control group, with Newcombe's interval."""
    return share_difference(*treated, *control, confidence)


def roi(cost: float, margin_per_unit: float, treated: Arm, control: Arm, confidence: float = 0.95) -> Return:
    """Return of a programme with a control group; its interval is the uplift's, carried to money.

    DataError on a negative cost or on more people kept than there are.
    """
    for arm in (treated, control):
        if not 0 <= arm.kept <= arm.people:
            raise DataError(
                Text(
                    f"{arm.kept} people kept out of {arm.people} is impossible.",
                    f"{arm.kept} personnes conservées sur {arm.people} est impossible.",
                )
            )
    if cost < 0:
        raise DataError(Text("a cost cannot be negative.", "un coût ne peut pas être négatif."))
    naive = treated.kept * margin_per_unit
    uplift = incremental(treated, control, confidence)
    if uplift.value is None:
        return Return(None, None, None, None, None, None, None, _over(naive, cost))
    units = treated.kept - treated.people * control.kept / control.people
    gain = units * margin_per_unit
    ends = sorted(treated.people * bound * margin_per_unit for bound in (uplift.low, uplift.high) if bound is not None)
    return Return(
        incremental_units=units,
        incremental_margin=gain,
        roi=_over(gain, cost),
        low=_over(ends[0], cost),
        high=_over(ends[-1], cost),
        p_value=uplift.p_value,
        payback_share=cost / gain if gain > 0 and cost > 0 else None,
        roi_naive=_over(naive, cost),
    )


def _over(margin: float, cost: float) -> float | None:
    return (margin - cost) / cost if cost else None

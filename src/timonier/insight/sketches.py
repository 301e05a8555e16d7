"""How far an approximate count may be off, for those who must use one. Timonier itself counts exactly."""

from timonier.errors import UsageError
from timonier.text import Text


def hll_standard_error(lg_k: int) -> float:
    """Relative standard error of a HyperLogLog of 2^lg_k registers: 1.04 / √m (Flajolet et al. 2007)."""
    if not 4 <= lg_k <= 26:
        raise UsageError(Text(f"lg_k {lg_k} is not between 4 and 26", f"lg_k {lg_k} n’est pas compris entre 4 et 26"))
    return float(1.04 / 2 ** (lg_k / 2))

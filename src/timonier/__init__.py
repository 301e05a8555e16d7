"""Timonier: indicators of the customer relationship that can be trusted.

>>> import timonier
>>> timonier.nps({"note": [10, 9, 9, 8, 7, 6, 5, 10, 0, 8]}, score="note").value
10.0
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timonier.api import (
        average_basket,
        ces,
        churn,
        cohort_triangle,
        csat,
        fcr,
        measure_frame,
        nps,
        repeat_purchase,
        roi,
    )

__all__ = [
    "average_basket",
    "ces",
    "churn",
    "cohort_triangle",
    "csat",
    "fcr",
    "measure_frame",
    "nps",
    "repeat_purchase",
    "roi",
]


def __getattr__(name: str) -> Any:
    """Load the API on first use: `import timonier` alone stays instant."""
    if name in __all__:
        from timonier import api

        return getattr(api, name)
    raise AttributeError(f"module 'timonier' has no attribute {name!r}")

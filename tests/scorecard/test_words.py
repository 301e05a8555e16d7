"""What tables write beside figures."""

from collections.abc import Iterator

import pytest

from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Estimate
from timonier.scorecard import words
from timonier.text import Lang, language

NBSP = "\u00a0"


@pytest.fixture(params=["fr"], autouse=True)
def french(request: pytest.FixtureRequest) -> Iterator[Lang]:
    token = language.set(request.param)
    yield request.param
    language.reset(token)


def figure(unit: str) -> Estimate:
    return Estimate(indicator="x", value=1.0, unit=unit, n=100)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "low", "high", "written"),
    [
        ("points", 3.04, 45.2, f"[+3,0{NBSP}; +45,2]"),
        ("share", -0.111, 0.039, f"[−11,1{NBSP}; +3,9]"),
        ("days", -0.25, 0.0, f"[−0,3{NBSP}; 0,0]"),
        ("count", -153.4, 131.2, f"[−153{NBSP}; +131]"),
        ("money", -67.2, 216.4, f"[−67{NBSP}; +216]"),
        ("money", -1.5, 2.25, f"[−1,50{NBSP}; +2,25]"),
        ("points", None, 4.0, f"[…{NBSP}; +4,0]"),
    ],
)
def test_the_interval_of_a_change_has_signed_bounds_in_the_unit_of_the_change(
    unit: str, low: float | None, high: float | None, written: str
) -> None:
    assert words.margin(Difference(0.01, low, high), figure(unit)) == written


@pytest.mark.parametrize("difference", [None, Difference(None), Difference(3.0), Difference(None, -1.0, 1.0)])
def test_a_change_without_bounds_has_no_interval(difference: Difference | None) -> None:
    assert words.margin(difference, figure("points")) == ""

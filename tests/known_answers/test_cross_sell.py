"""Cross-sell: of lines, of baskets, of customers who all have the same days to buy again."""

from datetime import date
from typing import Any

from cases import case, close
from frames import facts

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate, Period, State
from timonier.scorecard.sources import FrameSource, frames_for


def one(name: str, rows: dict[str, list[dict[str, Any]]], variant: str, **asked: Any) -> Estimate:
    """The only estimate of an indicator over these facts."""
    source = FrameSource({table: facts(table, lines) for table, lines in rows.items()})
    (found,) = measure(CATALOGUE[name], frames_for(CATALOGUE[name], source, ()), Query(**asked), variant)
    return found


def test_cross_sell_by_line_basket_and_customer() -> None:
    known = case("XS-01")
    rows: list[dict[str, Any]] = []
    for number, basket in enumerate(known["inputs"]["baskets"]):
        for line in range(basket["lines"]):
            rows.append(
                {
                    "line_id": f"{number}-{line}",
                    "order_id": f"o{number}",
                    "customer_id": basket["customer"],
                    "additional": line < basket["additional"],
                }
            )
    expected = known["expected"]
    names = {"default": "seed_lines_rate", "baskets": "basket_attach_rate", "customers": "customer_rate"}
    for variant, key in names.items():
        close(known, one("cross_sell", {"order_lines": rows}, variant).value, expected[key])


def test_customers_old_and_new_have_the_same_days_to_buy_again() -> None:
    first, late = "2024-01-10", "2025-11-10"
    days = {"old": [first, "2024-04-09", late], "new": [late], "older": [first, late]}  # 90 days are up on 9 April
    lines = [
        line(f"{who}{day}", who, day, additional=day != own[0], category="a" if day == own[0] else "b")
        for who, own in days.items()
        for day in own
    ]
    for variant in ("customers", "categories"):
        found = one("cross_sell", {"order_lines": lines}, variant)
        assert (found.detail["x"], found.n) == (1, 3)
        assert one("cross_sell", {"order_lines": lines}, variant, params={"first_days": 89}).value == 0


def test_customers_wait_for_their_days_and_lines_do_not() -> None:
    rows = {"order_lines": [line("1", "a", "2026-03-02", additional=False, category="a")]}
    window = Period(date(2026, 3, 1), date(2026, 4, 1))
    for variant, early in {"default": State.OK, "baskets": State.OK, "customers": State.IMMATURE}.items():
        known = (date(2026, 5, 30), date(2026, 5, 31))
        assert [one("cross_sell", rows, variant, window=window, as_of=day).state for day in known] == [early, State.OK]


def line(key: str, customer: str, day: str, **more: Any) -> dict[str, Any]:
    return {"line_id": key, "order_id": key, "customer_id": customer, "sold_at": f"{day} 12:00", **more}

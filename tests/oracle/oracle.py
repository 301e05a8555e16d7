"""Every indicator of the catalogue again, naively: plain Python over lists of dicts, loops and fractions.

Written from the definitions in words, not from the engine: no frame, no window function, no join. A unit is what
an indicator counts; `of(name, variant)` gives the function from rows to units. Then a figure is Σy / Σx.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import isnan
from typing import Any

type Row = dict[str, Any]
type Tables = dict[str, list[Row]]

START, END, AS_OF = date(2026, 3, 1), date(2026, 4, 1), date(2026, 4, 20)
BEFORE = date(2026, 2, 1)
STEPS = {"start_step": "asked", "end_step": "sent"}


@dataclass(frozen=True)
class Unit:
    """One counted thing: its day, its segment, numerator and denominator; or the reason why it is left out."""

    day: date | None
    segment: str | None
    y: Fraction = Fraction(0)
    x: Fraction = Fraction(1)
    excluded: str = ""


@dataclass(frozen=True)
class Figure:
    """Σy / Σx, how many units make the denominator, and how many were left out by reason."""

    value: Fraction | None
    n: int
    excluded: dict[str, int]


def figure(units: Iterable[Unit], *, by_unit: bool = False) -> Figure:
    """`by_unit`: n counts units whatever they weigh (when x is money or days), else it is Σx."""
    y, x, n, excluded = Fraction(0), Fraction(0), 0, defaultdict[str, int](int)
    for unit in units:
        if unit.excluded:
            excluded[unit.excluded] += 1
        else:
            y, x, n = y + unit.y, x + unit.x, n + 1
    return Figure(y / x if x else None, (n if by_unit else int(x)) if x else 0, dict(excluded))


def yes(row: Row, true: bool, why: str = "") -> Unit:
    return Unit(row["day"], row["channel"], Fraction(int(true)), Fraction(1), why)


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def in_order(rows: Iterable[Row], instant: str) -> list[Row]:
    return sorted(rows, key=lambda row: (row[instant], row["seq"]))


# -- satisfaction ----------------------------------------------------------------------------------------------


def valid_answers(tables: Tables, instrument: str, low: int, high: int, direction: str = "up") -> Iterator[tuple]:
    """Each answer of the instrument with its score, recoded so that high is good, or why it is left out."""
    rows = [row for row in tables["answers"] if row["instrument"] == instrument]
    why = {row["answer_id"]: why_invalid(row, low, high) for row in rows}
    in_wave = [r for r in rows if r["wave"] and r["customer_id"] and not why[r["answer_id"]]]
    for repeats in grouped(in_wave, lambda r: (r["survey"], r["wave"], r["customer_id"])).values():
        for old in in_order(repeats, "answered_at")[:-1]:
            why[old["answer_id"]] = "duplicate"
    for row in rows:
        score = row["score"]
        if not why[row["answer_id"]]:
            score = int(score) if direction == "up" else low + high - int(score)
        yield row, score, why[row["answer_id"]]


def why_invalid(row: Row, low: int, high: int) -> str:
    score = row["score"]
    if row["test"]:
        return "test"
    if (
        row["scale_min"] is not None
        and row["scale_max"] is not None
        and (row["scale_min"], row["scale_max"]) != (low, high)
    ):
        return "other_scale"
    if score is None or isnan(score):
        return "missing"
    return "" if low <= score <= high and score == int(score) else "invalid"


def scores(instrument: str, low: int, high: int, point: Callable[[int], Any], direction: str = "up") -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for row, score, why in valid_answers(tables, instrument, low, high, direction):
            yield Unit(row["day"], row["channel"], Fraction(0 if why else point(score)), Fraction(1), why)

    return units


def nps_point(score: int) -> int:
    return 100 if score in (9, 10) else 0 if score in (7, 8) else -100


def response_rate(partial: bool) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for row in tables["invitations"]:
            sent, answered, outcome = row["sent_at"], row["answered_at"], row["outcome"]
            in_time = answered is not None and answered <= sent + timedelta(days=30)
            complete = outcome != "partial" and (in_time or (answered is None and outcome == "complete"))
            why = "bounced" if outcome == "bounced" else ""
            if not why and answered is not None and answered < sent:
                why = "negative"
            yield yes(row, complete or (partial and outcome == "partial"), why)

    return units


# -- loyalty -----------------------------------------------------------------------------------------------------


def at_start(contract: Row) -> bool:
    ended = contract["ended_on"]
    return contract["started_on"] <= START and (ended is None or ended >= START)


def left(contracts: list[Row], reason: str | None = None) -> bool:
    """Some contract ended in the period, and nothing of theirs went on or began within 30 days of its end."""
    for one in contracts:
        ended = one["ended_on"]
        if ended is None or not START <= ended < END or (reason and one["end_reason"] != reason):
            continue
        goes_on = False
        for other in contracts:
            later = other["ended_on"] is None or other["ended_on"] > ended
            goes_on = goes_on or (later and other["started_on"] <= ended + timedelta(days=30))
        if not goes_on:
            return True
    return False


def unnamed(contracts: Iterable[Row]) -> Iterator[Unit]:
    for one in contracts:
        if one["customer_id"] is None:
            yield Unit(START, one["channel"], excluded="missing")


def cohort(lost_is: bool, reason: str | None = None) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        yield from unnamed(one for one in tables["contracts"] if at_start(one))
        named = [one for one in tables["contracts"] if one["customer_id"]]
        for mine in grouped(named, lambda r: r["customer_id"]).values():
            for segment in {one["channel"] for one in mine if at_start(one)}:
                yield Unit(START, segment, Fraction(int(left(mine, reason) == lost_is)))

    return units


def live(tables: Tables) -> list[Row]:
    return [
        one
        for one in tables["contracts"]
        if one["started_on"] < END and (one["ended_on"] is None or one["ended_on"] >= START)
    ]


def live_in_period(tables: Tables) -> dict[Any, list[Row]]:
    return grouped([one for one in live(tables) if one["customer_id"]], lambda r: (r["customer_id"], r["channel"]))


def over(contract: Row) -> bool:
    return contract["ended_on"] is not None and contract["ended_on"] < END


def lost_over_start(tables: Tables) -> Iterator[Unit]:
    yield from unnamed(live(tables))
    for (_, segment), mine in live_in_period(tables).items():
        present = any(one["started_on"] <= START for one in mine)
        yield Unit(START, segment, Fraction(all(map(over, mine))), Fraction(present))


def average_base(tables: Tables) -> Iterator[Unit]:
    yield from unnamed(live(tables))
    for (_, segment), mine in live_in_period(tables).items():
        at_first = any(one["started_on"] <= START for one in mine)
        at_last = any(one["ended_on"] is None or one["ended_on"] >= END for one in mine)
        yield Unit(START, segment, Fraction(not at_last), Fraction(at_first + at_last, 2))


def exposed(tables: Tables) -> Iterator[Unit]:
    yield from unnamed(live(tables))
    for (_, segment), mine in live_in_period(tables).items():
        yield Unit(START, segment, Fraction(all(map(over, mine))))


def exposure(tables: Tables) -> Iterator[Unit]:
    for one in live(tables):
        until = END if one["ended_on"] is None else min(END, one["ended_on"])
        days = (until - max(one["started_on"], START)).days
        yield Unit(START, one["channel"], Fraction(30 * over(one)), Fraction(days))


def apart(order: Row) -> str:
    return "cancelled" if cancelled(order) else "" if order["customer_id"] else "missing"


def repeat_purchase(tables: Tables) -> Iterator[Unit]:
    orders = [o for o in tables["orders"] if BEFORE <= o["day"] < END]
    yield from (Unit(START, o["channel"], excluded=apart(o)) for o in orders if apart(o))
    orders = [o for o in orders if not apart(o)]
    again = {o["customer_id"] for o in orders if o["day"] >= START}
    for who, segment in {(o["customer_id"], o["channel"]) for o in orders if o["day"] < START}:
        yield Unit(START, segment, Fraction(who in again))


def present(contract: Row, moment: date) -> bool:
    return contract["started_on"] <= moment and (contract["ended_on"] is None or contract["ended_on"] >= moment)


def revenue(capped: bool) -> Any:
    def at(contracts: list[Row], moment: date) -> Fraction:
        """What is in force on a day; what ends on it gives way to what the customer begins on it."""
        here = [one for one in contracts if present(one, moment)]
        ending = [one for one in here if one["ended_on"] == moment]
        staying = [one for one in here if one["ended_on"] != moment]
        renewed = any(one["started_on"] == moment for one in staying)
        counted = staying if renewed else staying + ending
        return sum((Fraction(one["amount"]) for one in counted), Fraction(0))

    def units(tables: Tables) -> Iterator[Unit]:
        complete = [one for one in tables["contracts"] if one["amount"] is not None and one["customer_id"]]
        for one in tables["contracts"]:
            if one not in complete and present(one, START):
                yield Unit(START, one["channel"], excluded="missing")
        for mine in grouped(complete, lambda r: r["customer_id"]).values():
            before, after = at(mine, START), at(mine, END)
            if before > 0:
                yield Unit(START, mine[0]["channel"], min(before, after) if capped else after, before)

    return units


def upsell(wanted: str, top: int | None = None) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for row in sold(tables):
            asked, rank = row["requested_rank"], row["sold_rank"]
            if asked is None or rank is None:
                yield yes(row, False, "unknown")
            elif top is None or asked < top or rank != asked:
                yield yes(row, rank > asked if wanted == "up" else rank < asked)

    return units


# -- sales -------------------------------------------------------------------------------------------------------


def cancelled(order: Row) -> bool:
    return (order["status"] or "").lower() in ("cancelled", "canceled", "annulée", "annulee", "annulé", "annule")


def sold(tables: Tables) -> list[Row]:
    """Lines that are not returns."""
    return [row for row in tables["order_lines"] if row["quantity"] is None or row["quantity"] > 0]


def conversion(ever: bool) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for row in tables["prospects"]:
            created, bought = row["created_at"], row["converted_at"]
            good = bought is not None and (ever or bought <= created + timedelta(days=30))
            yield yes(row, good, "negative" if bought is not None and bought < created else "")

    return units


def carts(tables: Tables) -> Iterator[tuple[Row, str]]:
    """Each cart with what became of it."""
    mine = {
        who: in_order(rows, "created_at")
        for who, rows in grouped(tables["carts"], lambda r: r["customer_id"]).items()
        if who is not None
    }
    for row in tables["carts"]:
        created, ordered = row["created_at"], row["ordered_at"]
        if ordered is None:
            fate, rows = "abandoned", mine.get(row["customer_id"], [])
            for this, following in pairwise(rows):
                if this is row and following["created_at"] <= created + timedelta(hours=24):
                    fate = "duplicate"
        elif ordered < created:
            fate = "negative"
        elif ordered <= created + timedelta(hours=24):
            fate = "ordered"
        else:
            fate = "recovered" if ordered <= created + timedelta(days=7) else "late"
        yield row, fate


def cart_abandonment(tables: Tables) -> Iterator[Unit]:
    for row, fate in carts(tables):
        yield yes(row, fate != "ordered", fate if fate in ("duplicate", "negative") else "")


def cart_recovery(tables: Tables) -> Iterator[Unit]:
    for row, fate in carts(tables):
        if fate != "ordered":
            yield yes(row, fate == "recovered", fate if fate in ("duplicate", "negative") else "")


def cart_recovery_contacted(tables: Tables) -> Iterator[Unit]:
    reminded = [row["contacted"] for row, fate in carts(tables) if fate != "ordered"]
    for contacted, unit in zip(reminded, cart_recovery(tables), strict=True):
        if contacted:
            yield unit


def cart_value(tables: Tables) -> Iterator[Unit]:
    for row, fate in carts(tables):
        if fate in ("abandoned", "recovered", "late") and row["amount"] is not None:
            amount = Fraction(row["amount"])
            yield Unit(row["day"], row["channel"], amount if fate == "recovered" else Fraction(0), amount)


def average_basket(tables: Tables) -> Iterator[Unit]:
    for row in tables["orders"]:
        why = "cancelled" if cancelled(row) else "missing" if row["amount"] is None else ""
        why = "other_currency" if row["currency"] not in (None, "EUR") else why
        yield Unit(row["day"], row["channel"], Fraction(row["amount"] or 0), Fraction(1), why)


def first_purchase(tables: Tables) -> Iterator[Unit]:
    bought = [o for o in tables["orders"] if not cancelled(o)]
    for mine in grouped([o for o in bought if o["customer_id"]], lambda o: o["customer_id"]).values():
        yield from average_basket({"orders": in_order(mine, "ordered_at")[:1]})
    for unit in average_basket({"orders": [o for o in bought if not o["customer_id"]]}):
        yield unit if unit.excluded else replace(unit, excluded="missing")


def customer_value(tables: Tables) -> Iterator[Unit]:
    orders = [o for o in tables["orders"] if START <= o["day"] < END]
    kept = []
    for order, unit in zip(orders, average_basket({"orders": orders}), strict=True):
        why = unit.excluded or ("" if order["customer_id"] else "missing")
        if why:
            yield replace(unit, excluded=why)
        else:
            kept.append(order)
    for (_, segment), mine in grouped(kept, lambda o: (o["customer_id"], o["channel"])).items():
        yield Unit(START, segment, sum((Fraction(o["amount"]) for o in mine), Fraction(0)))


def cac(tables: Tables) -> Iterator[Unit]:
    for row in tables["costs"]:
        if row["purpose"] == "acquisition" and row["amount"] is not None and row["currency"] in (None, "EUR"):
            yield Unit(row["day"], row["channel"], Fraction(row["amount"]), Fraction(0))
    for row in tables["customers"]:
        if row["day"] is not None:
            yield Unit(row["day"], row["channel"], Fraction(0), Fraction(1))

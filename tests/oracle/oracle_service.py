"""The rest of the oracle: issues, complaints, commitments, journeys, and the table of all indicators."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from oracle_lines import cross_sell, cross_sell_by, two_categories

import oracle as o
from oracle import AS_OF, Row, Tables, Unit, grouped, in_order, yes

HOLIDAYS = {  # 2026, from the calendar on the wall; Easter is on 5 April
    *(date(2026, month, day) for month, day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))),
    *(date(2026, month, day) for month, day in ((4, 6), (5, 14), (5, 25))),
}
HOLIDAYS_EAST = {*HOLIDAYS, date(2026, 4, 3), date(2026, 12, 26)}


def accounts(tables: Tables) -> Iterator[Unit]:
    """The answers of the window only, an account's vote being their mean."""
    votes: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    for row, score, why in o.valid_answers(tables, "nps", 0, 10):
        if o.START <= row["day"] < o.END:
            if why or row["account_id"] is None:
                yield Unit(o.START, row["channel"], excluded=why or "unknown")
            else:
                votes[row["account_id"], row["channel"]].append(o.nps_point(score))
    for (_, segment), points in votes.items():
        yield Unit(o.START, segment, Fraction(sum(points), len(points)))


def issues(tables: Tables) -> list[list[Row]]:
    """The contacts of each issue, in order."""
    found = grouped(tables["contacts"], lambda r: r["issue_id"] or ("alone", r["contact_id"]))
    return [in_order(rows, "opened_at") for rows in found.values()]


def solved(contact: Row) -> bool:
    return contact["closed_at"] is not None if contact["resolved"] is None else contact["resolved"]


def fcr(resolved_only: bool) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for contacts in issues(tables):
            first = contacts[0]
            since = first["closed_at"] or first["opened_at"]
            again = any(later["opened_at"] <= since + timedelta(days=7) for later in contacts[1:])
            if not resolved_only or any(map(solved, contacts)):
                yield yes(first, solved(first) and not again)

    return units


def one_touch(tables: Tables) -> Iterator[Unit]:
    for contacts in issues(tables):
        if any(map(solved, contacts)):
            yield yes(contacts[0], len(contacts) == 1)


def complaints(tables: Tables) -> Iterator[Unit]:
    for contacts in issues(tables):
        told = False
        for row in contacts:
            new = bool(row["complaint"]) and not told
            told = told or bool(row["complaint"])
            yield Unit(row["day"], row["channel"], Fraction(1000 * new))


def complaints_over(table: str) -> Any:
    """Complaints of the window; beside orders of the window, or customers known by its end."""

    def units(tables: Tables) -> Iterator[Unit]:
        for unit in complaints(tables):
            if unit.y and o.START <= unit.day < o.END:
                yield Unit(o.START, unit.segment, unit.y, Fraction(0))
        for row in tables[table]:
            if table == "customers":
                if row["day"] is None or row["day"] < o.END:
                    yield Unit(o.START, row["channel"])
            elif o.START <= row["day"] < o.END:
                yield Unit(o.START, row["channel"], excluded="cancelled" if o.cancelled(row) else "")

    return units


def every(table: str, step: str | None = None) -> Any:
    """Counts: Σy is the figure, so x is 1 for all of them together."""

    def units(tables: Tables) -> Iterator[Unit]:
        for row in tables[table]:
            if step is None or row["step"] == step:
                yield yes(row, True)

    return units


def counted(start: date, end: date, kind: str, holidays: set[date]) -> int:
    """Days that count in (start, end], one by one."""
    days, day = 0, start
    while day < end:
        day += timedelta(days=1)
        off = day in holidays
        weekday = day.weekday()
        days += kind == "calendar" or (not off and weekday < (6 if kind == "ouvrable" else 5))
    return days


def kept(row: Row, start: date, end: date | None, limit: int, kind: str, holidays: set[date]) -> Unit:
    if end is not None and end < start:
        return yes(row, False, "negative")
    if end is not None:
        return yes(row, counted(start, end, kind, holidays) <= limit)
    due = counted(start, AS_OF, kind, holidays) > limit
    return yes(row, False, "" if due else "not_due")


def on_time(limit: int, kind: str, holidays: set[date] = HOLIDAYS) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for entry, _, after, _ in passages(tables):
            end = min((one["day"] for one in after), default=None)
            yield kept(entry, entry["day"], end, limit, kind, holidays)

    return units


def on_time_contacts(limit: int) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        for row in tables["contacts"]:
            end = None if row["closed_at"] is None else row["closed_at"].date()
            yield kept(row, row["day"], end, limit, "calendar", set())

    return units


def passages(tables: Tables) -> Iterator[tuple[Row, datetime, list[Row], bool]]:
    """Each case at its first entry, what came after in the second step, and whether some only came before."""
    for case, rows in grouped(tables["events"], lambda r: r["case_id"]).items():
        entries = in_order([row for row in rows if row["step"] == "asked"], "occurred_at")
        if case is None or not entries:
            continue
        since = entries[0]["occurred_at"]
        done = [row for row in rows if row["step"] == "sent"]
        after = [row for row in done if row["occurred_at"] >= since]
        yield entries[0], since, after, bool(done) and not after


def durations(tables: Tables) -> Iterator[tuple[Row, int, bool, str]]:
    """Seconds from the first step to the second, whether it is done, or why the case is left out."""
    known = datetime.combine(AS_OF + timedelta(days=1), time(), UTC)
    for entry, since, after, backwards in passages(tables):
        if after:
            seconds = (min(row["occurred_at"] for row in after) - since).total_seconds()
        else:
            seconds = max((known - since).total_seconds(), 0)
        yield entry, int(seconds), bool(after), "negative" if backwards else ""


def closings(tables: Tables) -> Iterator[tuple[Row, int, bool, str]]:
    """The same for contacts: seconds from opened to closed, or to the last instant known while still open."""
    known = datetime.combine(AS_OF + timedelta(days=1), time(), UTC)
    for row in tables["contacts"]:
        opened, closed = row["opened_at"], row["closed_at"]
        seconds = ((closed or max(known, opened)) - opened).total_seconds()
        yield row, int(seconds), closed is not None, "negative" if seconds < 0 else ""


def step_conversion(tables: Tables) -> Iterator[Unit]:
    for entry, since, after, _ in passages(tables):
        yield yes(entry, any(row["occurred_at"] <= since + timedelta(days=30) for row in after))


def kaplan_meier_quantile(done: list[int], open_: list[int], p: Fraction) -> Fraction | None:
    """First time at which the share of cases still open is 1 − p or less, in fractions."""
    if not open_:  # type 7 of the sorted list
        ranked = sorted(done)
        place = (len(ranked) - 1) * p
        low = int(place)
        high = min(low + 1, len(ranked) - 1)
        return ranked[low] + (place - low) * (ranked[high] - ranked[low])
    left = Fraction(1)
    for moment in sorted(set(done)):
        at_risk = sum(one >= moment for one in [*done, *open_])
        left *= 1 - Fraction(done.count(moment), at_risk)
        if left <= 1 - p:
            return Fraction(moment)
    return None


def _ces(instrument: str, direction: str) -> dict[tuple[str, str], Any]:
    name = "ces" if instrument == "ces_agreement" else instrument

    def scored(point: Any) -> Any:
        return o.scores(instrument, 1, 7, point, direction)

    return {
        (name, "default"): scored(lambda ease: ease >= 5),
        (name, "mean"): scored(lambda ease: ease if direction == "up" else 8 - ease),
        (name, "mean-ease"): scored(lambda ease: ease),
        (name, "net"): scored(lambda ease: 100 * ((ease >= 5) - (ease <= 3))),
    }


ANSWERS = {
    ("nps", "default"): o.scores("nps", 0, 10, o.nps_point),
    ("nps", "mean"): o.scores("nps", 0, 10, lambda score: score),
    ("csat", "default"): o.scores("csat", 1, 5, lambda score: score >= 4),
    ("csat", "top-box"): o.scores("csat", 1, 5, lambda score: score == 5),
    ("csat", "mean"): o.scores("csat", 1, 5, lambda score: score),
    ("csat", "index"): o.scores("csat", 1, 5, lambda score: Fraction(100 * (score - 1), 4)),
    ("csat", "net"): o.scores("csat", 1, 5, lambda score: 100 * ((score >= 4) - (score <= 2))),
    **_ces("ces_agreement", "up"),
    **_ces("ces_effort", "down"),
    **_ces("ces_ease", "up"),
}
DATED = {
    **ANSWERS,
    ("response_rate", "default"): o.response_rate(False),
    ("response_rate", "with-partial"): o.response_rate(True),
    ("upsell", "default"): o.upsell("up"),
    ("upsell", "eligible"): o.upsell("up"),
    ("upsell", "downsell"): o.upsell("down"),
    ("conversion", "default"): o.conversion(False),
    ("conversion", "ever"): o.conversion(True),
    ("cart_abandonment", "default"): o.cart_abandonment,
    ("cart_recovery", "default"): o.cart_recovery,
    ("average_basket", "default"): o.average_basket,
    ("cac", "default"): o.cac,
    ("cross_sell", "default"): cross_sell,
    ("cross_sell", "baskets"): cross_sell_by("order_id"),
    ("cross_sell", "customers"): cross_sell_by("customer_id", 90),
    ("cross_sell", "categories"): two_categories(90),
    ("cart_recovery", "contacted"): o.cart_recovery_contacted,
    ("average_basket", "first-purchase"): o.first_purchase,
    ("fcr", "default"): fcr(False),
    ("fcr", "resolved-only"): fcr(True),
    ("fcr", "one-touch"): one_touch,
    ("complaints", "default"): complaints,
    ("on_time", "default"): on_time(1, "calendar"),
    ("step_conversion", "default"): step_conversion,
}
BY_UNIT = {  # n counts units: x is money or days
    ("cart_recovery", "value"): o.cart_value,
    ("churn", "exposure"): o.exposure,
    ("churn", "average-base"): o.average_base,
    ("grr", "default"): o.revenue(True),
    ("nrr", "default"): o.revenue(False),
}
POPULATIONS = {
    ("churn", "default"): o.cohort(True),
    ("churn", "lost-over-start"): o.lost_over_start,
    ("churn", "exposed"): o.exposed,
    ("retention", "default"): o.cohort(False),
    ("repeat_purchase", "default"): o.repeat_purchase,
    ("customer_value", "default"): o.customer_value,
    ("nps", "accounts"): accounts,
    ("complaints", "orders"): complaints_over("orders"),
    ("complaints", "customers"): complaints_over("customers"),
}
COUNTS = {("contacts", "default"): every("contacts"), ("event_count", "default"): every("events")}
APART = {
    ("average_basket", "median"),
    *(("step_time", variant) for variant in ("default", "p90", "completed-mean")),
    *(("closing_time", variant) for variant in ("default", "p90", "closed-mean")),
    ("roi", "default"),
}

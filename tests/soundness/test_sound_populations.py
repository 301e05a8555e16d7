"""Who is counted, and once."""

from datetime import date
from typing import Any

import pytest
from frames import facts

import timonier
import timonier.api
from timonier.errors import UsageError
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate, Period
from timonier.indicators.intervals import poisson_exact
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score
from timonier.scorecard.sources import FrameSource

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
type Rows = dict[str, list[dict[str, Any]]]


def lines(name: str, rows: Rows, **asked: Any) -> list[Estimate]:
    source = FrameSource({table: facts(table, lines) for table, lines in rows.items()})
    asked = {"window": JANUARY, "compare": "none", "trend": False, "minimum_n": 0, **asked}
    card = score(Desk(source, CATALOGUE, date(2026, 12, 31)), Request(indicators=(name,), **asked))
    return [line.estimate for line in card.lines]


def contracts(*spans: tuple[str, str, str | None]) -> Rows:
    names = ("customer_id", "started_on", "ended_on")
    return {
        "contracts": [{"contract_id": f"k{n}", **dict(zip(names, span, strict=True))} for n, span in enumerate(spans)]
    }


def churn(*spans: tuple[str, str, str | None]) -> tuple[float | None, int]:
    [found] = lines("churn", contracts(*spans))
    return found.value, found.n


def test_who_arrived_during_the_period_is_not_in_the_cohort() -> None:
    assert churn(("old", "2025-01-01", None), ("new", "2026-01-05", "2026-01-20")) == (0.0, 1)


def test_a_contract_that_ends_on_the_day_after_the_period_is_outside() -> None:
    assert churn(("a", "2025-01-01", "2026-02-01")) == (0.0, 1)
    assert churn(("a", "2025-01-01", "2026-01-31")) == (1.0, 1)


def test_a_second_contract_that_ends_too_does_not_hide_the_loss() -> None:
    assert churn(("a", "2025-01-01", "2026-01-05"), ("a", "2026-01-06", "2026-01-20")) == (1.0, 1)
    assert churn(("a", "2025-01-01", "2026-01-05"), ("a", "2026-01-06", None)) == (0.0, 1)


def test_a_customer_back_within_the_grace_was_never_lost_even_without_contract_numbers() -> None:
    given = {"who": ["a", "a"], "from": [date(2025, 1, 1), date(2026, 1, 20)], "to": [date(2026, 1, 10), None]}
    found = timonier.churn(given, "who", started="from", ended="to", window=(JANUARY.start, JANUARY.end))
    assert (found[0].value, found[0].n) == (0.0, 1)


def paid(*spans: tuple[str, str, str | None, int]) -> Rows:
    rows = contracts(*(span[:3] for span in spans))
    return {"contracts": [{**row, "amount": span[3]} for row, span in zip(rows["contracts"], spans, strict=True)]}


def test_an_end_belongs_to_one_period_the_same_for_customers_and_for_revenue() -> None:
    """Ended on 1 February: there until the end of January, lost in February, for churn as for revenue."""
    rows = paid(("stays", "2025-01-01", None, 30), ("goes", "2025-01-01", "2026-02-01", 10))
    february = Period(date(2026, 2, 1), date(2026, 3, 1))
    found = {
        (name, window.start.month): lines(name, rows, window=window)[0].value
        for name in ("churn", "grr", "nrr")
        for window in (JANUARY, february)
    }
    assert {key: value for key, value in found.items() if key[1] == 1} == {
        ("churn", 1): 0.0,
        ("grr", 1): 1.0,
        ("nrr", 1): 1.0,
    }
    assert found["churn", 2] == 0.5
    assert found["grr", 2] == found["nrr", 2] == 0.75


def test_the_average_base_is_half_of_both_ends() -> None:
    """Four at the start, one arrives, two go (one of them the newcomer): three at the end, 2 lost / 3.5."""
    spans = [(f"k{n}", "2025-01-01", None) for n in range(3)]
    rows = contracts(*spans, ("gone", "2025-01-01", "2026-01-09"), ("short", "2026-01-05", "2026-01-20"))
    [found] = lines("churn", rows, variants={"churn": "average-base"})
    assert (found.value, found.n, found.detail["average_base"]) == (2 / 3.5, 5, 3.5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 2 / 3.5 < found.high


def test_a_reason_that_a_variant_cannot_read_is_refused() -> None:
    rows = contracts(("a", "2025-01-01", "2026-01-05"))
    for variant in ("exposed", "lost-over-start", "average-base", "exposure"):
        with pytest.raises(UsageError, match="reason"):
            lines("churn", rows, variants={"churn": variant}, params={"churn": {"reason": "price"}})


@pytest.mark.parametrize("ended", ["2025-12-31", "2026-01-01"])
def test_a_renewal_on_the_first_day_is_paid_once(ended: str) -> None:
    """Whether files give the last day of a contract or the day after, the customer is there once, and keeps paying."""
    rows = paid(("a", "2025-01-01", ended, 100), ("a", "2026-01-01", None, 110))
    december = Period(date(2025, 12, 1), date(2026, 1, 1))
    assert [lines("nrr", rows, window=window)[0].value for window in (december, JANUARY)] == [1.1, 1.0]
    assert [lines("churn", rows, window=window)[0].value for window in (december, JANUARY)] == [0.0, 0.0]


def test_orders_and_contracts_without_customer_are_told() -> None:
    known = {"ordered_at": "2026-01-05", "amount": 10, "customer_id": "a"}
    before = {**known, "ordered_at": "2025-12-05"}
    given = [before, {**before, "customer_id": None}, known, {**known, "customer_id": None}, {**known, "amount": None}]
    rows: Rows = {"orders": [{"order_id": f"{n}", **row} for n, row in enumerate(given)]}
    [again] = lines("repeat_purchase", rows)
    assert (again.value, again.n, again.excluded) == (1.0, 1, {"missing": 2})
    [value] = lines("customer_value", rows)
    assert (value.value, value.n, value.excluded) == (10.0, 1, {"missing": 2})
    unnamed = paid(("a", "2025-01-01", None, 10))
    unnamed["contracts"].append({**unnamed["contracts"][0], "contract_id": "k1", "customer_id": None})
    for name in ("churn", "retention", "grr", "nrr"):
        [found] = lines(name, unnamed)
        assert (found.n, found.excluded) == (1, {"missing": 1})


def test_one_touch_counts_every_later_contact_and_the_default_those_of_the_window() -> None:
    base = {"issue_id": "i", "resolved": True}
    rows = {
        "contacts": [
            {**base, "contact_id": "1", "opened_at": "2026-01-02"},
            {**base, "contact_id": "2", "opened_at": "2026-01-30"},
            {**base, "contact_id": "3", "issue_id": "j", "opened_at": "2026-01-05"},
            {**base, "contact_id": "4", "issue_id": "k", "opened_at": "2026-01-06", "resolved": False},
        ]
    }
    figures = [
        lines("fcr", rows, variants={"fcr": variant})[0] for variant in ("default", "resolved-only", "one-touch")
    ]
    assert [(one.value, one.n) for one in figures] == [(2 / 3, 3), (1.0, 2), (0.5, 2)]


def business() -> Rows:
    """Two accounts: three detractors in one, one promoter in the other; somebody of no account."""
    people = [("a", "big"), ("b", "big"), ("c", "big"), ("d", "small"), ("e", None)]
    scores = {"a": 0, "b": 6, "c": 9, "d": 10, "e": 10}
    at = "2026-01-05"
    return {
        "customers": [{"customer_id": who, "account_id": account} for who, account in people],
        "answers": [
            {"answer_id": who, "customer_id": who, "score": float(score), "instrument": "nps", "answered_at": at}
            for who, score in scores.items()
        ],
    }


def test_one_vote_an_account_however_many_answer() -> None:
    """Big: (−1 − 1 + 1)/3; small: 1. Mean 1/3; by answers it would be (3 − 2)/5."""
    [found] = lines("nps", business(), variants={"nps": "accounts"})
    assert found.value == pytest.approx(100 / 3, abs=1e-12)
    assert (found.n, found.excluded, found.method, found.detail["answers"]) == (2, {"unknown": 1}, "t", 4)
    [plain] = lines("nps", business())
    assert (plain.value, plain.n) == (20.0, 5)
    [early] = lines("nps", business(), variants={"nps": "accounts"}, where="account_id = 'small'")
    assert (early.value, early.n, early.method) == (100.0, 1, "none")


def test_an_account_votes_once_in_each_period_and_can_weigh_what_it_brings() -> None:
    given = {
        "score": [0, 10, 10, 10],
        "firm": ["big", "big", "big", "small"],
        "at": [date(2026, 1, 5), date(2026, 1, 6), date(2026, 2, 5), date(2026, 2, 5)],
        "revenue": [3.0, 3.0, 3.0, 1.0],
    }
    months = timonier.nps(given, "score", account="firm", at="at", every="month")
    assert [(one.value, one.n) for one in months] == [(0.0, 1), (100.0, 2)]
    [whole] = timonier.nps(given, "score", account="firm")
    assert whole.value == pytest.approx(100 * (1 / 3 + 1) / 2, abs=1e-12)
    [weighted] = timonier.nps(given, "score", account="firm", weight="revenue")
    assert weighted.value == pytest.approx(100 * (3 * (1 / 3) + 1) / 4, abs=1e-12)
    assert (weighted.n, weighted.n_eff) == (2, pytest.approx(16 / 10))
    with pytest.raises(UsageError, match="account"):
        timonier.nps(given, "score", variant="accounts")


def complaining() -> Rows:
    return {
        "contacts": [
            {"contact_id": f"{n}", "issue_id": issue, "customer_id": "a", "opened_at": day, "complaint": complaint}
            for n, (issue, day, complaint) in enumerate(
                [
                    ("i", "2026-01-05", True),
                    ("i", "2026-01-06", True),
                    ("j", "2026-01-07", False),
                    ("k", "2026-01-08", True),
                    ("l", "2025-12-31", True),
                ]
            )
        ],
        "orders": [
            {"order_id": f"{n}", "customer_id": "a", "ordered_at": day, "status": status}
            for n, (day, status) in enumerate(
                [("2026-01-02", "paid")] * 8 + [("2026-01-03", "Annulée"), ("2026-02-01", "paid")]
            )
        ],
        "customers": [
            {"customer_id": f"{n}", "acquired_at": day}
            for n, day in enumerate(["2020-01-01", "2026-01-31", None, "2025-06-01", "2026-02-01"])
        ],
    }


def test_complaints_over_orders_and_over_customers_use_their_own_exposure() -> None:
    rows = complaining()
    found = {
        variant: lines("complaints", rows, variants={"complaints": variant})[0]
        for variant in ("default", "orders", "customers")
    }
    assert {name: (one.value, one.n) for name, one in found.items()} == {
        "default": (500.0, 4),
        "orders": (250.0, 8),
        "customers": (500.0, 4),
    }
    assert found["orders"].excluded == {"cancelled": 1}
    expected = poisson_exact(2, 8)
    assert (found["orders"].low, found["orders"].high) == (1000 * expected.low, 1000 * expected.high)
    assert not lines("complaints", rows, variants={"complaints": "orders"}, by=("channel",)), "it means two things"
    with pytest.raises(UsageError, match="several tables"):
        timonier.api.measure_frame("complaints", {"c": [True]}, {"complaint": "c"}, variant="orders")


ORDERS: Rows = {
    "orders": [
        {"order_id": "1", "customer_id": "a", "ordered_at": "2026-01-05", "amount": 10, "channel": "web"},
        {"order_id": "2", "customer_id": "a", "ordered_at": "2026-01-06", "amount": 20, "channel": "app"},
        {"order_id": "3", "customer_id": "b", "ordered_at": "2026-01-07", "amount": 30, "channel": "shop"},
    ]
}


def test_a_filter_with_two_values_does_not_count_a_customer_twice() -> None:
    [found] = lines("customer_value", ORDERS, where="channel in ('web', 'app')")
    assert (found.value, found.n) == (30.0, 1)


def test_the_filter_comes_after_the_first_contact_is_decided() -> None:
    base = {"issue_id": "i", "resolved": True}
    rows = {
        "contacts": [
            {**base, "contact_id": "1", "opened_at": "2026-01-02", "channel": "phone"},
            {**base, "contact_id": "2", "opened_at": "2026-01-04", "channel": "mail"},
        ]
    }
    assert lines("fcr", rows, where="channel = 'phone'")[0].value == 0.0
    assert lines("fcr", rows, where="channel = 'mail'") == [] or lines("fcr", rows, where="channel = 'mail'")[0].n == 0


def test_the_window_comes_after_the_first_contact_is_decided() -> None:
    base = {"issue_id": "i", "resolved": True}
    days = ("2025-12-30", "2026-01-02")
    rows = {"contacts": [{**base, "contact_id": day, "opened_at": day} for day in days]}
    assert lines("fcr", rows)[0].n == 0


def test_contacts_without_issue_are_not_one_issue() -> None:
    found = timonier.fcr(
        {"i": [None, None, "x"], "at": [date(2026, 1, day) for day in (1, 2, 3)], "ok": [True, True, True]},
        issue="i",
        opened="at",
        resolved="ok",
    )
    assert (found[0].value, found[0].n) == (1.0, 3)


def test_segments_without_name_are_kept() -> None:
    rows = {"answers": [{"score": 10.0, "channel": None}, {"score": 0.0, "channel": "web"}]}
    found = measure(
        CATALOGUE["nps"], {"answers": facts("answers", rows["answers"])}, Query(by=("channel",), carry=("channel",))
    )
    assert {one.segment["channel"]: one.value for one in found} == {None: 100.0, "web": -100.0}


def test_revenue_kept_by_offer_is_not_counted_twice() -> None:
    spans = [("x", "2025-01-01", None, 10), ("y", "2025-01-01", None, 20)]
    rows: list[dict[str, Any]] = [
        {
            "contract_id": offer,
            "customer_id": "c",
            "end_reason": offer,
            "started_on": start,
            "ended_on": end,
            "amount": amount,
        }
        for offer, start, end, amount in spans
    ]
    frames = {"contracts": facts("contracts", rows)}
    query = Query(window=JANUARY, by=("end_reason",), carry=("end_reason",))
    assert [one.value for one in measure(CATALOGUE["nrr"], frames, query)] == [1.0, 1.0]


def test_a_cancelled_order_leaves_both_sums_and_a_refund_stays() -> None:
    rows = {
        "orders": [
            {"order_id": "1", "ordered_at": "2026-01-05", "amount": 10, "status": "paid"},
            {"order_id": "2", "ordered_at": "2026-01-05", "amount": 0, "status": "refunded"},
            {"order_id": "3", "ordered_at": "2026-01-05", "amount": 99, "status": "Annulée"},
        ]
    }
    [found] = lines("average_basket", rows)
    assert (found.value, found.n, found.excluded) == (5.0, 2, {"cancelled": 1})


def test_a_request_in_two_carts_is_one_abandoned_cart() -> None:
    rows = {"carts": [{"cart_id": h, "customer_id": "a", "created_at": f"2026-01-05T{h}:00"} for h in ("08", "09")]}
    [found] = lines("cart_abandonment", rows)
    assert (found.n, found.excluded) == (1, {"duplicate": 1})


@pytest.mark.parametrize("name", ["conversion", "response_rate", "cart_abandonment"])
def test_an_end_before_its_start_is_an_error_counted_apart(name: str) -> None:
    need = CATALOGUE[name].needs[0]
    start, end = {
        "prospects": ("created_at", "converted_at"),
        "invitations": ("sent_at", "answered_at"),
        "carts": ("created_at", "ordered_at"),
    }[need.table]
    [found] = lines(name, {need.table: [{start: "2026-01-10", end: "2026-01-01"}]})
    assert (found.n, found.excluded) == (0, {"negative": 1})

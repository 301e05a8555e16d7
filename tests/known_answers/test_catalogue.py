"""The verified cases, through the catalogue and the engine: facts in, estimates out."""

from datetime import date
from typing import Any

import pytest
from cases import case, close
from frames import clock, facts

import timonier
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate, Period, State
from timonier.scorecard.sources import FrameSource, frames_for


def one(name: str, rows: dict[str, list[dict[str, Any]]], variant: str | None = None, **asked: Any) -> Estimate:
    """The only estimate of an indicator over these facts."""
    source = FrameSource({table: facts(table, lines) for table, lines in rows.items()})
    found = measure(CATALOGUE[name], frames_for(CATALOGUE[name], source, ()), Query(**asked), variant)
    assert len(found) == 1
    return found[0]


def answers(scores: list[float | None], **more: Any) -> dict[str, list[dict[str, Any]]]:
    return {"answers": [{"score": score, **more} for score in scores]}


def spread(promoters: int, passives: int, detractors: int, **more: Any) -> list[dict[str, Any]]:
    scores = [10] * promoters + [7] * passives + [0] * detractors
    return [{"score": float(score), **more} for score in scores]


@pytest.mark.parametrize("name", ["NPS-01", "NPS-11"])
def test_nps_of_a_list(name: str) -> None:
    known = case(name)
    found = one("nps", answers([float(s) for s in known["inputs"]["scores"]]))
    close(known, {"n": found.n, "nps": found.value, **found.detail}, known["expected"])


def test_no_valid_answer_is_not_computable() -> None:
    known = case("NPS-13")
    found = one("nps", answers(known["inputs"]["scores"]))
    assert found.value is known["expected"]["nps"] is None
    assert found.n == known["expected"]["n_valid"]
    assert found.state is State.NOT_COMPUTABLE
    assert found.excluded == {"missing": 2}


def by_segment(groups: dict[str, list[int]]) -> dict[str, float | None]:
    rows = [row for name, (p, a, d) in groups.items() for row in spread(p, a, d, channel=name)]
    frames = {"answers": facts("answers", rows)}
    found = measure(CATALOGUE["nps"], frames, Query(by=("channel",), carry=("channel",)))
    total = measure(CATALOGUE["nps"], frames, Query())[0].value
    return {**{dict(e.by)["channel"] or "": e.value for e in found}, "total": total, "pooled": total}


def test_pooled_is_not_the_mean_of_groups() -> None:
    known = case("NPS-16")
    found = by_segment(known["inputs"]["groups"])
    close(known, found, known["expected"]["nps"])
    assert found["pooled"] != pytest.approx(known["expected"]["mean_of_groups"])


def test_every_channel_falls_while_the_total_rises() -> None:
    known = case("NPS-17")
    for moment in ("before", "after"):
        close(known, by_segment(known["inputs"][moment]), known["expected"][moment])


def test_latest_answer_of_a_wave_wins_and_a_tie_goes_to_the_last_received() -> None:
    known = case("NPS-19")
    rows = [
        {"customer_id": who, "answered_at": at, "score": float(score), "wave": known["inputs"]["wave"], "seq": place}
        for place, (who, at, score) in enumerate(known["inputs"]["answers"])
    ]
    found = one("nps", {"answers": rows})
    close(known, {"n": found.n, "nps": found.value, "n_dropped": found.excluded["duplicate"]}, known["expected"])


def test_weighted() -> None:
    expected = (known := case("NPS-20"))["expected"]
    found = timonier.nps(known["inputs"], score="s", weight="w")[0]
    close(known, [found.value, found.low, found.high], [expected["nps"], *expected["ci_t"]])
    close(known, [found.n_eff, found.detail["deff"]], [expected["n_eff"], expected["deff_kish"]])


def test_csat() -> None:
    known = case("CSAT-01")
    rows = answers([float(s) for s in known["inputs"]["scores"]])
    expected = known["expected"]
    close(known, one("csat", rows).value, expected["csat"])
    close(known, one("csat", rows).n, expected["n"])
    close(known, one("csat", rows, "top-box").value, expected["top_box"])
    mean = one("csat", rows, "mean")
    close(known, mean.value, expected["mean"])
    close(known, one("csat", rows, "index").value, expected["index_0_100"])


def test_csat_of_an_inverted_scale() -> None:
    known = case("CSAT-02")
    rows = answers([float(s) for s in known["inputs"]["scores_raw"]])
    asked = {"params": {"direction": "down"}}
    close(known, one("csat", rows, **asked).value, known["expected"]["csat"])
    mean = one("csat", rows, "mean", **asked)
    close(known, mean.value, known["expected"]["mean"])
    recoded = {score: known["expected"]["recoded"].count(score) for score in (1, 2, 3, 4, 5)}
    assert mean.detail["distribution"] == {score: count for score, count in recoded.items() if count}


def test_ces_effort_low_is_good() -> None:
    known = case("CES-02")
    rows = answers([float(s) for s in known["inputs"]["scores_raw"]])
    expected = known["expected"]
    close(known, one("ces_effort", rows, "mean").value, expected["mean_effort"])
    close(known, one("ces_effort", rows, "mean-ease").value, expected["mean_ease"])
    close(known, one("ces_effort", rows).value, expected["ces_top3_ease"])
    assert one("ces_effort", rows, "mean").direction == "down"


YEAR = {"window": Period(date(2026, 1, 1), date(2026, 12, 31))}


def contracts(*groups: tuple[int, str, str | None]) -> dict[str, list[dict[str, Any]]]:
    rows, number = [], 0
    for count, started, ended in groups:
        for _ in range(count):
            number += 1
            ids = {"contract_id": f"k{number}", "customer_id": f"c{number}"}
            rows.append({**ids, "started_on": started, "ended_on": ended})
    return {"contracts": rows}


def test_churn_is_of_the_cohort_present_at_the_start() -> None:
    known = case("CHURN-01")
    given, expected = known["inputs"], known["expected"]
    old, new = given["lost_from_start"], given["lost_from_acquired"]
    rows = contracts(
        (given["start"] - old, "2025-01-01", None),
        (old, "2025-01-01", "2026-06-01"),
        (given["acquired"] - new, "2026-03-01", None),
        (new, "2026-03-01", "2026-06-01"),
    )
    close(known, one("churn", rows, **YEAR).value, expected["cohort_churn"])
    close(known, one("retention", rows, **YEAR).value, expected["cohort_retention"])
    assert one("retention", rows, **YEAR).value != pytest.approx(expected["naive_E_minus_N_over_S"])
    close(known, one("churn", rows, "lost-over-start", **YEAR).value, expected["lost_over_start"])
    close(known, one("churn", rows, "exposed", **YEAR).value, expected["seed_ratio_lost_over_total_exposed"])
    close(known, one("churn", rows, "average-base", **YEAR).value, expected["average_base"])


def test_churn_without_base_is_not_computable() -> None:
    known = case("CHURN-02")
    rows = contracts((known["inputs"]["acquired"], "2026-02-01", None))
    for name in ("churn", "retention"):
        found = one(name, rows, **YEAR)
        assert (found.value, found.state) == (None, State.NOT_COMPUTABLE)
        assert known["expected"]["cohort_churn"] is None


def test_churn_half_open_period_and_exposure() -> None:
    known = case("CHURN-04")
    start, end = (date.fromisoformat(text) for text in known["inputs"]["period"])
    rows = [
        {"contract_id": who, "customer_id": who, "started_on": started, "ended_on": ended}
        for who, started, ended in known["inputs"]["subscriptions"]
    ]
    found = one("churn", {"contracts": rows}, window=Period(start, end))
    expected = known["expected"]
    close(known, [found.n, found.detail["x"], found.value], [expected["cohort_start_n"], 1, expected["cohort_churn"]])
    rate = one("churn", {"contracts": rows}, "exposure", window=Period(start, end))
    close(known, rate.value, expected["rate_per_30_days"])
    assert rate.detail["exposure_days"] == expected["customer_days"]


def test_retention_by_purchase_counts_distinct_buyers() -> None:
    known = case("RET-01")
    start, end = (date.fromisoformat(text) for text in known["inputs"]["period"])
    rows = [
        {"order_id": f"o{i}", "customer_id": who, "ordered_at": at}
        for i, (who, at) in enumerate(known["inputs"]["orders"])
    ]
    found = one("repeat_purchase", {"orders": rows}, window=Period(start, end))
    expected = known["expected"]
    close(known, [found.n, found.detail["x"], found.value], [expected["reference_buyers"], 2, expected["retention"]])


def test_revenue_retention() -> None:
    known = case("RET-02")
    given = known["inputs"]
    rows = []

    def add(number: int, amount: int, started: str, ended: str | None) -> None:
        rows.append(
            {
                "contract_id": f"k{len(rows)}",
                "customer_id": f"c{number}",
                "started_on": started,
                "ended_on": ended,
                "amount": amount,
            }
        )

    stable = given["mrr_start"] - 1000 - 1000 - given["churned"]
    add(1, stable, "2025-01-01", None)
    add(2, 1000, "2025-01-01", "2026-05-01")
    add(2, 1000 + given["expansion"], "2026-05-01", None)
    add(3, 1000, "2025-01-01", "2026-05-01")
    add(3, 1000 - given["contraction"], "2026-05-01", None)
    add(4, given["churned"], "2025-01-01", "2026-05-01")
    add(5, given["new"], "2026-05-01", None)
    close(known, one("grr", {"contracts": rows}, **YEAR).value, known["expected"]["grr"])
    close(known, one("nrr", {"contracts": rows}, **YEAR).value, known["expected"]["nrr"])


def test_upsell() -> None:
    known = case("UPS-01")
    ladder = known["inputs"]["ladder"]
    rows = [
        {"line_id": f"l{i}", "requested_rank": ladder.index(sale["requested"]), "sold_rank": ladder.index(sale["sold"])}
        for i, sale in enumerate(known["inputs"]["sales"])
    ]
    found = one("upsell", {"order_lines": rows})
    close(known, {"n": found.n, "upsold": found.detail["x"], "upsell_rate": found.value}, known["expected"])


def test_conversion_is_a_cohort_with_a_window() -> None:
    known = case("CONV-01")
    start, end = (date.fromisoformat(text) for text in known["inputs"]["period"])
    rows = [
        {"prospect_id": who, "created_at": created, "converted_at": converted}
        for who, created, converted in known["inputs"]["prospects"]
    ]
    mature = date.fromisoformat(known["expected"]["mature_on"])
    found = one("conversion", {"prospects": rows}, window=Period(start, end), as_of=mature)
    close(known, [found.n, found.detail["x"], found.value], [4, 2, known["expected"]["cohort_rate"]])
    assert found.state is State.OK
    early = one("conversion", {"prospects": rows}, window=Period(start, end), as_of=date(2026, 2, 26))
    assert early.state is State.IMMATURE


def test_average_basket_is_clustered_by_customer() -> None:
    known = case("AOV-01")
    rows = {
        "orders": [
            {"order_id": f"o{i}", "customer_id": who, "amount": amount}
            for i, (who, amount) in enumerate(known["inputs"]["orders"])
        ]
    }
    found = one("average_basket", rows)
    close(known, [found.value, found.low, found.high], [known["expected"]["aov"], *known["expected"]["ci_t"]])
    fieller = one("average_basket", rows, method="fieller")
    close(known, [fieller.low, fieller.high], known["expected"]["fieller"])
    value = one("customer_value", rows, window=Period(date(2026, 1, 1), date(2026, 2, 1)))
    close(known, value.value, known["expected"]["mean_per_customer"])


def test_acquisition_cost() -> None:
    known = case("CAC-01")
    given, expected = known["inputs"], known["expected"]
    spent = [
        {"cost_id": k, "spent_on": "2026-01-15", "amount": given[k], "purpose": "acquisition"}
        for k in ("media", "agency", "salaries", "tools")
    ]
    people = [{"customer_id": f"c{i}", "acquired_at": "2026-01-20"} for i in range(given["new_customers"])]
    close(known, one("cac", {"costs": spent, "customers": people}).value, expected["fully_loaded"])
    none = one("cac", {"costs": spent, "customers": people}, window=Period(date(2026, 1, 1), date(2026, 1, 19)))
    assert (none.value, none.detail["sum"]) == (expected["zero_customers"], 60_000.0)
    monthly = [
        {"cost_id": m, "spent_on": f"{m}-10", "amount": a, "purpose": "acquisition"}
        for m, a in given["spend_by_month"].items()
    ]
    arrivals = [
        {"customer_id": f"{m}{i}", "acquired_at": f"{m}-12"} for m, n in given["new_by_month"].items() for i in range(n)
    ]
    rows = {"costs": monthly, "customers": arrivals}
    for key, lag in (("lagged", given["lag_months"]), ("unlagged", 0)):
        for month, value in expected[key].items():
            window = Period(date.fromisoformat(f"{month}-01"), date(2026, int(month[-2:]) + 1, 1))
            close(known, one("cac", rows, window=window, params={"lag_months": lag}).value, value)


def test_first_contact_resolution_by_issue() -> None:
    known = case("FCR-01")
    rows: list[dict[str, Any]] = []
    for ticket in known["inputs"]["tickets"]:
        base = {"issue_id": ticket["issue"], "customer_id": ticket["customer"]}
        first = {"contact_id": str(ticket["id"]), "opened_at": ticket["opened"], "closed_at": ticket["resolved"]}
        rows.append({**base, **first, "resolved": ticket["resolved"] is not None and ticket["contacts"] == 1})
        if ticket["contacts"] > 1:
            rows.append({**base, "contact_id": f"{ticket['id']}b", "opened_at": ticket["resolved"], "resolved": True})
        if ticket["reopened"]:
            rows.append({**base, "contact_id": f"{ticket['id']}r", "opened_at": ticket["reopened"], "resolved": True})
    expected = known["expected"]
    found = one("fcr", {"contacts": rows})
    close(known, [found.n, found.detail["x"], found.value], [6, expected["fcr_issues"], expected["fcr_all_issues"]])
    close(known, one("fcr", {"contacts": rows}, "resolved-only").value, expected["fcr_resolved_issues"])
    longer = one("fcr", {"contacts": rows}, params={"window_days": 30})
    close(known, [longer.detail["x"], longer.value], [expected["window_30d_issues"], expected["window_30d_rate"]])


def test_carts() -> None:
    known = case("CART-01")
    given, expected = known["inputs"], known["expected"]
    times = [("2026-01-01T12:00", given["carts_ordered_before_24h"]), ("2026-01-05T00:00", given["recovered_7d"])]
    ordered = [at for at, count in times for _ in range(count)]
    ordered += [None] * (given["carts_created"] - len(ordered))  # type: ignore[list-item]
    value = given["recovered_value"] / given["recovered_7d"]
    lost = given["abandoned_value"] - given["recovered_value"]  # carried by the last cart, the others at 0
    rows = {
        "carts": [
            {
                "cart_id": f"k{i}",
                "customer_id": f"c{i}",
                "created_at": "2026-01-01T00:00",
                "ordered_at": at,
                "amount": value if at else lost * (i == given["carts_created"] - 1),
            }
            for i, at in enumerate(ordered)
        ]
    }
    close(known, one("cart_abandonment", rows).value, expected["abandonment_rate"])
    close(known, one("cart_recovery", rows).value, expected["recovery_rate"])
    close(known, one("cart_recovery", rows, "value").value, expected["value_recovery_rate"])


def test_commitment_in_three_calendars() -> None:
    known = case("SLA-01")
    events = []
    for number, (asked, sent) in enumerate(known["inputs"]["requests"]):
        events.append({"event_id": f"a{number}", "case_id": str(number), "step": "asked", "occurred_at": asked})
        if sent:
            events.append({"event_id": f"s{number}", "case_id": str(number), "step": "sent", "occurred_at": sent})
    for kind, rate in known["expected"]["rate_within"].items():
        params = {"start_step": "asked", "end_step": "sent", "limit_days": 1, "days": kind}
        found = one("on_time", {"events": events}, params=params, as_of=date.fromisoformat(known["inputs"]["as_of"]))
        close(known, found.value, rate)


def test_time_between_steps() -> None:
    for name in ("JRN-01", "JRN-02"):
        known = case(name)
        days = known["inputs"]["days"]
        done = known["inputs"].get("completed", [1] * len(days))
        events = []
        for number, (length, closed) in enumerate(zip(days, done, strict=True)):
            start = date(2026, 3, 13).toordinal() - (0 if closed else int(length))
            seconds = round(length * 86_400)
            begin = f"{date.fromordinal(start)}T00:00:00"
            end = f"{date.fromordinal(start + seconds // 86_400)}T{clock(seconds % 86_400)}"
            events.append({"event_id": f"a{number}", "case_id": str(number), "step": "a", "occurred_at": begin})
            if closed:
                events.append({"event_id": f"b{number}", "case_id": str(number), "step": "b", "occurred_at": end})
        params = {"start_step": "a", "end_step": "b"}
        as_of = date(2026, 12, 31) if name == "JRN-01" else date(2026, 3, 12)
        expected = known["expected"]
        median = one("step_time", {"events": events}, params=params, as_of=as_of)
        close(known, median.value, expected.get("median", expected.get("km_median")))
        if name == "JRN-01":
            p90 = one("step_time", {"events": events}, "p90", params=params, as_of=as_of)
            close(known, p90.value, expected["p90"])
            mean = one("step_time", {"events": events}, "completed-mean", params=params, as_of=as_of)
            close(known, mean.value, expected["mean"])


def test_merging_days_gives_the_whole() -> None:
    known = case("MERGE-01")
    days = {f"2026-01-0{i}": known["inputs"][f"day{i}"] for i in (1, 2, 3)}
    rows = [
        {"score": float(score), "answered_at": at}
        for at, cells in days.items()
        for score, count in cells.items()
        for _ in range(count)
    ]
    whole = one("nps", {"answers": rows})
    expected = known["expected"]
    assert whole.detail["distribution"] == {int(k): v for k, v in expected["merged"].items()}
    close(known, [whole.n, whole.value, whole.detail["mean"]], [expected["n"], expected["nps"], expected["mean"]])
    daily = measure(CATALOGUE["nps"], {"answers": facts("answers", rows)}, Query(every="day"))
    close(known, sum(e.value for e in daily if e.value is not None) / 3, expected["mean_of_daily_nps"])

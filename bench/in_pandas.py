"""The same figures in careful pandas: read only the columns used, then sums of columns, one pass over the groups."""

from collections.abc import Sequence
from typing import Any

from bench.by_hand import SATISFACTION, SCALES, Rows

KEYS = ["period", "channel", "region"]
CANCELLED = ["cancelled", "canceled", "annulée", "annulee", "annulé", "annule"]


def run(indicator: str, files: Sequence[str]) -> Rows:
    """The rows that SQL written by hand gives, in any order."""
    if indicator in SCALES:
        found = _satisfaction(files, *SCALES[indicator])
    else:
        found = _basket(files) if indicator == "average_basket" else _fcr(files)
    return [tuple(row) for row in found.reset_index().itertuples(index=False)]


def _read(files: Sequence[str], columns: list[str]) -> Any:
    import pandas as pd

    return pd.concat([pd.read_parquet(file, columns=columns) for file in files], ignore_index=True)


def _in_year(frame: Any) -> Any:
    import pandas as pd

    day = pd.to_datetime(frame["day"])
    frame = frame.assign(period=day.dt.year * 12 + day.dt.month - 1)
    return frame[(day >= "2025-01-01") & (day < "2026-01-01")]


def _satisfaction(files: Sequence[str], instrument: str, low: int, high: int, good: int, bad: int) -> Any:
    wanted = "instrument score scale_min scale_max test survey wave customer_id answered_at received_at seq"
    answers = _read(files, [*wanted.split(), "day", "channel", "region"])
    answers = answers[answers["instrument"] == instrument]
    score = answers["score"]
    reason = score.isna().map({True: "missing", False: None})
    reason = reason.mask(score.notna() & ((score < low) | (score > high) | (score % 1 != 0)), "invalid")
    other = (answers["scale_min"] != low) | (answers["scale_max"] != high)
    reason = reason.mask(other, "other_scale").mask(answers["test"], "test")
    named = answers[reason.isna() & answers[["wave", "customer_id", "answered_at"]].notna().all(axis=1)]
    named = named.sort_values(["answered_at", "received_at", "seq"])
    earlier = named.index[named.duplicated(["survey", "wave", "customer_id"], keep="last")]
    reason = reason.mask(reason.index.isin(earlier), "duplicate")
    answers = _in_year(answers.assign(reason=reason.fillna("")))
    counted = answers["reason"] == ""
    columns = {"good": counted & (answers["score"] >= good), "bad": counted & (answers["score"] <= bad), "n": counted}
    columns |= {name: answers["reason"] == name for name in SATISFACTION[3:]}
    return answers.assign(**columns).groupby(KEYS)[list(columns)].sum()


def _basket(files: Sequence[str]) -> Any:
    orders = _read(files, ["day", "channel", "region", "customer_id", "order_id", "amount", "currency", "status"])
    orders = _in_year(orders)
    reason = orders["amount"].isna().map({True: "missing", False: ""})
    reason = reason.mask(orders["status"].str.lower().isin(CANCELLED), "cancelled")
    reason = reason.mask(orders["currency"] != "EUR", "other_currency")
    amount = (orders["amount"].astype(float) * 10_000).round()
    customer = orders["customer_id"].fillna(orders["order_id"])
    orders = orders.assign(reason=reason, amount=amount, customer=customer)
    left_out = orders.groupby([*KEYS, "reason"]).size().unstack(fill_value=0)
    kept = orders[orders["reason"] == ""]
    people = kept.groupby([*KEYS, "customer"])["amount"].agg(y="sum", x="count")
    people = people.assign(xx=people["x"] ** 2, xy=people["x"] * people["y"], yy=people["y"] ** 2, customers=1)
    sums = people.groupby(KEYS)[["customers", "x", "y", "xx", "xy", "yy"]].sum()
    return sums.join(left_out[["cancelled", "missing", "other_currency"]])


def _fcr(files: Sequence[str]) -> Any:
    import pandas as pd

    wanted = "issue_id contact_id opened_at closed_at resolved received_at seq day channel region"
    contacts = _read(files, wanted.split())
    contacts = contacts.assign(issue=contacts["issue_id"].fillna("contact " + contacts["contact_id"]))
    contacts = contacts.sort_values(["opened_at", "received_at", "seq"])
    contacts = contacts.assign(next_at=contacts.groupby("issue")["opened_at"].shift(-1))
    firsts = _in_year(contacts.drop_duplicates("issue"))
    resolved = firsts["resolved"].where(firsts["resolved"].notna(), firsts["closed_at"].notna()).astype(bool)
    limit = firsts["closed_at"].fillna(firsts["opened_at"]) + pd.Timedelta(days=7)
    again = firsts["next_at"] <= limit
    return firsts.assign(good=resolved & ~again, n=1).groupby(KEYS)[["good", "n"]].sum()

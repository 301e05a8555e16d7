"""The same figures in straightforward pandas, as the first pages of its documentation teach it.

Each table is read once and whole (`pd.read_parquet(folder)`), months come from `dt.to_period("M")`, reasons are set by
`loc`, and each segment goes through `groupby(…).apply(function)`; the contact that follows is found by a merge. Nothing
is slow on purpose: no loop over rows, no `apply` on rows. `in_pandas.py` is the careful one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.by_hand import SATISFACTION, SCALES, TABLE, Rows
from bench.in_pandas import CANCELLED, KEYS


def run(indicator: str, files: Sequence[str]) -> Rows:
    """The rows that SQL written by hand gives, in any order."""
    return of_table(indicator, read(files))


def all_five(folders: Mapping[str, Sequence[str]]) -> list[Rows]:
    """Every indicator of every table, each table read once: the files of each are given."""
    found = []
    for table, files in folders.items():
        facts = read(files)
        found += [of_table(indicator, facts) for indicator, its in TABLE.items() if its == table]
    return found


def read(files: Sequence[str]) -> Any:
    """The whole table, from its folder."""
    import pandas as pd

    [folder] = {Path(file).parent for file in files}
    return pd.read_parquet(folder)


def of_table(indicator: str, facts: Any) -> Rows:
    """One indicator of a table that was read."""
    if indicator in SCALES:
        found = _satisfaction(facts, *SCALES[indicator])
    else:
        found = _basket(facts) if indicator == "average_basket" else _fcr(facts)
    found = found.reset_index()
    found["period"] = found["period"].dt.year * 12 + found["period"].dt.month - 1
    return [tuple(row) for row in found.itertuples(index=False)]


def _of_year(frame: Any) -> Any:
    import pandas as pd

    frame = frame.copy()
    frame["day"] = pd.to_datetime(frame["day"])
    frame = frame[(frame["day"] >= "2025-01-01") & (frame["day"] < "2026-01-01")]
    frame["period"] = frame["day"].dt.to_period("M")
    return frame


def _satisfaction(facts: Any, instrument: str, low: int, high: int, good: int, bad: int) -> Any:
    import pandas as pd

    answers = facts[facts["instrument"] == instrument].copy()
    answers["reason"] = ""
    scores = answers["score"]
    answers.loc[(scores < low) | (scores > high) | (scores % 1 != 0), "reason"] = "invalid"
    answers.loc[scores.isna(), "reason"] = "missing"
    answers.loc[(answers["scale_min"] != low) | (answers["scale_max"] != high), "reason"] = "other_scale"
    answers.loc[answers["test"], "reason"] = "test"
    waves = answers[answers["reason"] == ""].dropna(subset=["wave", "customer_id", "answered_at"])
    waves = waves.sort_values(["answered_at", "received_at", "seq"])
    last = waves.drop_duplicates(["survey", "wave", "customer_id"], keep="last")
    answers.loc[waves.index.difference(last.index), "reason"] = "duplicate"

    def counts(segment: Any) -> Any:
        kept = segment[segment["reason"] == ""]["score"]
        found = {"good": (kept >= good).sum(), "bad": (kept <= bad).sum(), "n": len(kept)}
        return pd.Series(found | {name: (segment["reason"] == name).sum() for name in SATISFACTION[3:]})

    return _of_year(answers).groupby(KEYS).apply(counts)


def _basket(facts: Any) -> Any:
    import pandas as pd

    orders = _of_year(facts)
    orders["reason"] = ""
    orders.loc[orders["amount"].isna(), "reason"] = "missing"
    orders.loc[orders["status"].str.lower().isin(CANCELLED), "reason"] = "cancelled"
    orders.loc[orders["currency"] != "EUR", "reason"] = "other_currency"
    orders["amount"] = (orders["amount"].astype(float) * 10_000).round()
    orders["customer"] = orders["customer_id"].fillna(orders["order_id"])
    left_out = orders[orders["reason"] != ""].groupby(KEYS)["reason"].value_counts().unstack(fill_value=0)
    kept = orders[orders["reason"] == ""]
    customers = kept.groupby([*KEYS, "customer"])["amount"].agg(["count", "sum"]).reset_index()

    def sums(segment: Any) -> Any:
        x, y = segment["count"], segment["sum"]
        found = {"customers": len(segment), "x": x.sum(), "y": y.sum()}
        return pd.Series(found | {"xx": (x * x).sum(), "xy": (x * y).sum(), "yy": (y * y).sum()})

    return customers.groupby(KEYS).apply(sums).join(left_out[["cancelled", "missing", "other_currency"]])


def _fcr(facts: Any) -> Any:
    import pandas as pd

    contacts = facts.copy()
    contacts["issue"] = contacts["issue_id"].fillna("contact " + contacts["contact_id"])
    firsts = contacts.sort_values(["opened_at", "received_at", "seq"]).drop_duplicates("issue")
    firsts["until"] = firsts["closed_at"].fillna(firsts["opened_at"]) + pd.Timedelta(days=7)
    pairs = firsts[["issue", "contact_id", "until"]].merge(contacts, on="issue", suffixes=("_first", ""))
    others = pairs[pairs["contact_id"] != pairs["contact_id_first"]]
    again = others[others["opened_at"] <= others["until"]]
    resolved = firsts["resolved"].fillna(firsts["closed_at"].notna()).astype(bool)
    firsts["good"] = resolved & ~firsts["issue"].isin(again["issue"])
    return _of_year(firsts).groupby(KEYS)["good"].agg(good="sum", n="count")
